import { parseCondition } from './parse-condition.ts';
import { parsePrincipal } from './parse-principal.ts';
import { arnParts } from './pattern.ts';
import type { Patterns, PolicyDocument, PolicySource, Statement } from './policy.ts';
import { members, PolicyFault, strings } from './reading.ts';

const STATEMENT_MEMBERS = [
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

/**
 * Reads a policy (the JSON already parsed) or throws an Error that names the policy, the statement and the fault.
 * Whatever this simulator does not judge exactly as IAM does is refused: unknown elements and operators,
 * NotPrincipal, policy variables, wildcards inside principals, ARNs of fewer than six parts.
 */
export function parsePolicy(name: string, json: unknown): PolicySource {
  try {
    return { name, document: readDocument(json) };
  } catch (error) {
    if (error instanceof PolicyFault) {
      throw new Error(`policy ${name}: ${error.message}`);
    }
    throw error;
  }
}

function readDocument(json: unknown): PolicyDocument {
  const found = members(json, 'the policy', ['Version', 'Id', 'Statement']);
  const version = found.get('Version') ?? '2008-10-17';
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicyFault(`Version ${JSON.stringify(version)} is unknown: write "2012-10-17"`);
  }
  refuseVariables(json);
  const list = found.get('Statement');
  const raw: readonly unknown[] = Array.isArray(list) ? list : list === undefined ? [] : [list];
  if (raw.length === 0) {
    throw new PolicyFault('it has no Statement');
  }
  const statements = raw.map((item, index) => readStatement(item, `statement ${index}`));
  const sids = statements.flatMap((statement) => (statement.sid ? [statement.sid] : []));
  const twice = sids.find((sid, index) => sids.indexOf(sid) !== index);
  if (twice !== undefined) {
    throw new PolicyFault(`two statements have the Sid ${twice}`);
  }
  return { version, statements };
}

/** `${…}` would be a variable (or an escape) to IAM: refused, so that none is ever taken for plain text. */
function refuseVariables(json: unknown): void {
  const variable = /\$\{[^}]*\}?/.exec(JSON.stringify(json));
  if (variable !== null) {
    throw new PolicyFault(`policy variables are not supported: ${variable[0]}`);
  }
}

function readStatement(json: unknown, where: string): Statement {
  const found = members(json, where, STATEMENT_MEMBERS);
  const sid = found.get('Sid');
  const effect = found.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyFault(`${where}: Effect must be "Allow" or "Deny", not ${JSON.stringify(effect)}`);
  }
  const named = found.has('Principal');
  const action = readPatterns(found, 'Action', where, checkAction);
  const resource = readPatterns(found, 'Resource', where, checkResource);
  if (action === undefined) {
    throw new PolicyFault(`${where} has neither Action nor NotAction`);
  }
  if (resource === undefined && !named) {
    throw new PolicyFault(`${where} has neither Resource nor NotResource`);
  }
  return {
    ...(sid === undefined ? {} : { sid: readSid(sid, named, where) }),
    effect,
    ...(named ? { principals: parsePrincipal(found.get('Principal'), `${where}: Principal`) } : {}),
    action,
    ...(resource === undefined ? {} : { resource }),
    conditions: found.has('Condition') ? parseCondition(found.get('Condition'), `${where}: Condition`) : [],
    json,
  };
}

/** Letters and digits; in key policies, which have a Principal, spaces too. */
function readSid(sid: unknown, named: boolean, where: string): string {
  if (typeof sid !== 'string' || !(named ? /^[A-Za-z0-9 ]*$/ : /^[A-Za-z0-9]*$/).test(sid)) {
    throw new PolicyFault(`${where}: Sid ${JSON.stringify(sid)} may have letters and digits only`);
  }
  return sid;
}

function readPatterns(
  found: ReadonlyMap<string, unknown>,
  name: 'Action' | 'Resource',
  where: string,
  check: (pattern: string, where: string) => void,
): Patterns | undefined {
  const negated = found.has(`Not${name}`);
  if (negated && found.has(name)) {
    throw new PolicyFault(`${where} has both ${name} and Not${name}`);
  }
  const element = negated ? `Not${name}` : name;
  if (!found.has(element)) {
    return undefined;
  }
  const patterns = strings(found.get(element), `${where}: ${element}`);
  for (const pattern of patterns) {
    check(pattern, `${where}: ${element}`);
  }
  return { negated, patterns };
}

function checkAction(pattern: string, where: string): void {
  if (pattern !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(pattern)) {
    throw new PolicyFault(`${where} "${pattern}" is not of the form service:Action`);
  }
}

function checkResource(pattern: string, where: string): void {
  if (pattern === '*') {
    return;
  }
  const parts = arnParts(pattern);
  if (parts === undefined) {
    throw new PolicyFault(`${where} "${pattern}" is neither "*" nor an ARN of six parts`);
  }
  if (!/^[a-z0-9-]+$/.test(parts[2] ?? '')) {
    throw new PolicyFault(`${where} "${pattern}": the service may not have a wildcard`);
  }
}
