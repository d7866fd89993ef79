import { Failed } from '../model/failure.ts';
import { awsDnsSuffixes, partitionOf } from '../model/partition.ts';

const variables = [
  'AWS_ENDPOINT_URL',
  'AWS_ENDPOINT_URL_EC2',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_KMS',
  'AWS_ENDPOINT_URL_SSM',
];

/** Raises `Failed` for an endpoint override that is neither AWS nor loopback, before any token is fetched. */
export function checkEndpoints(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of variables) {
    const value = env[name];
    if (value !== undefined && value !== '' && !mayReceiveTokens(...partsOf(value))) {
      throw refusedHost(`The environment variable ${name}`, value);
    }
  }
}

/** Whether credentials may be sent there: the services of AWS that are called here, encrypted, and this machine. */
export function mayReceiveTokens(host: string | undefined, protocol: string): boolean {
  if (host === undefined) {
    return false;
  }
  const bare = host.toLowerCase();
  return (
    ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(bare) ||
    (protocol === 'https:' &&
      awsDnsSuffixes.some(
        (suffix) => bare.endsWith(`.${suffix}`) && isService(bare.slice(0, -suffix.length - 1)),
      ))
  );
}

/** Public endpoints and VPC endpoints. Other names under AWS's domains belong to customers: instances, buckets. */
function isService(name: string): boolean {
  const [, region] =
    /^(?:[a-z0-9-]+\.(?=.*\.vpce$))?(?:ec2|sts|kms|ssm)(?:-fips)?\.([a-z0-9-]+)(?:\.vpce)?$/.exec(name) ?? [];
  return name === 'sts' || (region !== undefined && partitionOf(region) !== undefined);
}

/** What is told of an address that credentials would be sent to; `what` is what leads there. */
export function refusedHost(what: string, value: string): Failed {
  return new Failed({
    where: '',
    action: 'check: endpoint',
    code: 'EndpointNotAws',
    kind: 'precondition',
    meaning: `${what} leads to ${value}, which is neither AWS over https nor this machine; credentials are not sent there.`,
    cure: 'Remove the endpoint override from the environment (or from the AWS configuration file) of this step.',
  });
}

function partsOf(url: string): [host: string | undefined, protocol: string] {
  const parsed = URL.parse(url);
  return [parsed?.hostname, parsed?.protocol ?? ''];
}
