import { startIssuer } from '../../simulator/oidc/issuer.ts';
import { githubClaims } from '../../simulator/oidc/job.ts';
import { SdkAws } from '../../src/aws/aws.ts';
import type { AwsConfig } from '../../src/aws/channel.ts';
import { claimsOf } from '../../src/github/claims.ts';
import { home, prod, sourceRegion, staging } from './organization.ts';
import { fetchToken, job, TimedHandler, trust } from './promotion.ts';
import type { Scenario } from './scenario.ts';

/** The role of every scenario, in an account. */
export function accountOf(id: string, roleIn = id): AwsConfig['accounts'][number] {
  return { id, roleArn: `arn:aws:iam::${roleIn}:role/ami-promotion` };
}

/** Works with AWS as the promotion sees it, without a promotion: real sessions and clients on a scenario's world. */
export async function withAws<T>(
  at: Scenario,
  work: (aws: SdkAws) => Promise<T>,
  over: Partial<AwsConfig> = {},
): Promise<T> {
  const { time, world } = at;
  const issuer = await startIssuer({
    claims: githubClaims(job),
    clock: () => time.now(),
    algorithm: 'ES256',
  });
  trust(world, issuer);
  const signal = over.signal ?? new AbortController().signal;
  const aws = new SdkAws({
    accounts: [home, prod, staging].map((id) => accountOf(id)),
    credentials: { kind: 'oidc', audience: 'sts.amazonaws.com', hub: undefined },
    ambient: undefined,
    sessionName: 'promote-ami-1001-1',
    regions: [sourceRegion],
    tokens: { fetch: (audience) => time.during(() => fetchToken(issuer, audience)), claims: claimsOf },
    handler: new TimedHandler(world, time),
    clock: time,
    signal,
    notice: () => undefined,
    random: () => 0.5,
    ...over,
  });
  try {
    return await time.until(work(aws));
  } finally {
    await issuer.close();
  }
}
