import {
  DescribeRegions$,
  type DescribeRegionsRequest,
  GetEbsDefaultKmsKeyId$,
  type GetEbsDefaultKmsKeyIdRequest,
  GetEbsEncryptionByDefault$,
  type GetEbsEncryptionByDefaultRequest,
} from '@aws-sdk/client-ec2';
import type { Call } from '../../call.ts';
import { ebsAlias } from '../../keys.ts';
import { settingsOf } from '../../places.ts';
import { isRegion, partitionById, regionsOf } from '../../regions.ts';
import { AwsError } from '../../wire/error.ts';
import { operation } from '../../wire/operation.ts';
import { permit } from './common.ts';
import { type FilterTable, filterBy } from './filter.ts';

/** DescribeRegions: the account's enabled Regions, or all of them with their opt-in status. */
export const describeRegions = operation(DescribeRegions$, {
  service: 'ec2',
  mutating: false,
  accepts: ['RegionNames', 'AllRegions', 'Filters', 'DryRun'],
  run: (call, input: DescribeRegionsRequest) => {
    const names = input.RegionNames;
    const unknown = names?.find((name) => !isRegion(call.world.partition, name));
    if (unknown !== undefined) {
      throw new AwsError('InvalidParameterValue', `Invalid region names: [${unknown}]`);
    }
    const matches = filterBy(input.Filters, filters, () => new Map());
    permit(call, input, [{ action: 'ec2:DescribeRegions', resource: '*' }]);
    const views = (names ?? regionsOf(call.world.partition)).map((name) => regionView(call, name));
    const enabled = (view: RegionView): boolean => view.OptInStatus !== 'not-opted-in';
    return { Regions: views.filter((view) => (input.AllRegions === true || enabled(view)) && matches(view)) };
  },
});

type RegionView = ReturnType<typeof regionView>;

function regionView(call: Call, name: string) {
  const { enabledByDefault, dnsSuffix } = partitionById(call.world.partition);
  const optedIn = settingsOf(call.world, call.caller.account, name).enabled;
  return {
    RegionName: name,
    Endpoint: `ec2.${name}.${dnsSuffix}`,
    OptInStatus: enabledByDefault.includes(name)
      ? 'opt-in-not-required'
      : optedIn
        ? 'opted-in'
        : 'not-opted-in',
  };
}

const filters: FilterTable<RegionView> = {
  endpoint: (view) => [view.Endpoint],
  'opt-in-status': (view) => [view.OptInStatus],
  'region-name': (view) => [view.RegionName],
};

export const getEbsEncryptionByDefault = operation(GetEbsEncryptionByDefault$, {
  service: 'ec2',
  mutating: false,
  accepts: ['DryRun'],
  run: (call, input: GetEbsEncryptionByDefaultRequest) => {
    permit(call, input, [{ action: 'ec2:GetEbsEncryptionByDefault', resource: '*' }]);
    const { encryptionByDefault } = settingsOf(call.world, call.caller.account, call.region);
    return { EbsEncryptionByDefault: encryptionByDefault };
  },
});

/** GetEbsDefaultKmsKeyId. AWS: an alias while the key is the one that AWS manages, an ARN once another was set. */
export const getEbsDefaultKmsKeyId = operation(GetEbsDefaultKmsKeyId$, {
  service: 'ec2',
  mutating: false,
  accepts: ['DryRun'],
  run: (call, input: GetEbsDefaultKmsKeyIdRequest) => {
    permit(call, input, [{ action: 'ec2:GetEbsDefaultKmsKeyId', resource: '*' }]);
    return { KmsKeyId: settingsOf(call.world, call.caller.account, call.region).defaultKey ?? ebsAlias };
  },
});
