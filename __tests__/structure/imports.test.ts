import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const src = join(import.meta.dirname, '../../src');

/** Which rooms a room may import, and which packages; `types` may be imported as types only. */
const rules: Readonly<
  Record<string, { rooms: readonly string[]; types?: readonly string[]; packages: readonly RegExp[] }>
> = {
  model: { rooms: ['model'], packages: [] },
  inputs: { rooms: ['inputs', 'model'], packages: [/^yaml$/, /^valibot$/] },
  aspects: { rooms: ['aspects', 'model'], packages: [/^node:(crypto|util)$/] },
  promotion: { rooms: ['promotion', 'aspects', 'model'], packages: [/^node:timers\/promises$/] },
  aws: {
    rooms: ['aws', 'model'],
    types: ['promotion/ports.ts'],
    packages: [/^@aws-sdk\//, /^@smithy\//, /^node:https?$/],
  },
  github: { rooms: ['github', 'model'], packages: [/^@(actions|octokit)\//, /^node:/] },
  report: { rooms: ['report', 'model'], packages: [/^node:(crypto|buffer)$/] },
  'telling.ts': {
    rooms: ['github', 'report', 'model'],
    types: ['inputs/promotion.ts', 'inputs/notices.ts'],
    packages: [],
  },
  'main.ts': {
    rooms: ['telling.ts', 'inputs', 'aws', 'github', 'promotion', 'report', 'model'],
    packages: [],
  },
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8');
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?\bfrom\s+'([^']+)'/gms),
    ...text.matchAll(/\bimport\(\s*()'([^']+)'/g),
    ...text.matchAll(/^import\s+()'([^']+)'/gm),
  ];
  return found.map(([, type, to = '']) => ({
    from: relative(src, file),
    to: to.startsWith('.') ? relative(src, join(dirname(file), to)) : to,
    typeOnly: type !== undefined && type !== '',
  }));
}

function offence({ from, to, typeOnly }: Import): string | undefined {
  const [room = ''] = from.split('/');
  const rule = rules[room];
  if (rule === undefined) {
    return `${from}: no rule for the room ${room}`;
  }
  const isPackage = /^(@|[a-z]+(:|$))/.test(to) && !to.endsWith('.ts');
  const allowed = isPackage
    ? rule.packages.some((pattern) => pattern.test(to))
    : rule.rooms.includes(to.split('/')[0] ?? '') || (typeOnly && (rule.types ?? []).includes(to));
  return allowed ? undefined : `${from} imports ${to}`;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const imports = files.flatMap((name) => importsOf(join(src, name)));

describe('imports', () => {
  it('go in the direction of the design only', () => {
    expect(imports.map(offence).filter((found) => found !== undefined)).toEqual([]);
  });

  it('are seen by this test in every room', () => {
    const seen = new Set(imports.map(({ from }) => from.split('/')[0]));
    expect([...seen].sort()).toEqual(Object.keys(rules).sort());
  });

  it('against the direction are found', () => {
    const planted: readonly Import[] = [
      { from: 'model/image.ts', to: 'aspects/compare.ts', typeOnly: true },
      { from: 'aspects/present.ts', to: '@aws-sdk/client-ec2', typeOnly: false },
      { from: 'promotion/door.ts', to: 'aws/aws.ts', typeOnly: true },
      { from: 'aws/aws.ts', to: 'promotion/ports.ts', typeOnly: false },
      { from: 'report/summary.ts', to: '@actions/core', typeOnly: false },
    ];
    expect(planted.map(offence)).not.toContain(undefined);
  });
});

describe('files', () => {
  it('have one idea: none is longer than 300 lines', () => {
    const long = files.filter((name) => readFileSync(join(src, name), 'utf8').split('\n').length > 300);
    expect(long).toEqual([]);
  });

  it('export no name that another file exports: a word means one thing', () => {
    const exported = files.flatMap((name) =>
      [
        ...readFileSync(join(src, name), 'utf8').matchAll(
          /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm,
        ),
      ].map(([, word = '']) => word),
    );
    expect(exported.length).toBeGreaterThan(300);
    expect(exported.filter((word, at) => exported.indexOf(word) !== at)).toEqual([]);
  });
});
