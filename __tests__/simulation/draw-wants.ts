import { consumer, home, organizationArn, prod, sourceId, staging } from '../support/organization.ts';
import type { Inputs } from '../support/promotion.ts';
import type { Draw } from './draw.ts';

/** What a history's runs want, as drawn. */
export interface Wants {
  readonly inputs: Inputs;
  /** The ids of the source images. */
  readonly sources: readonly string[];
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly isEncrypted: boolean;
  readonly targets: number;
  /** Whether copies say what they were copied from. */
  readonly hasLineage: boolean;
}

const allRegions = ['eu-west-1', 'us-east-1', 'us-west-2', 'eu-central-1', 'ap-southeast-2'];
const names: Readonly<Record<string, string>> = {
  [home]: 'home',
  [prod]: `prod=${prod}`,
  [staging]: staging,
};

/** The id of the nth further source image. */
export function sourceIdOf(nth: number): string {
  return nth === 0 ? sourceId : `ami-${String(nth + 1).repeat(17)}`;
}

export function drawWants(draw: Draw): Wants {
  const isLarge = draw.chance(0.006);
  const accounts = isLarge
    ? [home, prod, staging]
    : draw.some([home, prod, staging], draw.one(1, 1, 2, 2, 3));
  const regions = isLarge ? allRegions : draw.some(allRegions, draw.one(1, 1, 2));
  const sources = Array.from({ length: isLarge ? 4 : draw.one(1, 1, 1, 2) }, (_, nth) => sourceIdOf(nth));
  const isEncrypted = draw.chance(0.7);
  const offRegion = draw.chance(0.05);
  const inputs = {
    source: sources.map((id, nth) => `image${nth}=${id}`).join('\n'),
    accounts: accounts.map((id) => names[id] ?? id).join('\n'),
    regions: regions.join('\n'),
    'poll-seconds': draw.one('20', '60', '90'),
    'kms-key': isEncrypted ? draw.one('alias/ami', 'ebs-default') : draw.one('alias/ami', 'none'),
    'preflight-failures': 'skip-target',
    ...(offRegion ? { 'optional-regions': 'me-central-1' } : {}),
    ...(draw.chance(0.6) ? { tags: draw.one('stage=prod', 'stage=prod\nteam=web') } : {}),
    ...(accounts.length === 1 && draw.chance(0.7) ? drawSharing(draw, accounts) : {}),
    ...(draw.chance(0.15) ? { name: 'promoted-{source-name}' } : {}),
  };
  const targets = accounts.length * regions.length * sources.length;
  return { inputs, sources, accounts, regions, isEncrypted, targets, hasLineage: draw.chance(0.6) };
}

function drawSharing(draw: Draw, owners: readonly string[]): Inputs {
  const [other = consumer] = draw.some(
    [home, prod, staging].filter((id) => !owners.includes(id)),
    1,
  );
  const shareWith = draw.one(consumer, other, `${consumer}\n${other}`, `${consumer}\n${organizationArn}`);
  return {
    'share-with': shareWith,
    sharing: draw.one('add', 'exact'),
    'share-snapshots': draw.one('true', 'false'),
  };
}
