import { createHash } from 'node:crypto';
import type { World } from './world.ts';

/** An ARN taken apart; `resource` is everything after the account, colons included. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** The parts of an ARN, or undefined for a text that is none. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, account, ...rest] = text.split(':');
  const complete = prefix === 'arn' && partition && service && region !== undefined && account !== undefined;
  return complete && rest.length > 0
    ? { partition, service, region, account, resource: rest.join(':') }
    : undefined;
}

/** AWS leaves the account field empty in the ARNs of images and snapshots. */
export function ec2Arn(world: World, region: string, type: 'image' | 'snapshot', id: string): string {
  return `arn:${world.partition}:ec2:${region}::${type}/${id}`;
}

export function roleArn(world: World, account: string, role: string): string {
  return `arn:${world.partition}:iam::${account}:role/${role}`;
}

export function sessionArn(world: World, account: string, role: string, session: string): string {
  return `arn:${world.partition}:sts::${account}:assumed-role/${role}/${session}`;
}

export function keyArn(partition: string, region: string, account: string, id: string): string {
  return `arn:${partition}:kms:${region}:${account}:key/${id}`;
}

/** AWS writes one slash after `parameter`, whether the name begins with one or not. */
export function parameterArn(partition: string, region: string, account: string, name: string): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
}

/** An id that is always the same for the same name, as the unique ids of roles and users are. */
export function stableId(prefix: string, name: string): string {
  return prefix + createHash('sha256').update(name).digest('hex').slice(0, 17).toUpperCase();
}
