/** An AWS partition: the Regions that share accounts' credentials, ARNs and DNS names. */
export interface Partition {
  readonly id: string;
  readonly regionPattern: RegExp;
  readonly dnsSuffix: string;
  readonly consoleHost: string;
  /** A Region that every account of the partition has: the last resort for STS. */
  readonly homeRegion: string;
  /** The audience that an IAM OIDC provider for GitHub is given by convention. */
  readonly oidcAudience: string;
}

const partitions: readonly Partition[] = [
  {
    id: 'aws',
    regionPattern: /^(us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.com',
    consoleHost: 'console.aws.amazon.com',
    homeRegion: 'us-east-1',
    oidcAudience: 'sts.amazonaws.com',
  },
  {
    id: 'aws-us-gov',
    regionPattern: /^us-gov-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.com',
    consoleHost: 'console.amazonaws-us-gov.com',
    homeRegion: 'us-gov-west-1',
    oidcAudience: 'sts.amazonaws.com',
  },
  {
    id: 'aws-cn',
    regionPattern: /^cn-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.com.cn',
    consoleHost: 'console.amazonaws.cn',
    homeRegion: 'cn-northwest-1',
    oidcAudience: 'sts.amazonaws.com.cn',
  },
  {
    id: 'aws-eusc',
    regionPattern: /^eusc-[a-z]+-[a-z]+-\d+$/,
    dnsSuffix: 'amazonaws.eu',
    consoleHost: 'console.amazonaws-eusc.eu',
    homeRegion: 'eusc-de-east-1',
    oidcAudience: 'sts.amazonaws.com',
  },
];

/** The partition that a Region's name belongs to; undefined for a name that is no Region's. */
export function partitionOf(region: string): Partition | undefined {
  return partitions.find((partition) => partition.regionPattern.test(region));
}

/** Every host that AWS answers on ends in one of these. */
export const awsDnsSuffixes: readonly string[] = [
  ...new Set(partitions.map((partition) => partition.dnsSuffix)),
  'api.aws',
  'api.amazonwebservices.com.cn',
  'api.amazonwebservices.eu',
];

/**
 * The Regions that every account has from the start. The list is closed: each Region that AWS opened after
 * March 2019 must be opted into, so only these may be asked before it is known what an account enabled.
 */
export const alwaysEnabledRegions: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'sa-east-1',
  'us-gov-east-1',
  'us-gov-west-1',
  'cn-north-1',
  'cn-northwest-1',
  'eusc-de-east-1',
];

/** Regions known when this was written: for "did you mean", never to refuse a Region that AWS opened since. */
export const knownRegions: readonly string[] = [
  ...alwaysEnabledRegions,
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'mx-central-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-south-1',
  'me-central-1',
];
