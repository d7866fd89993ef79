import { cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { SimulatorHandler } from '../../../simulator/handler.ts';
import { startIssuer } from '../../../simulator/oidc/issuer.ts';
import { githubClaims } from '../../../simulator/oidc/job.ts';
import { fetchToken, trust } from '../../support/promotion.ts';
import { nameOf, thirdParty } from '../third-party.ts';
import type { StepRun } from './job.ts';
import { installPacker } from './packer.ts';
import type { Scene } from './stage.ts';

type Inputs = Readonly<Record<string, string>>;
type StandIn = (inputs: Inputs, scene: Scene) => Promise<Partial<StepRun>>;

/** What stands in for the actions of others, each doing as much of it as the examples need. */
const standIns: ReadonlyMap<string, StandIn> = new Map<string, StandIn>([
  ['actions/checkout', checkOut],
  ['actions/upload-artifact', upload],
  ['actions/download-artifact', download],
  ['aws-actions/configure-aws-credentials', signIn],
  ['hashicorp/setup-packer', async (_, scene) => ({ path: [await installPacker(scene)] })],
]);

/** Runs a step that uses an action of somebody else; throws for one, or an input, that is not stood in for. */
export async function standIn(uses: string, inputs: Inputs, scene: Scene): Promise<Partial<StepRun>> {
  const name = nameOf(uses);
  const play = standIns.get(name);
  const unknown = Object.keys(inputs).filter((input) => !thirdParty.get(name)?.includes(input));
  if (play === undefined || unknown.length > 0) {
    throw new Error(`nothing stands in for ${uses} ${unknown.join()}`);
  }
  return play(inputs, scene);
}

function need(permissions: Scene['permissions'], name: string, access: string): void {
  if (permissions[name] !== access) {
    throw new Error(`the job lacks the permission ${name}: ${access}`);
  }
}

async function checkOut(_: Inputs, { files = {}, permissions, workspace }: Scene): Promise<Partial<StepRun>> {
  need(permissions, 'contents', 'read');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), text);
  }
  return {};
}

async function upload(
  { name = '', path = '' }: Inputs,
  { artifacts, workspace }: Scene,
): Promise<Partial<StepRun>> {
  await mkdir(join(artifacts, name)); // A name that is taken is an error, as on GitHub.
  await cp(join(workspace, path), join(artifacts, name, basename(path)));
  return {};
}

async function download({ name = '' }: Inputs, { artifacts, workspace }: Scene): Promise<Partial<StepRun>> {
  await cp(join(artifacts, name), workspace, { recursive: true });
  return {};
}

/** Signs in with the job's ID token, and leaves the credentials to the steps after it. */
async function signIn(inputs: Inputs, { world, github, permissions }: Scene): Promise<Partial<StepRun>> {
  need(permissions, 'id-token', 'write');
  const issuer = await startIssuer({ claims: githubClaims(github), algorithm: 'ES256' });
  trust(world, issuer);
  const region = inputs['aws-region'] ?? '';
  const client = new STSClient({ region, maxAttempts: 1, requestHandler: new SimulatorHandler(world) });
  try {
    const { Credentials: keys } = await client.send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: inputs['role-to-assume'],
        RoleSessionName: 'GitHubActions',
        WebIdentityToken: await fetchToken(issuer, 'sts.amazonaws.com'),
      }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = keys ?? {};
    return {
      env: {
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: AccessKeyId,
        AWS_SECRET_ACCESS_KEY: SecretAccessKey,
        AWS_SESSION_TOKEN: SessionToken,
      },
      masks: [AccessKeyId, SecretAccessKey, SessionToken],
    };
  } finally {
    await issuer.close();
  }
}
