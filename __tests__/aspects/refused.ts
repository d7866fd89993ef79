import { refusals } from '../../src/aspects/refusals.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { Key } from '../../src/model/image.ts';
import type { AllowedImages, Facts, Observation } from '../../src/model/observation.ts';
import type { Target } from '../../src/model/promotion.ts';
import {
  account,
  accounts,
  facts,
  image,
  key,
  keyArn,
  observation,
  owner,
  snapshot,
  source,
  target,
} from '../support/builders.ts';
import { codesOf } from '../support/differences.ts';
import { failure } from '../support/outcomes.ts';

/** Pieces of a target: copied by its own account; under no key; shared with an account, or with everyone. */
export const push = { owner: owner('home'), pull: undefined };
export const none = { key: { kind: 'none' } } as const;
export const encryptedSource = source({
  snapshots: [snapshot(), snapshot({ id: 'snap-2', encrypted: true, keyArn })],
});
export const managed = key({ arn: 'arn:aws:kms:eu-west-1:444455556666:key/aws', manager: 'AWS' });
export const shared = { consumers: [account(accounts.eu)] };

export const everyone = { consumers: [{ kind: 'everyone', id: 'all' }] } as const;
export const marketplace = source({ image: image({ productCodes: [{ code: 'abc', type: 'marketplace' }] }) });
export const sourceKeyArn = `arn:aws:kms:us-east-1:${accounts.home}:key/source`;

/** A source of a platform that is billed so. */
export function billedAs(usageOperation: string | undefined): Partial<Target> {
  return { source: source({ image: image({ usageOperation, platformDetails: 'Windows' }) }) };
}

/** What is seen where the keys and settings are so. */
export function knowing(over: Partial<Facts>, rest: Partial<Observation> = {}): Partial<Observation> {
  return { ...rest, facts: facts(over) };
}

/** What is seen where the role that copies can look at the key of the source. */
export function sourceKey(over: Partial<Key> = {}): Partial<Observation> {
  return knowing({ sourceKeys: new Map([[sourceKeyArn, { value: key({ arn: sourceKeyArn, ...over }) }]]) });
}

/** What is seen where it cannot. */
export function sourceKeyUnread(over: Partial<Failure> = {}): Partial<Observation> {
  const unread = failure({ action: 'kms:DescribeKey', code: 'AccessDeniedException', ...over });
  return knowing({ sourceKeys: new Map([[sourceKeyArn, { failure: unread }]]) });
}

/** What is seen where the pulling account allows itself images of these providers. */
export function allowing(state: AllowedImages['state'], providers: readonly string[]): Partial<Observation> {
  const criterion = { providers, names: [], productCodes: [], watermarks: [] };
  const ages = { createdWithinDays: undefined, deprecatedWithinDays: undefined };
  return knowing({ allowedImages: { value: { state, criteria: [{ ...criterion, ...ages }] } } });
}

/** What the copy of a target is refused for. */
export function codesFor(wanted: Partial<Target>, seen: Partial<Observation> = {}): readonly string[] {
  return codesOf(refusals(target(wanted), observation(seen)));
}
