/** A partition of AWS as the simulator knows it, with every Region and whether an account must opt into it. */
export interface SimulatedPartition {
  readonly id: PartitionId;
  readonly dnsSuffix: string;
  /** AWS: every Region opened before March 2019 is there from the start, all later ones are opt-in. */
  readonly enabledByDefault: readonly string[];
  readonly optIn: readonly string[];
}

export const partitionIds = ['aws', 'aws-us-gov', 'aws-cn', 'aws-eusc'] as const;
export type PartitionId = (typeof partitionIds)[number];

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const partitions: Readonly<Record<PartitionId, SimulatedPartition>> = {
  aws: {
    id: 'aws',
    dnsSuffix: 'amazonaws.com',
    enabledByDefault: words(`us-east-1 us-east-2 us-west-1 us-west-2 ap-south-1 ap-northeast-1 ap-northeast-2
      ap-northeast-3 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3
      eu-north-1 sa-east-1`),
    optIn: words(`af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5
      ap-southeast-6 ap-southeast-7 ca-west-1 mx-central-1 eu-central-2 eu-south-1 eu-south-2 il-central-1
      me-south-1 me-central-1`),
  },
  'aws-us-gov': {
    id: 'aws-us-gov',
    dnsSuffix: 'amazonaws.com',
    enabledByDefault: ['us-gov-east-1', 'us-gov-west-1'],
    optIn: [],
  },
  'aws-cn': {
    id: 'aws-cn',
    dnsSuffix: 'amazonaws.com.cn',
    enabledByDefault: ['cn-north-1', 'cn-northwest-1'],
    optIn: [],
  },
  'aws-eusc': {
    id: 'aws-eusc',
    dnsSuffix: 'amazonaws.eu',
    enabledByDefault: ['eusc-de-east-1'],
    optIn: [],
  },
};

export function partitionById(id: PartitionId): SimulatedPartition {
  return partitions[id];
}

/** Whether a partition has a Region of this name. */
export function isRegion(partition: PartitionId, name: string): boolean {
  const { enabledByDefault, optIn } = partitions[partition];
  return enabledByDefault.includes(name) || optIn.includes(name);
}

/** All Regions of a partition, in the order of their names. */
export function regionsOf(partition: PartitionId): readonly string[] {
  const { enabledByDefault, optIn } = partitions[partition];
  return [...enabledByDefault, ...optIn].toSorted();
}
