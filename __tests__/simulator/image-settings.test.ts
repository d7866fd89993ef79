import { GetAllowedImagesSettingsCommand, GetImageBlockPublicAccessStateCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from '@jest/globals';
import { allowAll, ec2, failure, fixture, frankfurt, home, ireland, production, user } from './fixture.ts';

const criteria = [
  {
    providers: [home, 'amazon'],
    names: ['web-*'],
    'created-within-days': 300,
    'deprecated-within-days': 0,
    'marketplace-product-codes': ['abc'],
    watermarks: [
      {
        key: `${home}:*`,
        region: 'eu-*',
        'source-created-within-days': 7,
        'attached-within-days': 3,
      },
    ],
  },
  { providers: [production] },
];
const accounts = (settings: object, policies?: readonly unknown[]) => ({
  accounts: [
    { id: home, name: 'home', users: [user(1, policies)], regions: { [frankfurt]: settings } },
    { id: production, name: 'production' },
  ],
});

describe('GetImageBlockPublicAccessState', () => {
  const ask = async (settings: object, region = frankfurt) => {
    const { world } = fixture(accounts(settings));
    const { $metadata, ...state } = await ec2(world, 1, region).send(
      new GetImageBlockPublicAccessStateCommand({}),
    );
    return state;
  };

  it('says what holds in the Region and who decides it', async () => {
    const blocked = { ImageBlockPublicAccessState: 'block-new-sharing', ManagedBy: 'account' };
    expect(await ask({})).toEqual(blocked);
    const open = { 'public-sharing': true, 'public-sharing-managed-by': 'declarative-policy' };
    expect(await ask(open)).toEqual({
      ImageBlockPublicAccessState: 'unblocked',
      ManagedBy: 'declarative-policy',
    });
    expect(await ask(open, ireland)).toEqual(blocked);
  });
});

describe('GetAllowedImagesSettings', () => {
  const ask = async (settings: object) => {
    const { world } = fixture(accounts(settings));
    const { $metadata, ...state } = await ec2(world).send(new GetAllowedImagesSettingsCommand({}));
    return state;
  };

  it('is disabled in a new account', async () => {
    expect(await ask({})).toEqual({ State: 'disabled', ManagedBy: 'account', ImageCriteria: [] });
  });

  it('shows every criterion in the names of AWS', async () => {
    const setting = { state: 'audit-mode', 'managed-by': 'declarative-policy', criteria };
    expect(await ask({ 'allowed-images': setting })).toEqual({
      State: 'audit-mode',
      ManagedBy: 'declarative-policy',
      ImageCriteria: [
        {
          ImageProviders: [home, 'amazon'],
          ImageNames: ['web-*'],
          MarketplaceProductCodes: ['abc'],
          CreationDateCondition: { MaximumDaysSinceCreated: 300 },
          DeprecationTimeCondition: { MaximumDaysSinceDeprecated: 0 },
          ImageWatermarks: [
            {
              WatermarkKey: `${home}:*`,
              SourceImageRegion: 'eu-*',
              MaximumDaysSinceSourceImageCreated: 7,
              MaximumDaysSinceWatermarkCreated: 3,
            },
          ],
        },
        { ImageProviders: [production] },
      ],
    });
  });
});

it.each([
  ['ec2:GetImageBlockPublicAccessState', new GetImageBlockPublicAccessStateCommand({})],
  ['ec2:GetAllowedImagesSettings', new GetAllowedImagesSettingsCommand({})],
])('%s needs its permission', async (action, command) => {
  const deny = { Version: '2012-10-17', Statement: { Effect: 'Deny', Action: action, Resource: '*' } };
  const { world } = fixture(accounts({}, [allowAll, deny]));
  const client = ec2(world);
  const call =
    command instanceof GetAllowedImagesSettingsCommand ? client.send(command) : client.send(command);
  expect(await failure(call)).toMatchObject({ code: 'UnauthorizedOperation', status: 403 });
});

it.each([
  [{ state: 'on' }, 'state'],
  [{ state: 'enabled', criteria: [{}] }, 'must not be empty'],
  [{ state: 'enabled', criteria: [{ providers: ['none', home] }] }, 'the provider none stands alone'],
  [{ state: 'enabled', criteria: [{ providers: ['me'] }] }, 'must be an account id'],
  [{ state: 'enabled', criteria: [{ watermarks: [{}] }] }, 'must not be empty'],
])('a world file with allowed-images %j is refused', (setting, text) => {
  expect(() => fixture(accounts({ 'allowed-images': setting }))).toThrow(text);
});
