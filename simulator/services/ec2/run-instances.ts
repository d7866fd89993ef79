import { RunInstances$, type RunInstancesRequest } from '@aws-sdk/client-ec2';
import { authorizeEc2 } from '../../authorize.ts';
import type { Call } from '../../call.ts';
import { AwsError, UnknownToSimulator } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import type { SimulatedImage } from '../../world.ts';
import { checkIds, dryRunPassed, given, notFound } from './common.ts';
import { checkFit, checkInstanceType } from './instance-types.ts';
import { launchChecks } from './launch-checks.ts';
import { mayLaunch } from './visibility.ts';

/**
 * RunInstances, as a dry run. AWS: the image must be there for the caller and fit the instance type; then IAM is asked
 * for everything that the launch touches or makes. Whether keys can be used, a dry run does not say.
 */
export const runInstances = operation(RunInstances$, {
  service: 'ec2',
  mutating: false,
  accepts: ['ImageId', 'InstanceType', 'MinCount', 'MaxCount', 'ClientToken', 'DryRun'],
  run: (call, input: RunInstancesRequest) => {
    if (input.DryRun !== true) {
      throw new UnknownToSimulator(
        'UnsupportedOperation',
        'The simulator launches nothing: it knows RunInstances as a dry run only',
      );
    }
    checkCounts(input);
    const id = given(input.ImageId, 'ImageId');
    checkIds([id], 'ami');
    const name = given(input.InstanceType, 'InstanceType');
    const type = checkInstanceType(name);
    const image = launchable(call, id);
    checkFit(image, name, type);
    authorizeEc2(call, launchChecks(call, image, name));
    throw dryRunPassed();
  },
});

function checkCounts({ MinCount = 0, MaxCount = 0 }: RunInstancesRequest): void {
  if (MinCount < 1 || MaxCount < MinCount) {
    const message = `Value (${MinCount}) for parameter minCount is invalid. It must be from 1 to maxCount (${MaxCount}).`;
    throw new AwsError('InvalidParameterValue', message);
  }
}

function launchable({ world, region, caller }: Call, id: string): SimulatedImage {
  const image = world.images.get(id);
  const isHere = image?.region === region && image.hiddenUntil <= world.clock.now();
  if (image === undefined || !isHere || !mayLaunch(world, image, caller.account)) {
    throw notFound([id], 'ami');
  }
  if (image.state !== 'available') {
    const message = `The image ID '${id}' is currently ${image.state} and may not be launched`;
    throw new AwsError('InvalidAMIID.Unavailable', message);
  }
  return image;
}
