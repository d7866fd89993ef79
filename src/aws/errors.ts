import { Failed, type Failure, type FailureKind, interrupted } from '../model/failure.ts';

/** What was tried, for the words of a failure. */
export interface Attempted {
  /** `ec2:CopyImage` */
  readonly action: string;
  /** `account/region`, or the account alone. */
  readonly where: string;
  /** Who tried: the role's ARN. */
  readonly role: string;
}

/**
 * Turns what the SDK raised into a failure. Decided on codes, never on texts; an unknown code is passed on whole.
 * Undefined for what is neither an answer of AWS nor trouble with the connection: that is a defect of ours.
 */
export function failureOf(error: unknown, attempted: Attempted): Failure | undefined {
  if (error instanceof Failed) {
    return error.failure;
  }
  const { code, message, requestId, status } = read(error);
  if (code === 'AbortError') {
    return interrupted;
  }
  const row = table[code] ?? (status === undefined ? withoutAnswer(code) : unknown(status));
  if (row === undefined) {
    return undefined;
  }
  return {
    where: attempted.where,
    action: attempted.action,
    code,
    requestId,
    kind: row.kind,
    meaning: `${row.meaning(attempted)}${message === '' || mayEchoSecrets.has(code) ? '' : ` AWS says: ${readable(message)}`}`,
    cure: row.cure(attempted),
  };
}

/** What AWS says with these may repeat parts of the request, a session token or an ID token among them. */
const mayEchoSecrets = new Set([
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'ValidationError',
  'InvalidClientTokenId',
]);

/** As a sentence, without the encoded part of a denial: a kilobyte that only AWS can read. */
function readable(message: string): string {
  const [text = ''] = message.split(/\s*Encoded authorization failure message/);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

interface Row {
  readonly kind: FailureKind;
  readonly meaning: (attempted: Attempted) => string;
  readonly cure: (attempted: Attempted) => string;
}

function row(kind: FailureKind, meaning: string, cure: string): Row {
  return { kind, meaning: () => meaning, cure: () => cure };
}

const denied: Row = {
  kind: 'permission',
  meaning: ({ role, action }) => `${role} may not do ${action} there.`,
  cure: ({ action }) =>
    `Compare the role's policy with the files in iam/: it needs ${action}, and no service control policy, resource policy or permission boundary may deny it.`,
};
const expired = row(
  'expired',
  'The session has expired.',
  'Run the step again; sessions are refreshed by themselves, so also check the clock of the runner.',
);
const throttled = row(
  'throttle',
  'AWS asked to slow down, and went on asking for longer than is reasonable.',
  'Something else in that account uses up the same limit; run the step again when it is quiet.',
);
const busy = row(
  'transient',
  'AWS had a fault of its own that did not pass.',
  'Run the step again; if it lasts, look at the AWS Health Dashboard for that Region.',
);
const network = row(
  'transient',
  'The connection to AWS failed, and went on failing.',
  "Check the runner's network, its proxy variables and, for a private endpoint, its DNS.",
);
const noImage = row(
  'precondition',
  'The image does not exist there, or is not visible to this role.',
  'Check that nobody deregistered it or took its permission away, and look for an Allowed AMIs setting in that account.',
);
const badKey = row(
  'precondition',
  'The KMS key does not exist in that account and Region, or this role may not see it.',
  'Check kms-key: an alias and a key id belong to one account and Region; give the role kms:DescribeKey on the key.',
);

const table: Readonly<Record<string, Row>> = {
  UnauthorizedOperation: denied,
  AccessDenied: denied,
  AccessDeniedException: denied,
  AuthFailure: row(
    'permission',
    'AWS did not accept the credentials there, or the resource belongs to somebody else.',
    'Check that the Region is enabled in that account, and that image, snapshots and key are owned by or open to this role.',
  ),
  OptInRequired: row(
    'precondition',
    'The account is not subscribed to what this needs.',
    'Subscribe or enable it in that account.',
  ),
  RequestExpired: expired,
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  RequestLimitExceeded: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  TooManyRequestsException: throttled,
  InternalError: busy,
  InternalFailure: busy,
  InternalServerError: busy,
  KMSInternalException: busy,
  DependencyTimeoutException: busy,
  Unavailable: busy,
  ServiceUnavailable: busy,
  ConcurrentTagAccess: busy,
  TimeoutError: network,
  UnreadableAnswer: row(
    'transient',
    'What came back was no answer of AWS, and went on being none.',
    'Something between the runner and AWS answers in its place: look at proxies and firewalls.',
  ),
  'InvalidAMIID.NotFound': noImage,
  'InvalidAMIID.Unavailable': row(
    'precondition',
    'The image is not in a state that allows this.',
    'Check whether somebody disabled or deregistered it, then run the step again.',
  ),
  'InvalidAMIID.Malformed': row('precondition', 'That is no AMI id.', 'Check source.'),
  'InvalidSnapshot.NotFound': row(
    'precondition',
    'A snapshot of the image does not exist there, or is not visible to this role.',
    'Check that nobody deleted it or took its permission away.',
  ),
  InvalidRequest: row(
    'precondition',
    'AWS refuses this copy: mostly because the image is from the Marketplace, carries billing codes of another account, or its snapshots may not be read.',
    'If the image is of your own making, check that each of its snapshots is open to this account; otherwise launch it in the target account and create an image from that instance.',
  ),
  IdempotentParameterMismatch: row(
    'conflict',
    'The same copy was asked for before with other parameters.',
    'Run the step again in a few minutes.',
  ),
  ResourceLimitExceeded: row(
    'quota',
    'A limit of that account and Region is reached: copies under way, or entities that an image is shared with.',
    'Wait for other copies there, or ask AWS to raise the limit (Service Quotas, Amazon EC2).',
  ),
  TagLimitExceeded: row(
    'precondition',
    'A resource would carry more than 50 tags.',
    'Set copy-tags: false or remove tags.',
  ),
  TagPolicyViolation: row(
    'precondition',
    "The organization's tag policy refuses these tags.",
    'Give the tags that it asks for in the input tags.',
  ),
  InvalidParameter: row(
    'precondition',
    'AWS refuses to share this: an image under an AWS-managed key can never be shared.',
    'Copy it under a customer-managed key.',
  ),
  OperationNotPermitted: row(
    'precondition',
    'AWS refuses to share this: a snapshot under an AWS-managed key can never be shared, and encrypted ones never with everyone.',
    'Copy it under a customer-managed key.',
  ),
  InvalidAMIAttributeItemValue: row(
    'precondition',
    'That is no account that AWS knows.',
    'Check share-with and accounts.',
  ),
  InvalidParameterValue: row(
    'precondition',
    'AWS does not accept a value of this request.',
    'Check the inputs that AWS names.',
  ),
  InvalidParameterDependency: row(
    'precondition',
    'AWS does not accept this combination of values.',
    'Please report this: the action should not send it.',
  ),
  InvalidRegion: row(
    'precondition',
    'AWS knows no such Region.',
    'Check source-region, regions and optional-regions.',
  ),
  NotFoundException: badKey,
  InvalidArnException: badKey,
  RegionDisabledException: row(
    'precondition',
    'STS is switched off in that Region for this account.',
    'Activate STS there (IAM, Account settings), or use another Region.',
  ),
  InvalidIdentityToken: row(
    'permission',
    "The account has no IAM identity provider that accepts GitHub's token.",
    'Create the OIDC provider https://token.actions.githubusercontent.com in that account, with this audience (README, roles).',
  ),
  IDPCommunicationError: busy,
  IDPRejectedClaim: row(
    'permission',
    "AWS rejected a claim of GitHub's token.",
    'Check the identity provider of that account.',
  ),
  ValidationError: row(
    'precondition',
    'AWS does not accept a value of this request.',
    'Check role and source-role.',
  ),
};

/** No answer at all, and a code of the operating system or of TLS: the connection. Anything else is a defect. */
function withoutAnswer(code: string): Row | undefined {
  return /^(E[A-Z_]+|HPE_\w+|ERR_(TLS|SSL)_\w+|(CERT|UNABLE|DEPTH|SELF)_\w+)$/.test(code)
    ? network
    : undefined;
}

function unknown(status: number): Row {
  const kind = status >= 500 ? 'transient' : 'permanent';
  return row(
    kind,
    'AWS refused this with a code that is not known here.',
    'Look the code up in the AWS documentation; AWS Support finds the call by its request id.',
  );
}

/**
 * EC2 puts its code into `name`. STS models some errors under names that end in Exception while the wire
 * says the code without it; connection trouble has a system code and no answer at all. What the SDK cannot
 * even read raises a plain error that carries the status.
 */
function read(error: unknown): {
  code: string;
  message: string;
  requestId: string | undefined;
  status: number | undefined;
} {
  const facts = Object(error) as {
    name?: string;
    Code?: string;
    code?: string;
    message?: string;
    $metadata?: { requestId?: string; httpStatusCode?: number };
  };
  const answered = facts.$metadata?.httpStatusCode !== undefined;
  const unreadable = answered && ['Error', 'SyntaxError'].includes(facts.name ?? '');
  const name = unreadable ? 'UnreadableAnswer' : (facts.Code ?? facts.name ?? 'Unknown');
  const code = !answered && facts.code !== undefined ? facts.code : name;
  return {
    code:
      code in table ? code : code.replace(/Exception$/, '') in table ? code.replace(/Exception$/, '') : code,
    message: answered && !unreadable ? (facts.message ?? '') : '',
    requestId: facts.$metadata?.requestId,
    status: facts.$metadata?.httpStatusCode,
  };
}
