import { describe, expect, it } from '@jest/globals';
import { imagesIn, trialsOf, writesIn } from '../../simulator/look.ts';
import type { CopyImage } from '../../src/model/difference.ts';
import { withAws } from '../support/aws.ts';
import { home, keyArnOf, prod, sourceId, sourceRegion } from '../support/organization.ts';
import { type Scenario, scenario } from '../support/scenario.ts';

const place = { account: home, region: 'eu-west-1' };
const copy: CopyImage = {
  kind: 'copy-image',
  place,
  source: { imageId: sourceId, region: sourceRegion },
  name: 'web-1',
  description: 'a copy',
  keyArn: keyArnOf(home, 'eu-west-1'),
  completionMinutes: 30,
  tags: { image: { team: 'a' }, snapshots: { team: 'a' } },
  token: 'a-token-of-ours',
  attempt: 1,
};

/** The parameters of the calls of an action so far. */
function paramsOf(at: Scenario, action: string) {
  return at.world.record.filter((call) => call.action === action).map(({ params }) => params);
}

describe('a write that is tried out', () => {
  it('is the same request with DryRun and without its token, and changes nothing', async () => {
    const at = scenario();
    await withAws(at, (aws) => aws.rehearse(copy));
    await withAws(at, (aws) => aws.perform(copy));
    const [trial, real] = paramsOf(at, 'CopyImage');
    const { ClientToken, ...rest } = real ?? {};
    expect(ClientToken).toBe('a-token-of-ours');
    expect(trial).toEqual({ ...rest, DryRun: true });
    expect(real).not.toHaveProperty('DryRun');
    expect(imagesIn(at.world, home, 'eu-west-1')).toHaveLength(1);
  });

  it('leaves tags and permissions as they are', async () => {
    const at = scenario();
    const source = { account: home, region: sourceRegion };
    await withAws(at, async (aws) => {
      await aws.rehearse({ kind: 'set-tags', place: source, resourceIds: [sourceId], tags: { a: 'b' } });
      await aws.rehearse({
        kind: 'share-image',
        place: source,
        imageId: sourceId,
        add: [{ kind: 'account', id: prod }],
      });
    });
    const image = at.world.images.get(sourceId);
    expect(image?.tags.has('a')).toBe(false);
    expect(image?.launchPermissions.current).toEqual([]);
    expect(writesIn(at.world)).toEqual([]);
    const trials = ['CreateTags', 'ModifyImageAttribute'].flatMap((action) => trialsOf(at.world, action));
    expect(trials.map(({ code }) => code)).toEqual(['DryRunOperation', 'DryRunOperation']);
  });

  it('that is not permitted says so', async () => {
    const at = scenario({ roles: { [home]: { policies: [] } } });
    const failed = withAws(at, (aws) => aws.rehearse(copy));
    await expect(failed).rejects.toMatchObject({
      failure: { code: 'UnauthorizedOperation', action: 'ec2:CopyImage', kind: 'permission' },
    });
  });
});
