import { parseArgs } from 'node:util';
import { serve } from './http.ts';
import type { World } from './world.ts';
import { openWorld } from './world-file.ts';

const usage = 'usage: npm run simulator -- --world FILE [--port PORT]';

/** Serves a world file until it is interrupted. Exit status 2: wrong arguments or a file that does not fit. */
async function main(): Promise<void> {
  const { world, port } = readArguments();
  const served = await serve(world, port);
  const stop = (): void => {
    served.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.log(greeting(world, served.url));
}

function readArguments(): { readonly world: World; readonly port: number } {
  const options = { port: { type: 'string', default: '0' }, world: { type: 'string' } } as const;
  const { values } = parseArgs({ options, allowPositionals: false });
  if (values.world === undefined) {
    throw new Error(`--world FILE is missing\n${usage}`);
  }
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, not "${values.port}"\n${usage}`);
  }
  return { world: openWorld(values.world), port };
}

function greeting(world: World, url: string): string {
  const users = [...world.accounts.values()].flatMap((account) =>
    [...account.users.values()].map((user) => ({ account, user })),
  );
  const [first] = users;
  const access = first === undefined ? '…' : first.user.accessKeyId;
  return [
    `AWS simulator: ${url}`,
    `accounts: ${[...world.accounts.values()].map((account) => `${account.name} (${account.id})`).join(', ')}`,
    `access keys: ${users.map(({ account, user }) => `${user.accessKeyId} (${user.name} in ${account.name})`).join(', ') || 'none in the world file'}`,
    'With the AWS CLI (the secret is in the world file):',
    `  export AWS_ENDPOINT_URL=${url} AWS_ACCESS_KEY_ID=${access} AWS_SECRET_ACCESS_KEY=…`,
    '  aws ec2 describe-images --owners self --region eu-central-1',
    'Ctrl-C ends it.',
  ].join('\n');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(2);
});
