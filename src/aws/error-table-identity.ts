import { missingStatement } from './error-denial.ts';
import { identityProvider, inRegion, trustInHub, trustInWorkflow } from './error-paste.ts';
import type { ErrorRow } from './error-row.ts';
import { checkFirst, lettingWorkflowIn, presentedBy } from './error-trust.ts';

const byToken = ['sts:AssumeRoleWithWebIdentity'];
const byHub = ['sts:AssumeRole'];
const aboutKeys = ['kms:DescribeKey'];
const underKeys = ['kms:CreateGrant', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:Decrypt'];

/** What STS, KMS and SSM answer. */
export const identityRows: readonly ErrorRow[] = [
  {
    codes: ['ParameterNotFound'],
    kind: 'precondition',
    quiet: true,
    meaning: ({ resource = 'The parameter' }) => `${resource} does not exist.`,
    cure: 'Check source, source-region and source-account: a parameter belongs to one account and Region; one of another account is named by its whole ARN.',
  },
  {
    codes: ['ParameterVersionNotFound'],
    kind: 'precondition',
    meaning: ({ resource = 'The parameter', version }) =>
      `${resource} has no ${version === undefined ? 'version or label of that name' : `${/^\d+$/.test(version) ? 'version' : 'label'} ${version}`}.`,
    cure: 'Write an existing version or label after the name in source, as ssm:NAME:VERSION, or none for the newest one.',
  },
  {
    codes: ['AccessDenied'],
    actions: byToken,
    kind: 'permission',
    denial: true,
    meaning: (attempted) =>
      `${attempted.role} does not let this workflow in, or does not exist.${presentedBy(attempted, ['sub', 'environment'])}`,
    cure: lettingWorkflowIn,
    paste: trustInWorkflow,
  },
  {
    codes: ['AccessDenied'],
    actions: byHub,
    kind: 'permission',
    denial: true,
    meaning: ({ role, hub = 'The hub role', externalId }) =>
      `${hub} may not assume ${role}: that role does not exist, its trust policy does not let the hub in, or it asks for ${externalId === true ? 'another external id than role-external-id' : 'an external id, which is given by role-external-id'}.`,
    cure: ({ role }) =>
      `${checkFirst(role)} If so, an administrator of the target account makes sure that ${role} exists and adds this statement to its trust policy (iam/hub-trust-policy.json), with the value of role-external-id in place of EXTERNAL_ID if it asks for one; the hub role's own policies must allow sts:AssumeRole on it too.`,
    paste: trustInHub,
  },
  {
    codes: ['InvalidIdentityToken'],
    actions: byToken,
    kind: 'permission',
    meaning: (attempted) =>
      `The account has no IAM identity provider that accepts GitHub's token with this audience.${presentedBy(attempted, ['iss', 'aud'])}`,
    cure: 'An administrator of that account creates the OIDC provider with the first command or, where there is one, gives it this audience with the second; or set oidc-audience to one that it accepts.',
    paste: identityProvider,
  },
  {
    codes: ['IDPRejectedClaim'],
    actions: byToken,
    kind: 'permission',
    meaning: (attempted) =>
      `The identity provider rejected a claim of GitHub's token.${presentedBy(attempted, ['iss', 'aud', 'sub'])}`,
    cure: 'An administrator of that account compares its identity provider with iss and aud of the token.',
  },
  {
    codes: ['IDPCommunicationError'],
    actions: byToken,
    kind: 'transient',
    meaning: "AWS could not reach GitHub's identity provider, and went on failing to.",
    cure: 'Run the step again; if it lasts, look at the status page of GitHub or, with GitHub Enterprise Server, open its token issuer to the internet.',
  },
  {
    codes: ['ExpiredTokenException'],
    actions: byToken,
    kind: 'expired',
    meaning: "GitHub's token had expired when AWS got it, though it was fetched a moment before.",
    cure: 'Run the step again; if it lasts, look for something between the runner and GitHub that keeps old answers, and on GitHub Enterprise Server at its clock.',
  },
  {
    codes: ['RegionDisabledException'],
    kind: 'precondition',
    meaning: 'STS is switched off for that account in this Region and in the others that were tried.',
    cure: 'An administrator of that account activates STS in one of them (IAM console, Account settings, Security Token Service).',
  },
  {
    codes: ['ValidationError'],
    actions: byHub,
    kind: 'precondition',
    quiet: true,
    meaning: 'AWS does not accept a value with which the hub role would assume that role.',
    cure: 'Check the forms of role and role-external-id (2 to 1224 letters, digits and +=,.@:/-).',
  },
  {
    codes: ['ValidationError'],
    kind: 'precondition',
    quiet: true,
    meaning: 'AWS does not accept a value of this request.',
    cure: 'Check role, source-role and hub-role: the names of roles that exist, or their ARNs.',
  },
  {
    codes: ['AccessDeniedException'],
    actions: [...aboutKeys, 'kms:GetKeyPolicy', ...underKeys],
    kind: 'permission',
    denial: true,
    meaning: ({ role, action }) => `${role} may not do ${action} there.`,
    cure: "An administrator of that account adds this statement to the role's policies, and the owner of the key lets the role, or the account, use it in the key policy.",
    paste: missingStatement,
  },
  {
    codes: ['AccessDeniedException'],
    actions: ['ssm:GetParameter'],
    kind: 'permission',
    denial: true,
    meaning: ({ role }) => `${role} may not read that parameter, or no parameter has that name.`,
    cure: "Look whether the name in source is right: AWS denies what does not exist, too. If it is, an administrator of that account adds this statement to the role's policies (iam/source-parameter-policy.json).",
    paste: missingStatement,
  },
  {
    codes: ['DisabledException', 'KMSInvalidStateException'],
    actions: underKeys,
    kind: 'precondition',
    meaning: ({ key = 'that is used' }) => `The KMS key ${key} cannot be used in the state that it is in.`,
    cure: 'The owner of the key enables it, or cancels its deletion.',
  },
  {
    codes: ['NotFoundException', 'InvalidArnException', 'ValidationException'],
    actions: aboutKeys,
    kind: 'precondition',
    meaning: ({ where, key = 'that is wanted' }) => `The KMS key ${key} does not exist in ${where}.`,
    cure: 'Name a key that exists there, in kms-key or in targets-file: an alias and a key id belong to one account and Region, and {account} and {region} in an ARN follow the target.',
    paste: inRegion('kms list-aliases'),
  },
];
