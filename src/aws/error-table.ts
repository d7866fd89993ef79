import { missingStatement } from './error-denial.ts';
import { enableRegion } from './error-paste.ts';
import type { ErrorRow } from './error-row.ts';
import { copyingRows } from './error-table-copying.ts';
import { identityRows } from './error-table-identity.ts';
import { requestRows } from './error-table-requests.ts';
import { sharingRows } from './error-table-sharing.ts';

/** What any service of AWS may answer, and what a connection may end in. */
const commonRows: readonly ErrorRow[] = [
  {
    codes: ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException'],
    kind: 'permission',
    denial: true,
    meaning: ({ role, action }) => `${role} may not do ${action} there.`,
    cure: "An administrator of that account adds this statement to the role's policies. README, The roles to create, tells which files of iam/ have all that a role needs, by what it is for.",
    paste: missingStatement,
  },
  {
    codes: ['RequestExpired', 'ExpiredToken', 'ExpiredTokenException'],
    kind: 'expired',
    meaning: 'The session has expired.',
    cure: 'Run the step again; sessions of the action renew themselves, so check the clock of the runner, or make ambient credentials last as long as the step.',
  },
  {
    codes: ['InvalidClientTokenId', 'UnrecognizedClientException'],
    kind: 'permission',
    quiet: true,
    meaning: 'AWS does not know these credentials in that Region.',
    cure: 'An administrator of that account enables the Region, or you leave it out; ambient credentials must be whole, with their session token.',
    paste: enableRegion,
  },
  {
    codes: [
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'InvalidSignatureException',
      'MissingAuthenticationToken',
    ],
    kind: 'permission',
    quiet: true,
    meaning: 'AWS did not accept the signature of the request.',
    cure: 'Set the clock of the runner, look for a proxy that changes requests, and check that ambient credentials are whole.',
  },
  {
    codes: ['OptInRequired'],
    kind: 'precondition',
    meaning: 'The account is not subscribed to what this needs.',
    cure: 'An administrator of that account subscribes to it or enables it, as AWS says.',
  },
  {
    codes: ['RequestLimitExceeded', 'Throttling', 'ThrottlingException'],
    kind: 'throttle',
    meaning: 'AWS asked to slow down, and went on asking for longer than is reasonable.',
    cure: 'Something else in that account uses up the same limit; run the step again when it is quiet.',
  },
  {
    codes: [
      'InternalError',
      'InternalFailure',
      'Unavailable',
      'ServiceUnavailable',
      'KMSInternalException',
      'DependencyTimeoutException',
    ],
    kind: 'transient',
    meaning: 'AWS had a fault of its own that did not pass.',
    cure: 'Run the step again; if it lasts, look at the AWS Health Dashboard for that Region.',
  },
  {
    codes: ['UnreadableAnswer'],
    kind: 'transient',
    meaning: 'What came back was no answer of AWS, and went on being none.',
    cure: 'Something between the runner and AWS answers in its place: look at proxies and firewalls.',
  },
];

/** No answer at all, with a code of the operating system or of TLS. */
export const noConnection: ErrorRow = {
  codes: ['TimeoutError'],
  kind: 'transient',
  meaning: ({ where }) => `The connection to AWS in ${where} failed, and went on failing for minutes.`,
  cure: "Check the runner's network, its proxy variables and, for a private endpoint, its DNS; if it is that Region, look at the AWS Health Dashboard, and move it to optional-regions if the others can do without it.",
};

/** Every code that is known: what it means, and what to do about it. */
export const errorTable: readonly ErrorRow[] = [
  ...commonRows,
  noConnection,
  ...identityRows,
  ...copyingRows,
  ...requestRows,
  ...sharingRows,
];

/** The row of a code at an action; undefined for a code that is not known there. */
export function rowOf(code: string, action: string): ErrorRow | undefined {
  const rows = errorTable.filter(({ codes }) => codes.includes(code));
  return (
    rows.find(({ actions }) => actions?.includes(action)) ?? rows.find(({ actions }) => actions === undefined)
  );
}
