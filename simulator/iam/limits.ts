import type { PolicySource } from './policy.ts';

/**
 * A policy as a limit of principals (a service control policy or a permissions boundary), or an Error: AWS lets it
 * name nobody.
 */
export function limitOfPrincipals(policy: PolicySource): PolicySource {
  policy.document.statements.forEach((statement, index) => {
    if (statement.principals !== undefined) {
      throw new Error(`policy ${policy.name}: statement ${index} has a Principal, which no limit may name`);
    }
  });
  return policy;
}

/**
 * A policy as a limit of resources (a resource control policy), or an Error. AWS lets it only deny, only to everybody,
 * and only actions of the services that know such policies, among which EC2 and SSM are not.
 */
export function limitOfResources(policy: PolicySource): PolicySource {
  policy.document.statements.forEach(({ effect, principals, action }, index) => {
    const where = `policy ${policy.name}: statement ${index}`;
    if (effect !== 'Deny' || principals?.some(({ kind }) => kind !== 'anyone') !== false) {
      throw new Error(`${where}: a resource control policy denies, with Principal "*"`);
    }
    if (
      action.negated ||
      action.patterns.some((pattern) => pattern === '*' || /^(ec2|ssm):/i.test(pattern))
    ) {
      throw new Error(`${where}: a resource control policy lists actions of services that support it`);
    }
  });
  return policy;
}
