import { createHash } from 'node:crypto';
import type { Organization, World } from './world.ts';

/** The units around an account, the innermost first. */
export function unitsAround(organization: Organization, account: string): readonly string[] {
  const found: string[] = [];
  let unit = organization.units.find((one) => one.accounts.includes(account));
  while (unit !== undefined && !found.includes(unit.id)) {
    found.push(unit.id);
    const { parent } = unit;
    unit = organization.units.find((one) => one.id === parent);
  }
  return found;
}

/** Whether an account is in the organization: its management account or a member. */
export function isMember(world: World, account: string): boolean {
  const organization = world.organization;
  return (
    organization !== undefined &&
    (organization.managementAccount === account ||
      organization.units.some((unit) => unit.accounts.includes(account)))
  );
}

/** Whether control policies bind an account: AWS leaves the management account of an organization free of them. */
export function isControlled(world: World, account: string): boolean {
  return isMember(world, account) && world.organization?.managementAccount !== account;
}

export function organizationArn(world: World, organization: Organization): string {
  return `arn:${world.partition}:organizations::${organization.managementAccount}:organization/${organization.id}`;
}

export function unitArn(world: World, organization: Organization, unit: string): string {
  return `arn:${world.partition}:organizations::${organization.managementAccount}:ou/${organization.id}/${unit}`;
}

/** The ARN of a control policy; its id is always the same for the same name. */
export function controlPolicyArn(
  world: World,
  kind: 'service control policy' | 'resource control policy',
  name: string,
): string {
  const { managementAccount, id } = world.organization ?? { managementAccount: '', id: '' };
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const type = kind.replaceAll(' ', '_');
  return `arn:${world.partition}:organizations::${managementAccount}:policy/${id}/${type}/p-${hash}`;
}

/** What aws:PrincipalOrgPaths holds: `o-x/r-y/ou-z/…/`, from the root inwards. */
export function organizationPath(organization: Organization, account: string): string {
  const units = unitsAround(organization, account);
  const root = `r-${/^ou-([^-]+)-/.exec(units[0] ?? '')?.[1] ?? 'root'}`;
  return `${[organization.id, root, ...units.toReversed()].join('/')}/`;
}
