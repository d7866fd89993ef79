import { authorizeEc2, type Check } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { AwsError } from '../../wire/error.ts';

/**
 * Asks IAM, then ends a dry run. AWS: a dry run answers DryRunOperation (412) to whoever is allowed, whatever else
 * the real call would fail on; `judge` is what is judged on a dry run too.
 */
export function permit(
  call: Call,
  input: { readonly DryRun?: boolean | undefined },
  checks: readonly Check[],
  judge: () => void = () => undefined,
): void {
  authorizeEc2(call, checks);
  judge();
  if (input.DryRun === true) {
    throw dryRunPassed();
  }
}

/** What a dry run ends with that is allowed. */
export function dryRunPassed(): AwsError {
  return new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}

/** The parameter, or MissingParameter. */
export function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
  }
  return value;
}

const codes = { ami: 'InvalidAMIID', snap: 'InvalidSnapshot' } as const;

/** Checks the form of ids. AWS: an id of zeros or ones only is malformed too; an empty one is missing. */
export function checkIds(ids: readonly string[], prefix: 'ami' | 'snap'): void {
  const form = new RegExp(`^${prefix}-(?!0+$|1+$)([0-9a-f]{8}|[0-9a-f]{17})$`);
  for (const id of ids) {
    if (id === '') {
      throw new AwsError('MissingParameter', `The request must contain the parameter ${prefix}Id`);
    }
    if (!form.test(id)) {
      const code = prefix === 'ami' ? 'InvalidAMIID.Malformed' : 'InvalidSnapshotID.Malformed';
      throw new AwsError(code, `Invalid id: "${id}" (expecting "${prefix}-...")`);
    }
  }
}

/** AWS's NotFound for ids that never existed, or that a read does not see. */
export function notFound(ids: readonly string[], prefix: 'ami' | 'snap'): AwsError {
  if (prefix === 'snap') {
    return new AwsError(`${codes.snap}.NotFound`, `The snapshot '${ids.join(', ')}' does not exist.`);
  }
  const message =
    ids.length === 1
      ? `The image id '[${ids[0]}]' does not exist`
      : `The image ids '[${ids.join(', ')}]' do not exist`;
  return new AwsError(`${codes.ami}.NotFound`, message);
}

const ownerAliases = ['amazon', 'aws-marketplace', 'aws-backup-vault', 'microsoft'];

/** Account ids out of `self`, ids and AWS's own aliases, which own nothing in this world. */
export function accountsOf(names: readonly string[], caller: string): readonly string[] {
  return names.map((name) => {
    if (name !== 'self' && !/^\d{12}$/.test(name) && !ownerAliases.includes(name)) {
      throw new AwsError('InvalidUserID.Malformed', `Invalid user id: "${name}"`);
    }
    return name === 'self' ? caller : name;
  });
}

export function tagSet(
  tags: ReadonlyMap<string, string>,
): readonly { Key: string; Value: string }[] | undefined {
  return tags.size === 0 ? undefined : [...tags].map(([Key, Value]) => ({ Key, Value }));
}
