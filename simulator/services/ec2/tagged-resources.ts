import { ec2Arn } from '../../arn.ts';
import type { Check } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { AwsError, UnknownToSimulator } from '../../wire/error.ts';
import { notFound } from './common.ts';
import { resourceContext } from './resource-context.ts';

const maximumResources = 1000;

/** What AWS asks IAM before it changes tags: the same of each resource. */
export function taggingChecks(
  call: Call,
  action: string,
  ids: readonly string[],
  context: Readonly<Record<string, readonly string[]>>,
): readonly Check[] {
  return ids.map((id) => {
    return {
      action,
      resource: ec2Arn(call.world, call.region, id.startsWith('ami-') ? 'image' : 'snapshot', id),
      context: {
        ...resourceContext(call, call.world.images.get(id) ?? call.world.snapshots.get(id)),
        ...context,
      },
    };
  });
}

/** Checks the number and the form of ids, images and snapshots mixed. */
export function checkResources(ids: readonly string[]): readonly string[] {
  if (ids.length === 0 || ids.length > maximumResources) {
    throw new AwsError(
      'InvalidParameterValue',
      `Between 1 and ${maximumResources} resources may be tagged in a call.`,
    );
  }
  for (const id of ids) {
    if (!/^(ami|snap)-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
      throw new AwsError('InvalidID', `The ID '${id}' is not valid`);
    }
  }
  return ids;
}

/** A resource of the caller's that reads can see already and that is not deregistered. */
export function ownTagged(call: Call, id: string): { readonly tags: Map<string, string> } {
  const { world, region, caller } = call;
  const resource = world.images.get(id) ?? world.snapshots.get(id);
  const here =
    resource?.region === region &&
    resource.hiddenUntil <= world.clock.now() &&
    resource.state !== 'deregistered';
  if (!here) {
    throw notFound([id], id.startsWith('ami-') ? 'ami' : 'snap');
  }
  if (resource.account !== caller.account) {
    const message = `The simulator keeps no tags of other accounts on ${id}: only its owner may tag it.`;
    throw new UnknownToSimulator('UnsupportedOperation', message);
  }
  return resource;
}
