import { CopyImage$, type CopyImageRequest } from '@aws-sdk/client-ec2';
import { ec2Arn } from '../../arn.ts';
import type { Check } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import type { SimulatedImage } from '../../world.ts';
import { permit } from './common.ts';
import { keysUsable, targetKeys } from './copy-keys.ts';
import { checkCopyQuotas, timeBasedRate } from './copy-quotas.ts';
import { type CopyRequest, readCopyRequest } from './copy-request.ts';
import { checkSource, snapshotsOf, sourceImage } from './copy-source.ts';
import { startCopy } from './copy-start.ts';
import { requestTags, resourceContext } from './resource-context.ts';
import { checkTagPolicies } from './tag-policy.ts';
import { checkCount } from './tags.ts';

/**
 * CopyImage, called in the destination Region. AWS: answers at once with the id of a pending image; a repeated
 * ClientToken answers with the id of the first call whatever became of it; names need not be unique; trouble with
 * keys shows later, in the state of the image.
 */
export const copyImage = operation(CopyImage$, {
  service: 'ec2',
  mutating: true,
  accepts: [
    'Name',
    'Description',
    'SourceImageId',
    'SourceRegion',
    'ClientToken',
    'Encrypted',
    'KmsKeyId',
    'CopyImageTags',
    'TagSpecifications',
    'SnapshotCopyCompletionDurationMinutes',
    'DryRun',
  ],
  run: (call, input: CopyImageRequest) => {
    const request = readCopyRequest(call, input);
    const imageTags = tagsOfCopy(call, request);
    permit(call, input, checks(call, request, imageTags), () => {
      checkTagPolicies(call, 'image', imageTags);
      checkTagPolicies(call, 'snapshot', request.snapshotTags);
      if (input.DryRun === true && call.world.switches.dryRun === 'everything') {
        checkSource(call, request);
      }
    });
    const earlier = replay(call, request);
    if (earlier !== undefined) {
      return { ImageId: earlier };
    }
    const source = checkSource(call, request);
    checkCount(imageTags);
    checkCount(request.snapshotTags);
    checkCopyQuotas(call);
    const mibPerSecond = timeBasedRate(call, request, source);
    const targets = targetKeys(call, request, source);
    const usable = keysUsable(call, source, targets);
    const image = startCopy(call, { request, source, targets, usable, imageTags, mibPerSecond });
    remember(call, request, image);
    return { ImageId: image.id };
  },
});

/** The tags of the new image. AWS: CopyImageTags takes the caller's own tags only; what is given goes first (SIM). */
function tagsOfCopy(call: Call, request: CopyRequest): ReadonlyMap<string, string> {
  const source = request.copyTags ? sourceImage(call.world, request) : undefined;
  const copied = source?.account === call.caller.account ? [...source.tags] : [];
  return new Map([...copied, ...request.imageTags]);
}

/** AWS asks about the new image and snapshots, about the source and its snapshots, and about the tags. */
function checks(call: Call, request: CopyRequest, imageTags: ReadonlyMap<string, string>): readonly Check[] {
  const { world, region, caller } = call;
  const own = { 'ec2:owner': [caller.account], 'aws:resourceaccount': [caller.account] };
  const newImage = ec2Arn(world, region, 'image', '*');
  const newSnapshot = ec2Arn(world, region, 'snapshot', '*');
  const source = sourceImage(world, request);
  const backing = source === undefined ? [] : snapshotsOf(world, source);
  const copying: readonly Check[] = [
    { action: 'ec2:CopyImage', resource: newImage, context: { ...own, ...requestTags(imageTags) } },
    {
      action: 'ec2:CopyImage',
      resource: newSnapshot,
      context: { ...own, ...requestTags(request.snapshotTags) },
    },
    {
      action: 'ec2:CopyImage',
      resource: ec2Arn(world, request.sourceRegion, 'image', request.sourceImageId),
      context: resourceContext(call, source),
    },
    ...backing.map((snapshot) => ({
      action: 'ec2:CopyImage',
      resource: ec2Arn(world, request.sourceRegion, 'snapshot', snapshot.id),
      context: resourceContext(call, snapshot),
    })),
  ];
  const tagging = [
    { resource: newImage, tags: imageTags },
    { resource: newSnapshot, tags: request.snapshotTags },
  ]
    .filter(({ tags }) => tags.size > 0)
    .map(({ resource, tags }) => ({
      action: 'ec2:CreateTags',
      resource,
      context: { ...own, ...requestTags(tags), 'ec2:createaction': ['CopyImage'] },
    }));
  return [...copying, ...tagging];
}

function tokenName(call: Call, request: CopyRequest): string {
  return `${call.caller.account}/${call.region}/${request.token}`;
}

/** The id that this ClientToken led to. AWS: with other parameters it is an error. */
function replay(call: Call, request: CopyRequest): string | undefined {
  const { world } = call;
  const use = request.token === undefined ? undefined : world.tokens.get(tokenName(call, request));
  if (use === undefined || use.at + world.switches.tokenTtlSeconds * 1000 <= world.clock.now()) {
    return undefined;
  }
  if (use.parameters !== request.fingerprint) {
    const message =
      'Your request is not idempotent: the client token was used before with different parameters.';
    throw new AwsError('IdempotentParameterMismatch', message);
  }
  return use.imageId;
}

function remember(call: Call, request: CopyRequest, image: SimulatedImage): void {
  if (request.token !== undefined) {
    call.world.tokens.set(tokenName(call, request), {
      parameters: request.fingerprint,
      imageId: image.id,
      at: call.world.clock.now(),
    });
  }
}
