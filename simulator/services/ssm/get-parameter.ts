import { createHash } from 'node:crypto';
import { GetParameter$, type GetParameterRequest } from '@aws-sdk/client-ssm';
import { accessDenied, identityAccess } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import type { SimulatedParameter } from '../../world-parameter.ts';
import { required } from '../required.ts';
import { type ParameterName, readName } from './parameter-name.ts';

/**
 * GetParameter, without decryption. AWS: another account's parameter is there by its ARN if it is shared, and denied
 * otherwise, whether it exists or not; without a selector the newest version is meant.
 */
export const getParameter = operation(GetParameter$, {
  service: 'ssm',
  mutating: false,
  accepts: ['Name'],
  run: (call, input: GetParameterRequest) => {
    const name = readName(call, required(input.Name, 'name'));
    const parameter = permitted(call, name);
    if (parameter === undefined) {
      throw new AwsError('ParameterNotFound', '');
    }
    return { Parameter: view(parameter, name.selector) };
  },
});

/** Asks IAM, of one that is not there perhaps for all of the account (a switch); passes with the parameter, if there is one. */
function permitted(call: Call, name: ParameterName): SimulatedParameter | undefined {
  const { world, region, caller } = call;
  const { account, parameter } = name;
  const isForeign = account !== caller.account;
  const isShared = parameter?.sharedWith.includes(caller.account) === true;
  const asksForAll = parameter === undefined && !isForeign && world.switches.missingParameter === 'denied';
  const resource = asksForAll ? `arn:${world.partition}:ssm:${region}:${account}:*` : name.arn;
  const check = { action: 'ssm:GetParameter', resource, context: { 'aws:resourceaccount': [account] } };
  const sharing = {
    kind: 'resource-based policy',
    decision: { effect: isShared ? 'allow' : 'implicit-deny' },
  } as const;
  const access = identityAccess(world, region, caller, check, isForeign ? [sharing] : []);
  if (!access.allowed) {
    throw accessDenied(caller, check, access.reason);
  }
  call.allowedBy.push(...access.by);
  return parameter;
}

function view(parameter: SimulatedParameter, selector: string | undefined) {
  const { name, type, arn, versions, changed } = parameter;
  const index = indexOf(parameter, selector);
  const version = versions[index];
  if (version === undefined) {
    const kind = /^\d+$/.test(selector ?? '') ? 'version' : 'label';
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find ${kind} ${selector} of ${name}. Verify the ${kind} and try again.`,
    );
  }
  return {
    Name: name,
    Type: type,
    Value: type === 'SecureString' ? ciphertext(`${arn}:${index + 1}:${version.value}`) : version.value,
    Version: index + 1,
    Selector: selector === undefined ? undefined : `:${selector}`,
    LastModifiedDate: new Date(changed),
    ARN: arn,
    DataType: 'text',
  };
}

/** Where the version is that a selector means; outside of the list if there is none. */
function indexOf({ versions }: SimulatedParameter, selector: string | undefined): number {
  if (selector === undefined) {
    return versions.length - 1;
  }
  return /^\d+$/.test(selector)
    ? Number(selector) - 1
    : versions.findIndex(({ labels }) => labels.includes(selector));
}

/** What AWS gives of a SecureString without decryption: text that looks like a ciphertext of KMS. */
function ciphertext(text: string): string {
  return `AQICAH${createHash('sha512').update(text).digest('base64')}`;
}
