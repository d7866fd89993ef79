import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { misfits, type Schema } from '../../simulator/json-schema.ts';
import type { AspectName } from '../../src/model/difference.ts';
import { type Manifest, manifestOf } from '../../src/report/manifest.ts';
import {
  accounts,
  copiedSnapshot,
  copyId,
  image,
  keyArn,
  owner,
  promotion,
  run,
  snapshot,
  source,
  sourceId,
  target,
} from '../support/builders.ts';
import {
  failed,
  failure,
  opened,
  pending,
  promoted,
  result,
  skipped,
  unchanged,
  verified,
  warning,
} from '../support/outcomes.ts';

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../schemas/manifest.v1.json', import.meta.url), 'utf8'),
);
const parsed = (...args: Parameters<typeof manifestOf>): Manifest => JSON.parse(manifestOf(...args));

/** Every aspect, so that the schema is held to the type. */
const aspects: readonly AspectName[] = Object.values({
  open: 'open',
  present: 'present',
  available: 'available',
  encrypted: 'encrypted',
  equal: 'equal',
  tagged: 'tagged',
  shared: 'shared',
  tidy: 'tidy',
  'in-use': 'in-use',
  launchable: 'launchable',
} satisfies { readonly [A in AspectName]: A });

const everything = result(
  [
    promoted({ differences: [warning(), ...aspects.map((aspect) => warning({ aspect }))] }),
    unchanged({
      target: target({ owner: owner('home'), region: 'us-east-1', pull: undefined }),
      image: verified({ id: sourceId, inPlace: true, snapshots: [snapshot()] }),
    }),
    pending({ target: target({ region: 'eu-north-1' }), how: 'adopted' }),
    failed({
      target: target({ region: 'sa-east-1' }),
      imageId: 'ami-0000000000000001',
      others: [failure({ code: 'KeyNotUsable', requestId: undefined })],
    }),
    skipped({ target: target({ region: 'us-gov-west-1', required: false }) }),
    failed({
      target: target({
        region: 'eusc-de-east-1',
        source: source({ key: 'x', image: image({ name: undefined }) }),
      }),
    }),
  ],
  { opened: [opened()] },
);

describe('the manifest', () => {
  it('tells of each target what became of it', () => {
    const { targets } = parsed(result([promoted({ differences: [warning()] })]), promotion(), run());
    expect(targets).toEqual([
      {
        image: 'web',
        owner: 'prod',
        account: accounts.prod,
        region: 'eu-west-1',
        required: true,
        state: 'promoted',
        how: 'copied',
        imageId: copyId,
        snapshots: [{ id: copiedSnapshot().id, keyArn, sizeGiB: 8 }],
        differences: [{ aspect: 'equal', wanted: 'gp3', found: 'gp2', mend: 'warning' }],
        error: null,
        otherErrors: [],
      },
    ]);
  });

  it('keeps the whole error of a missing target, and the id of an image that failed', () => {
    const outcome = failed({ imageId: copyId, failure: failure({ requestId: undefined }) });
    expect(parsed(result([outcome]), promotion(), run()).targets).toEqual([
      expect.objectContaining({
        state: 'failed',
        how: null,
        imageId: copyId,
        snapshots: [],
        error: {
          where: `${accounts.prod}/eu-west-1`,
          action: 'ec2:CopyImage',
          code: 'UnauthorizedOperation',
          requestId: null,
          meaning: 'The role may not copy images.',
          cure: 'Allow ec2:CopyImage in the role.',
          kind: 'permission',
        },
      }),
    ]);
  });

  it('keeps what else was in the way of a target, the reason apart', () => {
    const others = [failure({ code: 'KeyNotUsable' }), failure({ code: 'NameTaken' })];
    const { targets } = parsed(result([failed({ others })]), promotion(), run());
    expect(targets[0]?.error?.code).toBe('UnauthorizedOperation');
    expect(targets[0]?.otherErrors.map(({ code }) => code)).toEqual(['KeyNotUsable', 'NameTaken']);
  });

  it('names the run, each source once, and what was opened on them', () => {
    const manifest = parsed(everything, promotion(), run());
    expect(manifest.version).toBe(1);
    const { process: _process, ...said } = run();
    expect(manifest.run).toEqual(said);
    expect(manifest.sources).toHaveLength(2);
    expect(manifest.sources[0]).toEqual({
      key: 'web',
      origin: `${accounts.home}/us-east-1/${sourceId}`,
      id: sourceId,
      account: accounts.home,
      region: 'us-east-1',
      name: 'web-2026-11-20',
      architecture: 'x86_64',
    });
    expect(manifest.sources[1]?.name).toBeNull();
    expect(manifest.opened).toEqual([
      { imageId: sourceId, region: 'us-east-1', accounts: [accounts.prod], closed: false },
    ]);
  });

  it('calls closed only what this run closed again', () => {
    const states = ['closed', 'kept', 'open'] as const;
    const ended = result([promoted()], { opened: states.map((state) => opened({ state })) });
    const manifest = parsed(ended, promotion(), run());
    expect(manifest.opened.map(({ closed }) => closed)).toEqual([true, false, false]);
    expect(misfits(manifest, schema)).toEqual([]);
  });

  it('does not depend on the order in which outcomes landed', () => {
    const reversed = { ...everything, outcomes: everything.outcomes.toReversed() };
    expect(parsed(reversed, promotion(), run()).targets).toEqual(
      parsed(everything, promotion(), run()).targets,
    );
  });

  it('has every target, skipped with its error, also when the source could not be read', () => {
    const refused = result([], { failures: [failure({ code: 'AuthFailure' })] });
    const manifest = parsed(refused, promotion(), run());
    expect(manifest.sources).toEqual([]);
    expect(manifest.targets).toEqual([
      expect.objectContaining({
        image: 'web',
        account: accounts.prod,
        state: 'skipped',
        imageId: null,
        error: expect.objectContaining({ code: 'AuthFailure' }),
      }),
    ]);
    expect(misfits(manifest, schema)).toEqual([]);
  });

  it('is indented JSON that ends with a line break', () => {
    expect(manifestOf(everything, promotion(), run())).toMatch(/^{\n {2}"version": 1,\n[\s\S]*\n}\n$/);
  });
});

describe('the schema of the manifest', () => {
  it('accepts what is written, every kind of outcome in it', () => {
    expect(misfits(parsed(everything, promotion(), run()), schema)).toEqual([]);
  });

  it('refuses a manifest in which something is missing, unknown or of another kind', () => {
    const manifest = parsed(everything, promotion(), run());
    const [first] = manifest.targets;
    const { how: _how, ...withoutHow } = first ?? { how: null };
    expect(withoutHow).toHaveProperty('state');
    expect(misfits({ ...manifest, version: 2 }, schema)).toHaveLength(1);
    expect(misfits({ ...manifest, more: true }, schema)).toHaveLength(1);
    expect(misfits({ ...manifest, targets: [withoutHow] }, schema)).toEqual(['$.targets[0]: without how']);
    expect(
      misfits({ ...manifest, targets: [{ ...first, state: 'done', account: 'prod' }] }, schema),
    ).toHaveLength(2);
    expect(misfits({ ...manifest, targets: [{ ...first, error: {} }] }, schema)).toHaveLength(1);
    expect(misfits({ ...manifest, targets: [{ ...first, otherErrors: [{}] }] }, schema)).toHaveLength(7);
  });

  it('requires every property that it knows, so that readers need not ask', () => {
    const objects: string[][] = [];
    JSON.stringify(schema, (_key, value) => {
      if (value?.properties !== undefined) {
        objects.push(Object.keys(value.properties));
        expect(value.required).toEqual(Object.keys(value.properties));
        expect(value.additionalProperties).toBe(false);
      }
      return value;
    });
    expect(objects.length).toBeGreaterThan(6);
  });
});
