import { parseArn } from '../../arn.ts';
import type { World } from '../../world.ts';

/**
 * Whether an ARN names a principal that can be granted something: an account, user, role or role session that is in
 * the world. Service-linked roles, which no world file lists, are taken to be there.
 */
export function isPrincipal(world: World, text: string): boolean {
  const arn = parseArn(text);
  const account = world.accounts.get(arn?.account ?? '');
  if (arn === undefined || account === undefined || arn.partition !== world.partition || arn.region !== '') {
    return false;
  }
  const [kind, ...path] = arn.resource.split('/');
  const name = path.join('/');
  switch (`${arn.service}:${kind}`) {
    case 'iam:root':
      return path.length === 0;
    case 'iam:user':
      return account.users.has(name);
    case 'iam:role':
      return account.roles.has(name) || /^aws-service-role\/[a-z0-9.-]+\/AWSServiceRoleFor\w+$/.test(name);
    case 'sts:assumed-role':
      return path.length === 2 && account.roles.has(path[0] ?? '');
    default:
      return false;
  }
}
