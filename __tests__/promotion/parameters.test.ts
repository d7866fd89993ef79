import { describe, expect, it } from '@jest/globals';
import { callsOf } from '../../simulator/look.ts';
import { type Changes, home, prod, sourceId, sourceRegion } from '../support/organization.ts';
import { idOf, imageFile, only, scenario, told } from '../support/scenario.ts';

const here = { account: home, region: sourceRegion };
const arn = (name: string, account = home) => `arn:aws:ssm:${sourceRegion}:${account}:parameter/${name}`;
const role: NonNullable<Changes['roles']> = {
  [home]: {
    policies: [
      '../iam/home-policy.json',
      { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' } },
    ],
  },
};

const parameters = [
  {
    ...here,
    name: '/images/web',
    versions: [{ value: idOf('b') }, { value: sourceId, labels: ['stable'] }, { value: idOf('c') }],
  },
  { ...here, name: 'plain', value: sourceId },
  { ...here, name: '/by/name', value: 'resolve:ssm:/images/web:stable' },
  { ...here, name: '/by/version', value: 'resolve:ssm:/images/web:2' },
  { ...here, name: '/by/arn', value: arn('plain') },
  { ...here, name: '/by/two', value: 'resolve:ssm:/by/arn' },
  { ...here, name: '/secret/one', value: 'hunter2 is the password', type: 'SecureString' },
  { ...here, name: '/secret/two', value: 'resolve:ssm:hunter2 is the password' },
  { ...here, name: '/secret/three', value: 'ami-hunter2' },
];

function asking() {
  return scenario({ parameters, roles: role });
}

describe('a source that a parameter names', () => {
  it.each([
    ['a plain name', 'ssm:plain', 1],
    ['a version', 'ssm:/images/web:2', 1],
    ['a label', 'ssm:/images/web:stable', 1],
    ['an ARN', `ssm:${arn('images/web')}:stable`, 1],
    ['another parameter, by resolve:ssm', 'ssm:/by/name', 2],
    ['a version of another parameter', 'ssm:/by/version', 2],
    ['the ARN of another parameter', 'ssm:/by/arn', 2],
    ['two others, one after the other', 'ssm:/by/two', 3],
  ])('is found by %s', async (_what, source, hops) => {
    const at = asking();
    const step = await at.run({ source: `web=${source}` });
    expect(told(only(step))).toBe('promoted');
    expect(only(step).target.source.image.id).toBe(sourceId);
    expect(callsOf(at.world, 'GetParameter')).toHaveLength(hops);
    expect(step.lines.join('\n')).toContain(`is ${sourceId}.`);
  });

  it('may be one of several sources, and may not be the image of another account', async () => {
    const stranger = imageFile(
      { account: prod, region: sourceRegion },
      { 'launch-permissions': [home] },
      'c',
    );
    const at = scenario({ parameters, roles: role, ...stranger });
    const { failure } = await at.run({ source: `web=ssm:plain\nother=ssm:/images/web` });
    expect(failure).toMatchObject({ code: 'SourceOfAnotherAccount' });
    expect(callsOf(at.world, 'CopyImage')).toEqual([]);
  });

  it.each([
    ['/images/web:relased', 'label relased'],
    [`${arn('images/web')}:relased`, 'label relased'],
    ['/images/web:7', 'version 7'],
    [`${arn('images/web')}:7`, 'version 7'],
  ])('is refused where it has no such version, which is named: %s', async (name, what) => {
    const step = await asking().run({ source: `ssm:${name}` });
    expect(step.failure?.code).toBe('ParameterVersionNotFound');
    expect(step.failure?.meaning).toMatch(new RegExp(`^${arn('images/web')} has no ${what}\\. `));
  });

  it.each(['/secret/one', '/secret/two', '/secret/three'])(
    'is told of by its name only where it holds something else: %s',
    async (name) => {
      const step = await asking().run({ source: `ssm:${name}` });
      expect(step.failure).toMatchObject({ code: 'ParameterNotAnImage' });
      expect(JSON.stringify([step.result, step.lines, step.journal])).not.toContain('hunter2');
    },
  );

  it('is opened for pulling and closed again like any other', async () => {
    const at = asking();
    const step = await at.run({ source: 'web=ssm:plain', accounts: `prod=${prod}` });
    expect(step.result.opened).toMatchObject([{ imageId: sourceId, state: 'closed' }]);
  });
});
