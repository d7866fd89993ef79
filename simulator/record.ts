/** One call as the simulator saw it. Tokens and secrets are left out of `params`. */
export interface CallRecord {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly service: ServiceId;
  /** `CopyImage`; for what EC2 does with a key on the caller's behalf, KMS's action. */
  readonly action: string;
  readonly account: string;
  /** Empty where the request does not say, as for an unsigned call to loopback. */
  readonly region: string;
  /** ARN of the caller; empty where there was none. */
  readonly principal: string;
  /** It changes something if it succeeds: a dry run does not. */
  readonly mutating: boolean;
  /** `ok`, or the code of the error. */
  readonly code: string;
  readonly requestId: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Every permission the call rested on. */
  readonly allowedBy: readonly Permission[];
  /** False when a fault broke the connection: with code `ok`, after the call had its effect. */
  readonly answered: boolean;
  /** The action of EC2 for which this was checked; set on KMS checks that EC2 made on the caller's behalf. */
  readonly onBehalfOf?: string;
}

export type ServiceId = 'ec2' | 'sts' | 'kms' | 'ssm';

/** A statement that allowed something: which one, and what it allowed. */
export interface Permission {
  readonly policy: string;
  readonly statement: number;
  readonly actionPattern: string;
  readonly resourcePattern: string;
  readonly action: string;
  readonly resource: string;
}
