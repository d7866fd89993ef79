import type { KeyUse } from '../model/observation.ts';

/**
 * Whether a key policy has a statement that allows a role this use where a service of AWS makes the call, or denies it
 * where none does: such a policy refuses the role's own call, and not what EC2 does on its behalf
 * (kms:ViaService, kms:GrantIsForAWSResource). False for a text that is no policy. Pure.
 */
export function throughEc2Only(
  policy: string,
  { role, account }: { readonly role: string; readonly account: string },
  use: KeyUse,
): boolean {
  return statementsIn(policy).some(
    (statement) =>
      names(statement.Principal, [role, account, `arn:${role.split(':')[1]}:iam::${account}:root`]) &&
      textsIn(statement.Action).some((pattern) => matches(pattern, use)) &&
      conditionKeys(statement.Condition).some(
        (key) =>
          key === 'kms:viaservice' || (use === 'kms:CreateGrant' && key === 'kms:grantisforawsresource'),
      ),
  );
}

type Statement = Readonly<Record<string, unknown>>;

function statementsIn(policy: string): readonly Statement[] {
  const { Statement = [] } = recordOf(parsed(policy));
  return (Array.isArray(Statement) ? Statement : [Statement]).map(recordOf);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Statement {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textsIn(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
}

/** `*`, or one of the names among the principals of AWS. */
function names(principal: unknown, wanted: readonly string[]): boolean {
  const all = principal === '*' ? ['*'] : textsIn(recordOf(principal).AWS);
  return all.some((one) => one === '*' || wanted.includes(one));
}

function matches(pattern: string, action: string): boolean {
  const source = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(action.toLowerCase());
}

function conditionKeys(condition: unknown): readonly string[] {
  return Object.values(recordOf(condition)).flatMap((block) =>
    Object.keys(recordOf(block)).map((key) => key.toLowerCase()),
  );
}
