import { type Complaint, quoted } from './fault.ts';
import { fill, type Parts, splitPlaceholders } from './placeholders.ts';

/** A role as a workflow writes it: a name with or without a path, or an ARN, in which placeholders may stand. */
export interface RoleText {
  readonly text: string;
  readonly parts: Parts<'account' | 'partition'>;
}

/**
 * The role that a text means, and what is wrong with the text; neither depends on an account yet. `withoutRole` is
 * what to do when there shall be none.
 */
export function parseRole(
  text: string,
  withoutRole = 'set ambient-credentials: true',
): {
  readonly role: RoleText;
  readonly complaints: readonly Complaint[];
} {
  const { parts, complaints } = splitPlaceholders(text, ['account', 'partition']);
  const role = { text, parts };
  return {
    role,
    complaints:
      complaints.length > 0 ? complaints : [shapeComplaint(role, withoutRole)].flatMap((one) => one ?? []),
  };
}

/** The role's ARN in an account. */
export function roleArn(role: RoleText, account: string, partition: string): string {
  const filled = fill(role.parts, { account, partition });
  return filled.startsWith('arn:')
    ? filled
    : `arn:${partition}:iam::${account}:role/${filled.replace(/^\//, '')}`;
}

/** The account that the text itself names, when it is the ARN of a role. */
export function literalAccount(text: string | undefined): string | undefined {
  return /^arn:[^:]+:iam::(\d{12}):role\//.exec(text ?? '')?.[1];
}

/**
 * IAM's rules (CreateRole): a name of 1 to 64 of [\w+=,.@-], below a path of printable ASCII between slashes.
 * They are asked of the whole ARN as it would be in some account.
 */
function shapeComplaint(role: RoleText, withoutRole: string): Complaint | undefined {
  const { text } = role;
  if (text === 'none' || text === 'auto') {
    return {
      problem: 'is not a role',
      right: `name the role to assume, or ${withoutRole}`,
    };
  }
  if (/^arn:[^:]*:sts:.*:assumed-role\//.test(text)) {
    return {
      problem: 'is a session of a role',
      right: 'write the role itself, as arn:aws:iam::123456789012:role/NAME',
    };
  }
  const local = text.startsWith('arn:') ? undefined : text;
  if (local?.startsWith('role/') === true && /^[\w+=,.@-]+$/.test(local.slice('role/'.length))) {
    return { problem: 'is not the name of a role', right: `did you mean "${local.slice('role/'.length)}"?` };
  }
  if (local !== undefined && /^[^/:\s]+\/[^:\s]*[^/:\s]$/.test(local)) {
    return {
      problem: 'has a path that does not begin with a slash',
      right: `did you mean ${quoted(`/${local}`)}?`,
    };
  }
  const arn = roleArn(role, '123456789012', 'aws');
  return /^arn:aws(?:-[a-z]+)*:iam::\d{12}:role(?:\/[!-.0-z|~]+)*\/[\w+=,.@-]{1,64}$/.test(arn) &&
    arn.length <= 2048
    ? undefined
    : {
        problem: 'is neither the name nor the ARN of a role',
        right:
          'write ami-promotion, /path/ami-promotion or arn:{partition}:iam::{account}:role/ami-promotion',
      };
}
