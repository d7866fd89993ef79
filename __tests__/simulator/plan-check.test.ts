import { describe, expect, it } from '@jest/globals';
import { againstPlan, planFor } from '../../simulator/plan-check.ts';
import type { CallRecord } from '../../simulator/record.ts';
import type { Plan, PlannedWrite, PlanTarget } from '../../src/model/plan.ts';

const home = '111122223333';
const owner = '444455556666';
const source = 'ami-0000000000000000a';
const snapshot = 'snap-0000000000000000a';
const there = 'ami-0000000000000000b';
const made = 'ami-0000000000000000c';
const unit = 'arn:aws:organizations::999988887777:ou/o-exampleorg1/ou-ab12-workloads';

const open: PlannedWrite = { kind: 'open-source', imageId: source, snapshotIds: [snapshot], account: owner };
const copy: PlannedWrite = {
  kind: 'copy-image',
  imageId: source,
  fromRegion: 'us-east-1',
  name: 'web-{sha}',
  description: 'promoted by {repository}, run {run-id}',
  keyArn: null,
  completionMinutes: null,
  sizeGiB: 8,
  imageTags: { team: 'web', 'promote-ami:run': '{run}' },
  snapshotTags: { 'promote-ami:run': '{run}' },
};
const share: PlannedWrite = { kind: 'share-image', imageId: null, add: [unit] };
const imds: PlannedWrite = { kind: 'require-imds-v2', imageId: null, ifNeeded: true };
const tag: PlannedWrite = { kind: 'set-tags', resourceIds: [there], tags: { stage: 'production' } };

function planOf(...targets: readonly (readonly PlannedWrite[])[]): Plan {
  const text = JSON.stringify({
    version: 1,
    converged: false,
    sources: [{ id: source, account: home, region: 'us-east-1' }],
    targets: targets.map(
      (writes): Partial<PlanTarget> => ({ account: owner, region: 'eu-west-1', state: 'change', writes }),
    ),
  });
  return planFor(text, {
    repository: 'example/images',
    repositoryId: '1',
    ownerId: '2',
    runId: '77',
    runAttempt: '3',
    sha: 'abc',
    ref: 'refs/heads/main',
    workflow: 'Release',
    job: 'promote',
    actor: 'octocat',
  });
}

function call(action: string, params: CallRecord['params'], over: Partial<CallRecord> = {}): CallRecord {
  return {
    at: 0,
    service: 'ec2',
    action,
    account: owner,
    region: 'eu-west-1',
    principal: '',
    mutating: true,
    code: 'ok',
    requestId: '',
    params,
    allowedBy: [],
    answered: true,
    ...over,
  };
}

const atHome = { account: home, region: 'us-east-1' };
const runTag = { Key: 'promote-ami:run', Value: 'example/images/77/3' };
const opening = [
  call('CreateTags', { Resources: [source], Tags: [{ Key: 'promote-ami:pull:1', Value: owner }] }, atHome),
  call('ModifyImageAttribute', { ImageId: source, LaunchPermission: { Add: [{ UserId: owner }] } }, atHome),
  call(
    'ModifySnapshotAttribute',
    { SnapshotId: snapshot, CreateVolumePermission: { Add: [{ UserId: owner }] } },
    atHome,
  ),
];
const closing = [
  call('CreateTags', { Resources: [source], Tags: [{ Key: 'promote-ami:pull:1', Value: 'over' }] }, atHome),
  call(
    'ModifyImageAttribute',
    { ImageId: source, LaunchPermission: { Remove: [{ UserId: owner }] } },
    atHome,
  ),
  call(
    'ModifySnapshotAttribute',
    { SnapshotId: snapshot, CreateVolumePermission: { Remove: [{ UserId: owner }] } },
    atHome,
  ),
  call('DeleteTags', { Resources: [source], Tags: [{ Key: 'promote-ami:pull:1', Value: 'over' }] }, atHome),
];
const request = {
  SourceImageId: source,
  SourceRegion: 'us-east-1',
  Name: 'web-abc',
  Description: 'promoted by example/images, run 77',
  ClientToken: 'token',
  TagSpecifications: [
    {
      ResourceType: 'image',
      Tags: [runTag, { Key: 'promote-ami:attempt', Value: '2' }, { Key: 'team', Value: 'web' }],
    },
    { ResourceType: 'snapshot', Tags: [runTag] },
  ],
};
const copying = call('CopyImage', request);
const sharing = call('ModifyImageAttribute', {
  ImageId: made,
  LaunchPermission: { Add: [{ OrganizationalUnitArn: unit }] },
});
const requiring = call('ModifyImageAttribute', { ImageId: made, ImdsSupport: { Value: 'v2.0' } });
const tagging = call('CreateTags', { Resources: [there], Tags: [{ Key: 'stage', Value: 'production' }] });

describe('what was written beside what was planned', () => {
  it('agrees with the same in other words: run-bound values filled in, new ids, one opening for all', () => {
    const plan = planOf([open, copy, imds, share], [open, tag]);
    const { agreed, ...rest } = againstPlan(plan, [...opening, copying, sharing, tagging]);
    expect(rest).toEqual({ missing: [], surplus: [] });
    expect(agreed).toHaveLength(6);
  });

  it('may hold what was planned only in case it is needed', () => {
    expect(againstPlan(planOf([copy, imds]), [copying, requiring])).toMatchObject({
      missing: [],
      surplus: [],
    });
    expect(againstPlan(planOf([copy]), [copying, requiring]).surplus).toEqual([
      `${owner}/eu-west-1: require IMDSv2 of a new one`,
    ]);
  });

  it('lacks what was refused', () => {
    const refused = { ...tagging, code: 'UnauthorizedOperation' };
    expect(againstPlan(planOf([tag]), [refused]).missing).toEqual([
      `${owner}/eu-west-1: tag ${there} stage=production`,
    ]);
  });

  it.each<[string, readonly CallRecord[]]>([
    ['a second copy', [copying, copying]],
    ['a copy under another name', [call('CopyImage', { ...request, Name: 'web-abd' })]],
    ['a copy under a key', [call('CopyImage', { ...request, KmsKeyId: 'alias/ami' })]],
    ['a copy with a tag less', [call('CopyImage', { ...request, TagSpecifications: [] })]],
    ['a copy elsewhere', [{ ...copying, region: 'eu-central-1' }]],
    ['a tag', [copying, tagging]],
    ['a consumer', [copying, sharing]],
    ['an opening', [copying, ...opening]],
    ['a call of another kind', [copying, call('DeregisterImage', { ImageId: there })]],
  ])('holds more: %s', (_, calls) => {
    expect(againstPlan(planOf([copy]), calls).surplus).not.toEqual([]);
  });

  it('counts nothing of a blocked target', () => {
    const plan = planOf([tag]);
    const blocked = {
      ...plan,
      targets: plan.targets.map((target) => ({ ...target, state: 'blocked' as const })),
    };
    expect(againstPlan(blocked, [tagging])).toEqual({
      agreed: [],
      missing: [],
      surplus: [`${owner}/eu-west-1: tag ${there} stage=production`],
    });
  });

  it('agrees with what closes the source again, whether it is told or not', () => {
    const plan = planOf([open, copy]);
    const agreed = [
      `${home}/us-east-1: share ${source} with ${owner}`,
      `${home}/us-east-1: share ${snapshot} with ${owner}`,
      expect.stringContaining('copy'),
      `${home}/us-east-1: note on ${source} to whom it is opened`,
    ];
    const all = expect.arrayContaining(agreed);
    expect(againstPlan(plan, [...opening, copying])).toEqual({ agreed: all, missing: [], surplus: [] });
    const closed = againstPlan(plan, [...opening, copying, ...closing]);
    expect(closed).toEqual({ agreed: all, missing: [], surplus: [] });
    expect(closed.agreed).toHaveLength(agreed.length);
  });

  it('does not take closing for what was planned where nothing was opened, or for another account', () => {
    expect(againstPlan(planOf([copy]), [copying, ...closing]).surplus).toHaveLength(closing.length);
    const other = { ImageId: source, LaunchPermission: { Remove: [{ UserId: home }] } };
    expect(
      againstPlan(planOf([open, copy]), [...opening, copying, call('ModifyImageAttribute', other, atHome)])
        .surplus,
    ).toEqual([`${home}/us-east-1: no longer share ${source} with ${home}`]);
  });

  it('agrees with permissions that are taken away, and with failed copies that are removed', () => {
    const taking: readonly PlannedWrite[] = [
      { kind: 'unshare-image', imageId: there, remove: [owner, unit] },
      { kind: 'unshare-snapshot', snapshotId: 'snap-0000000000000000b', remove: [owner, 'all'] },
      { kind: 'remove-failed-copy', imageId: 'ami-0000000000000000d' },
    ];
    const calls = [
      call('ModifyImageAttribute', {
        ImageId: there,
        LaunchPermission: { Remove: [{ UserId: owner }, { OrganizationalUnitArn: unit }] },
      }),
      call('ModifySnapshotAttribute', {
        SnapshotId: 'snap-0000000000000000b',
        CreateVolumePermission: { Remove: [{ UserId: owner }, { Group: 'all' }] },
      }),
      call('DeregisterImage', { ImageId: 'ami-0000000000000000d', DeleteAssociatedSnapshots: true }),
    ];
    const { agreed, ...rest } = againstPlan(planOf(taking), calls);
    expect(rest).toEqual({ missing: [], surplus: [] });
    expect(agreed).toHaveLength(5);
    expect(againstPlan(planOf(taking), calls.slice(1)).missing).toEqual([
      `${owner}/eu-west-1: no longer share ${there} with ${owner}`,
      `${owner}/eu-west-1: no longer share ${there} with ${unit}`,
    ]);
  });

  it('holds more where a permission is taken away or a tag that no plan has', () => {
    const taking = { ImageId: there, LaunchPermission: { Remove: [{ UserId: owner }] } };
    const untagging = { Resources: [there], Tags: [{ Key: 'stage', Value: 'production' }] };
    const calls = [call('ModifyImageAttribute', taking), call('DeleteTags', untagging)];
    expect(againstPlan(planOf([share]), calls).surplus).toEqual([
      `${owner}/eu-west-1: no longer share a new one with ${owner}`,
      `${owner}/eu-west-1: untag a new one stage=production`,
    ]);
  });

  it('throws at a part of a call that nobody knows', () => {
    const strange = { ImageId: there, LaunchPermission: { Replace: [{ UserId: owner }] } };
    expect(() => againstPlan(planOf([share]), [call('ModifyImageAttribute', strange)])).toThrow();
  });
});
