import { AwsError, UnknownToSimulator } from '../../wire/error.ts';
import type { SimulatedImage } from '../../world.ts';

/** What an image must be for an instance type. */
interface InstanceType {
  readonly architectures: readonly string[];
  readonly needsEna: boolean;
  /** Whether it boots with UEFI. */
  readonly uefi: boolean;
}

/** All that the simulator knows; AWS has hundreds. */
const types: Readonly<Record<string, InstanceType>> = {
  't2.micro': { architectures: ['i386', 'x86_64'], needsEna: false, uefi: false },
  't3.micro': { architectures: ['x86_64'], needsEna: true, uefi: true },
  't4g.micro': { architectures: ['arm64'], needsEna: true, uefi: true },
};

/** Refuses an instance type that nobody has, and loudly one that the simulator does not know. */
export function checkInstanceType(name: string): InstanceType {
  const type = types[name];
  if (type === undefined) {
    const message = `Invalid value '${name}' for InstanceType.`;
    throw /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(name)
      ? new UnknownToSimulator('InvalidParameterValue', message)
      : new AwsError('InvalidParameterValue', message);
  }
  return type;
}

/** Whether an image can run on an instance type. */
export function checkFit(image: SimulatedImage, name: string, type: InstanceType): void {
  const { architecture, virtualizationType, enaSupport, bootMode } = image.attributes;
  if (!type.architectures.includes(architecture)) {
    const message =
      `The architecture '${type.architectures.join(',')}' of the specified instance type does not match the ` +
      `architecture '${architecture}' of the specified AMI. Specify an instance type and an AMI that have ` +
      'matching architectures, and try again.';
    throw new AwsError('InvalidParameterValue', message);
  }
  if (type.needsEna && !enaSupport) {
    const message =
      `Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${name}' instance type. ` +
      'Ensure that you are using an AMI that is enabled for ENA.';
    throw new AwsError('InvalidParameterCombination', message);
  }
  if (virtualizationType !== 'hvm' || (bootMode === 'uefi' && !type.uefi)) {
    const message =
      'The requested configuration is currently not supported. ' +
      'Please check the documentation for supported configurations.';
    throw new AwsError('Unsupported', message);
  }
}
