/** A policy as it was checked and taken apart: every string that AWS lets stand alone is a list here. */
export interface PolicyDocument {
  readonly version: '2012-10-17' | '2008-10-17';
  readonly statements: readonly Statement[];
}

/** A policy with the label (a file, a role) under which decisions name it. */
export interface PolicySource {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** `principals` is there in key and trust policies only, `resource` in all but trust policies. */
export interface Statement {
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly principals?: readonly PrincipalPattern[];
  readonly action: Patterns;
  readonly resource?: Patterns;
  readonly conditions: readonly Condition[];
  /** The JSON it was read from. */
  readonly json: unknown;
}

/** Action or NotAction, Resource or NotResource: `negated` stands for the Not form. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

/** Whom a key or trust policy names. An account stands for all its principals, and only delegates to its IAM. */
export type PrincipalPattern =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'role' | 'session' | 'user' | 'federated'; readonly arn: string }
  | { readonly kind: 'service'; readonly service: string };

/** One operator on one key: `key` in lower case, as IAM compares names of keys without regard to case. */
export interface Condition {
  readonly set: 'none' | 'all' | 'any';
  readonly operator: OperatorName;
  readonly ifExists: boolean;
  readonly key: string;
  readonly values: readonly string[];
}

/** The condition operators this simulator knows; every other one is refused when a policy is parsed. */
export const OPERATOR_NAMES = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'ArnEquals',
  'ArnNotEquals',
  'ArnLike',
  'ArnNotLike',
  'Bool',
  'Null',
  'NumericLessThanEquals',
] as const;

export type OperatorName = (typeof OPERATOR_NAMES)[number];

/** Who asks: a session of a role (`arn` the session's, `roleArn` the role's), a user, a web identity, a service. */
export interface Principal {
  readonly arn: string;
  readonly account: string;
  readonly roleArn?: string;
  /** ARN of the OpenID Connect provider: the caller is a token of it and no AWS principal yet. */
  readonly federated?: string;
  /** A service's own name, such as `ec2.amazonaws.com`: the caller is that service. */
  readonly service?: string;
}
