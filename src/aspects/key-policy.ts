import type { KeyUse } from '../model/observation.ts';
import { partitionOf } from '../model/partition.ts';
import { matches } from './glob.ts';

/** Who asks for what, where. */
export interface KeyRequest {
  readonly role: string;
  readonly account: string;
  /** Of the key. */
  readonly region: string;
  readonly use: KeyUse;
}

/**
 * Whether a key policy allows a role this use where EC2 of the key's Region makes the call, and only there: by an Allow
 * with a condition on kms:ViaService (for a grant also kms:GrantIsForAWSResource), or by an Allow beside a Deny of
 * everything else. Such a policy refuses the role's own call, and not what EC2 does on its behalf. Conditions that nobody
 * can judge from here (organizations) are taken to hold, in a Deny too: what may deny the launch explains nothing. False for
 * a text that is no policy. Pure.
 */
export function throughEc2Only(policy: string, request: KeyRequest): boolean {
  const about = statementsIn(policy).filter((statement) => concerns(statement, request));
  const allowing = about.filter(({ Effect }) => Effect === 'Allow');
  const isLetIn = allowing.some(({ Condition }) => judged(Condition, request) !== 'never');
  const onlyByEc2 = allowing.some(({ Condition }) => judged(Condition, request) === 'by-ec2');
  const othersDenied = about.some(
    ({ Effect, Condition }) => Effect === 'Deny' && judged(Condition, request) === 'unless-ec2',
  );
  const isDenied = about.some(
    ({ Effect, Condition }) => Effect === 'Deny' && ['always', 'by-ec2'].includes(judged(Condition, request)),
  );
  return !isDenied && (onlyByEc2 || (isLetIn && othersDenied));
}

type Statement = Readonly<Record<string, unknown>>;

/** What a statement's conditions come to for a call of this role: when EC2 makes it, when anybody else does, or never. */
type Judgement = 'always' | 'by-ec2' | 'unless-ec2' | 'never';

function judged(condition: unknown, request: KeyRequest): Judgement {
  const parts = Object.entries(recordOf(condition)).flatMap(([operator, block]) =>
    Object.entries(recordOf(block)).map(([key, value]) =>
      judgedPart(operator.toLowerCase(), key.toLowerCase(), textsIn(value), request),
    ),
  );
  const order: readonly Judgement[] = ['never', 'by-ec2', 'unless-ec2'];
  return order.find((one) => parts.includes(one)) ?? 'always';
}

function judgedPart(
  operator: string,
  key: string,
  values: readonly string[],
  { account, role, region, use }: KeyRequest,
): Judgement {
  const isNegated = /not(equals|like)/.test(operator);
  const isOptional = operator.endsWith('ifexists');
  const holds = (value: string) => values.some((pattern) => matches(pattern, value)) !== isNegated;
  switch (key) {
    case 'kms:viaservice': {
      if (operator === 'null') {
        return values.includes('true') ? 'unless-ec2' : 'by-ec2';
      }
      // A call of the role itself has no such key: what is negated holds for it, and so does what may be missing.
      const ec2 = `ec2.${region}.${partitionOf(region)?.dnsSuffix ?? 'amazonaws.com'}`;
      if (isNegated || isOptional) {
        return holds(ec2) ? 'always' : 'unless-ec2';
      }
      return holds(ec2) ? 'by-ec2' : 'never';
    }
    case 'kms:grantisforawsresource': {
      if (use !== 'kms:CreateGrant') {
        return isOptional ? 'always' : 'never';
      }
      return values.includes('true') ? 'by-ec2' : 'unless-ec2';
    }
    case 'kms:calleraccount':
    case 'aws:principalaccount':
      return holds(account) ? 'always' : 'never';
    case 'aws:principalarn':
      return holds(role) ? 'always' : 'never';
    default:
      return 'always';
  }
}

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

/** Texts, and the booleans of a condition as policies may write them. */
function textsIn(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value])
    .filter((one) => typeof one === 'string' || typeof one === 'boolean')
    .map(String);
}

/** Whether a statement speaks of the role, by itself or by its account, and of the use. What speaks of all but some may deny both. */
function concerns(statement: Statement, { role, account, use }: KeyRequest): boolean {
  const { Effect, Principal, Action } = statement;
  if ('NotPrincipal' in statement || 'NotAction' in statement) {
    return Effect === 'Deny';
  }
  const all = Principal === '*' ? ['*'] : textsIn(recordOf(Principal).AWS);
  const named = ['*', role, account, `arn:${role.split(':')[1]}:iam::${account}:root`];
  return (
    all.some((one) => named.includes(one)) &&
    textsIn(Action).some((pattern) => matches(pattern.toLowerCase(), use.toLowerCase()))
  );
}
