import { describe, expect, it } from '@jest/globals';
import { callsOf, imagesIn, writesIn } from '../../simulator/look.ts';
import { home, prod, sourceId } from '../support/organization.ts';
import { failureOf, only, scenario, sole, told } from '../support/scenario.ts';

const given = { 'kms-key': 'none', public: 'true' };

function sharing(isAllowed: boolean) {
  const region = {
    'eu-west-1': { 'public-sharing': isAllowed },
    'us-east-1': { 'public-sharing': isAllowed },
  };
  return { encryptedSource: false, regions: { [home]: region, [prod]: region } };
}

describe('a public image', () => {
  it.each([
    [home, 'home'],
    [prod, `prod=${prod}`],
  ])('may be launched by everyone once it is available (%s)', async (owner, accounts) => {
    const at = scenario({ ...sharing(true), copying: { seconds: 300 } });
    const step = await at.run({ ...given, accounts });
    expect(told(only(step))).toBe('promoted');
    const copy = sole(imagesIn(at.world, owner, 'eu-west-1'));
    expect(copy.launchPermissions.current).toEqual([{ kind: 'everyone' }]);
    expect(step.lines.join('\n')).toContain(`shared ${copy.id} with everyone`);
    const before = writesIn(at.world).length;
    expect(told(only(await at.run({ ...given, accounts }, { runId: '1002' })))).toBe('unchanged');
    expect(writesIn(at.world)).toHaveLength(before);
  });

  it('is refused while block public access is on, before it is copied', async () => {
    const at = scenario(sharing(false));
    const failure = failureOf(await at.run(given));
    expect(failure).toMatchObject({ code: 'PublicSharingBlocked', where: 'home/eu-west-1' });
    expect(failure.paste?.text).toBe('aws ec2 disable-image-block-public-access --region eu-west-1');
    expect(writesIn(at.world)).toEqual([]);
  });

  it('is refused with its source in its own place, and not shared halfway', async () => {
    const at = scenario(sharing(false));
    const step = await at.run({ ...given, regions: 'us-east-1', tags: 'stage=prod' });
    expect(failureOf(step)).toMatchObject({ code: 'PublicSharingBlocked' });
    expect(writesIn(at.world)).toEqual([]);
  });

  it('that is public already stays it, whatever is blocked since', async () => {
    const at = scenario(sharing(true));
    await at.run({ ...given, regions: 'us-east-1' });
    for (const settings of at.world.accounts.get(home)?.regions.values() ?? []) {
      settings.publicSharing = false;
    }
    const again = await at.run({ ...given, regions: 'us-east-1' }, { runId: '1002' });
    expect(only(again)).toMatchObject({ state: 'unchanged', image: { id: sourceId } });
  });

  it('of a source that is encrypted is refused for that', async () => {
    const at = scenario({ regions: sharing(true).regions });
    expect(failureOf(await at.run(given))).toMatchObject({ code: 'EncryptedCannotBePublic' });
    expect(callsOf(at.world, 'CopyImage')).toEqual([]);
  });
});
