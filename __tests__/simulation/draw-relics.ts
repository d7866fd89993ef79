import { ownTags } from '../../src/model/tags.ts';
import { home, sourceRegion } from '../support/organization.ts';
import { type ImageFiles, imageFile } from '../support/scenario.ts';
import type { Draw } from './draw.ts';
import type { Wants } from './draw-wants.ts';

interface Relics {
  readonly files: readonly ImageFiles[];
  readonly impossible: readonly string[];
}

/** What earlier days left at a target: strangers under the same name, copies that failed, a copy made twice, candidates. */
export function drawRelics(draw: Draw, wants: Wants): Relics {
  const relics = draw.maybe(0.3, () => drawRelic(draw, wants));
  return {
    files: relics.flatMap(({ files }) => files),
    impossible: relics.flatMap(({ impossible }) => impossible),
  };
}

function drawRelic(draw: Draw, wants: Wants): Relics {
  const [account = home] = draw.some(wants.accounts, 1);
  const [region = sourceRegion] = draw.some(wants.regions, 1);
  const [source = ''] = wants.sources;
  if (region === sourceRegion || wants.inputs['kms-key'] === 'none') {
    return { files: [], impossible: [] };
  }
  const place = { account, region };
  const spot = `${source} ${account} ${region}`;
  const name = wants.inputs.name === undefined ? 'web-1' : 'promoted-web-1';
  const tags = {
    [ownTags.source]: `${home}/${sourceRegion}/${source}`,
    [ownTags.attempt]: '1',
    [ownTags.run]: 'example/images/7/1',
  };
  const lineage = { image: source, region: sourceRegion };
  const ours = { name, tags, lineage, 'root-device': '/dev/xvda' };
  const kind = draw.one('stranger', 'failed', 'twice', 'candidate', 'old', 'other');
  switch (kind) {
    case 'stranger':
      return { files: [imageFile(place, { name }, 'c')], impossible: [spot] };
    case 'other':
      return { files: [imageFile(place, {}, 'c')], impossible: [] };
    case 'failed':
      return { files: [tagged(imageFile(place, { ...ours, state: 'failed' }, 'c'), tags)], impossible: [] };
    case 'twice':
      return {
        files: [
          tagged(imageFile(place, ours, 'c'), tags),
          tagged(imageFile(place, { ...ours, name: `${name}-2` }, 'd'), tags),
        ],
        impossible: [],
      };
    case 'candidate':
      return { files: [imageFile(place, { name: 'by-hand', lineage }, 'c')], impossible: [] };
    case 'old':
      return {
        files: [tagged(imageFile(place, { ...ours, 'launch-permissions': ['123123123123'] }, 'c'), tags)],
        impossible: [],
      };
  }
}

function tagged(file: ImageFiles, tags: Readonly<Record<string, string>>): ImageFiles {
  return { ...file, snapshots: file.snapshots.map((snapshot) => ({ ...snapshot, tags })) };
}
