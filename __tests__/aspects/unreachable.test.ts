import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { refusals } from '../../src/aspects/refusals.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Target } from '../../src/model/promotion.ts';
import { accounts, image, observation, owner, source, target } from '../support/builders.ts';
import { failuresOf } from '../support/differences.ts';
import { failure } from '../support/outcomes.ts';
import {
  allowing,
  billedAs,
  codesFor,
  everyone,
  knowing,
  marketplace,
  none,
  push,
  sourceKey,
  sourceKeyArn,
  sourceKeyUnread,
} from './refused.ts';

describe('an image of the Marketplace, or one that is billed', () => {
  it('is not copied to another account', () => {
    expect(codesFor({ source: marketplace })).toEqual(['MarketplaceCannotBePulled']);
    expect(codesFor(billedAs('RunInstances:0002'))).toEqual(['BilledCannotBePulled']);
  });

  it('is told once where it is both: the way round is the same', () => {
    const both = image({ ...marketplace.image, usageOperation: 'RunInstances:0002' });
    expect(codesFor({ source: source({ image: both }) })).toEqual(['MarketplaceCannotBePulled']);
  });

  it('is copied by its owner', () => {
    expect(codesFor({ source: marketplace, ...push })).toEqual([]);
    expect(codesFor({ ...billedAs('RunInstances:0002'), ...push })).toEqual([]);
  });

  it.each([undefined, 'RunInstances', 'RunInstances:00g0', 'RunInstances:0800'])(
    'is none where the licence is brought along, or none is needed: %s',
    (usageOperation) => {
      expect(codesFor(billedAs(usageOperation))).toEqual([]);
    },
  );

  it('is none for a product code of another kind', () => {
    const devpay = source({ image: image({ productCodes: [{ code: 'abc', type: 'devpay' }] }) });
    expect(codesFor({ source: devpay })).toEqual([]);
    expect(codesFor({ source: devpay, ...none, ...everyone }, { key: undefined })).toEqual([]);
  });
});

describe('Allowed AMIs of the pulling account', () => {
  it('forbid a copy of what meets none of their criteria', () => {
    expect(codesFor({}, allowing('enabled', ['amazon']))).toEqual(['ImageNotAllowed']);
    expect(codesFor({}, knowing({ allowedImages: { value: { state: 'enabled', criteria: [] } } }))).toEqual([
      'ImageNotAllowed',
    ]);
  });

  it('forbid nothing that meets one, nor while they are only watched, or off', () => {
    expect(codesFor({}, allowing('enabled', ['amazon', accounts.home]))).toEqual([]);
    expect(codesFor({}, allowing('audit-mode', ['amazon']))).toEqual([]);
    expect(codesFor({}, allowing('disabled', ['amazon']))).toEqual([]);
  });

  it('never concern images of the own account', () => {
    expect(codesFor(push, allowing('enabled', ['amazon']))).toEqual([]);
  });

  it('forbid nothing where they could not be read', () => {
    expect(codesFor({}, knowing({ allowedImages: { failure: failure() } }))).toEqual([]);
  });

  it('are mended by a command that keeps the criteria that are there', () => {
    const [refused] = failuresOf(refusals(target(), observation(allowing('enabled', ['amazon']))));
    expect(refused?.paste?.text).toBe(
      `aws ec2 replace-image-criteria-in-allowed-images-settings --region us-east-1 --image-criteria "$(aws ec2 get-allowed-images-settings --region us-east-1 --output json --query "[ImageCriteria, [{ImageProviders: ['${accounts.home}']}]][]")"`,
    );
  });
});

describe('the key of the source', () => {
  const refusalFor = (seen: Partial<Observation>, wanted: Partial<Target> = {}) =>
    failuresOf(refusals(target(wanted), observation(seen)))[0];

  it('refuses nothing where the role that copies can use it', () => {
    expect(codesFor({}, sourceKey())).toEqual([]);
    expect(codesFor(push, sourceKey())).toEqual([]);
  });

  it.each([
    ['Disabled', `aws kms enable-key --region us-east-1 --key-id ${sourceKeyArn}`],
    [
      'PendingDeletion',
      `aws kms cancel-key-deletion --region us-east-1 --key-id ${sourceKeyArn}\naws kms enable-key --region us-east-1 --key-id ${sourceKeyArn}`,
    ],
    ['PendingImport', undefined],
  ])('is refused while it is %s, for a push too, with the commands that help', (state, text) => {
    expect(codesFor(push, sourceKey({ state }))).toEqual(['SourceKeyNotUsable']);
    expect(refusalFor(sourceKey({ state }))).toMatchObject({
      code: 'SourceKeyNotUsable',
      paste: text && { text },
    });
  });

  it('that the role may not look at is told with the request, and the statements of iam for that role', () => {
    const refused = refusalFor(sourceKeyUnread());
    expect(refused).toMatchObject({
      code: 'SourceKeyNotReadable',
      kind: 'permission',
      requestId: failure().requestId,
    });
    expect(refused?.meaning).toContain(`${owner('prod').roleArn} cannot look at ${sourceKeyArn}`);
    expect(refused?.cure).toContain('iam/owner-policy.json');
    const file = join(import.meta.dirname, '../../iam/source-key-policy-statements.json');
    const role = `arn:aws:iam::${accounts.prod}:role/ami-promotion`;
    const text = readFileSync(file, 'utf8').replaceAll('arn:aws:iam::OWNER_ACCOUNT_ID:role/ROLE_NAME', role);
    expect(JSON.parse(`[${refused?.paste?.text}]`)).toEqual(JSON.parse(text).Statement);
  });

  it('is told of a push with the policy of the home account, and of no role with the account itself', () => {
    const home = owner('home', { roleArn: undefined });
    const refused = refusalFor(sourceKeyUnread(), { ...push, owner: home });
    expect(refused?.cure).toContain('iam/home-policy.json');
    expect(refused?.meaning).toMatch(/^The identity behind the credentials of the environment cannot/);
    expect(refused?.paste?.text).toContain(`"arn:aws:iam::${accounts.home}:root"`);
  });

  it('that the role lacks by its own policies is told with the statement for them', () => {
    const paste = { text: '{"Sid":"x"}', into: { kind: 'role', arn: owner('prod').roleArn } } as const;
    const policyOfKey = { kind: 'key', arn: sourceKeyArn };
    expect(refusalFor(sourceKeyUnread({ paste, deniedBy: 'role' }))?.paste).toEqual(paste);
    expect(refusalFor(sourceKeyUnread({ paste, deniedBy: 'resource' }))?.paste?.into).toEqual(policyOfKey);
    expect(refusalFor(sourceKeyUnread({ paste }))?.paste?.into).toEqual(policyOfKey);
  });

  it('that does not exist is cured by no policy, nor is an AWS that does not answer', () => {
    const gone = refusalFor(sourceKeyUnread({ kind: 'precondition', code: 'NotFoundException' }));
    expect(gone).toMatchObject({ code: 'SourceKeyNotReadable', paste: undefined });
    expect(gone?.cure).toContain('Name another image in source');
    const silent = refusalFor(sourceKeyUnread({ kind: 'transient', cure: 'Run the step again.' }));
    expect(silent).toMatchObject({ kind: 'transient', cure: 'Run the step again.', paste: undefined });
  });
});
