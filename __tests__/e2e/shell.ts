import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sessionOf } from '../../simulator/sessions.ts';
import type { World } from '../../simulator/world.ts';
import { home, prod } from '../support/organization.ts';

const root = join(import.meta.dirname, '../..');
const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** Roles that may do everything in their account, as a person has them who mends something by hand. */
export const administrators = Object.fromEntries(
  [home, prod].map((account) => [
    account,
    [{ name: 'administrator', 'trust-policy': '../iam/trust-policy.json', policies: [everything] }],
  ]),
);

/** Runs what a person pastes, as it stands, in `sh`; raises what a command says that fails. */
export async function shell(world: World, url: string, account: string, script: string): Promise<string> {
  const session = sessionOf(world, `arn:aws:iam::${account}:role/administrator`);
  const venv = join(root, '.venv/bin');
  const path = process.env.PATH ?? '';
  const env = {
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
    AWS_ENDPOINT_URL: url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    AWS_DEFAULT_OUTPUT: 'json',
    HOME: tmpdir(),
    PATH: existsSync(join(venv, 'aws')) ? `${venv}:${path}` : path,
  };
  const { stdout } = await promisify(execFile)('sh', ['-e', '-c', script], { env, timeout: 50_000 });
  return stdout;
}
