import { isRegion, partitionById } from './regions.ts';
import type { RegionSettings, World } from './world.ts';

const untouched: RegionSettings = {
  enabled: true,
  sts: true,
  encryptionByDefault: false,
  defaultKey: undefined,
  publicSharing: false,
  publicSharingManagedBy: 'account',
  allowedImages: { state: 'disabled', managedBy: 'account', criteria: [] },
};

/** The settings of an account's Region; a Region that the world does not mention is as in a new account. */
export function settingsOf(world: World, account: string, region: string): RegionSettings {
  const { enabledByDefault } = partitionById(world.partition);
  return (
    world.accounts.get(account)?.regions.get(region) ?? {
      ...untouched,
      enabled: enabledByDefault.includes(region),
    }
  );
}

/** Whether the account may use the Region: it exists and is enabled by default or opted into. */
export function isEnabled(world: World, account: string, region: string): boolean {
  return isRegion(world.partition, region) && settingsOf(world, account, region).enabled;
}
