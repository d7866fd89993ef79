import type { PrincipalPattern } from './policy.ts';
import { members, PolicyFault, strings } from './reading.ts';

/**
 * Reads a Principal element: `"*"`, or lists under AWS, Federated and Service.
 * AWS allows no wildcard inside a principal, so `*` counts only when it stands alone; all else throws.
 */
export function parsePrincipal(json: unknown, where: string): readonly PrincipalPattern[] {
  if (json === '*') {
    return [{ kind: 'anyone' }];
  }
  const found = members(json, where, ['AWS', 'Federated', 'Service']);
  if (found.size === 0) {
    throw new PolicyFault(`${where} names nobody`);
  }
  return [...found].flatMap(([type, value]) =>
    strings(value, `${where}.${type}`).map((text) => readOne(type, text, `${where}.${type}`)),
  );
}

function readOne(type: string, text: string, where: string): PrincipalPattern {
  if (text.includes('*') && !(type === 'AWS' && text === '*')) {
    throw new PolicyFault(`${where} "${text}": AWS takes no wildcard inside a principal`);
  }
  if (type === 'Federated') {
    if (!/^arn:[\w-]+:iam::\d{12}:oidc-provider\/\S+$/.test(text)) {
      throw new PolicyFault(`${where} "${text}" is not the ARN of an OpenID Connect provider`);
    }
    return { kind: 'federated', arn: text };
  }
  if (type === 'Service') {
    if (!/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(text)) {
      throw new PolicyFault(`${where} "${text}" is not the name of an AWS service`);
    }
    return { kind: 'service', service: text };
  }
  return readAws(text, where);
}

function readAws(text: string, where: string): PrincipalPattern {
  if (text === '*') {
    return { kind: 'anyone' };
  }
  const account = /^(?:arn:[\w-]+:iam::)?(\d{12})(:root)?$/.exec(text);
  if (account?.[1] !== undefined && text.startsWith('arn:') === (account[2] !== undefined)) {
    return { kind: 'account', account: account[1] };
  }
  const identity = /^arn:[\w-]+:(iam|sts)::\d{12}:(role|user|assumed-role)\/(\S+)$/.exec(text);
  if (identity?.[1] === 'iam' && (identity[2] === 'role' || identity[2] === 'user')) {
    return { kind: identity[2], arn: text };
  }
  if (identity?.[1] === 'sts' && identity[2] === 'assumed-role' && identity[3]?.includes('/')) {
    return { kind: 'session', arn: text };
  }
  throw new PolicyFault(`${where} "${text}" is no account, role, user or role session`);
}
