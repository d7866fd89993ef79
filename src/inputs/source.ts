import type { Fault } from '../model/fault.ts';
import { isImageId } from '../model/image.ts';
import { type Complaint, fault, quoted } from './fault.ts';
import type { ReadFile } from './files.ts';
import type { Given } from './given.ts';
import type { NamedAt, NamedSource, SourceEntry } from './named-source.ts';
import { readBuilds } from './packer.ts';
import { readPromoted } from './promoted.ts';
import { entriesOf, onePerLine, type Read, read } from './read.ts';

/**
 * The source images, one entry per line, as `[key=]` and `ami-…`, `packer:PATH[#build]`, `ssm:NAME` or `manifest:PATH`;
 * a file may name several. A key names the image in outputs, so it is never a number (an index would be mistaken for
 * it) and never one that differs from another by case alone: workflow expressions find properties whatever their case.
 */
export function readSources(given: Given, readFile: ReadFile): Read<readonly NamedSource[]> {
  const sources: NamedSource[] = [];
  const faults: Fault[] = [];
  for (const entry of entriesOf(given('source') ?? '')) {
    const { value = [], faults: wrong } = readEntry(entry, readFile);
    faults.push(...wrong);
    for (const source of value) {
      const complaints = [...keyComplaints(source), ...repetitions(source, sources)];
      faults.push(...complaints.map(source.fault));
      if (complaints.length === 0) {
        sources.push(source);
      }
    }
  }
  return read(sources, faults);
}

function readEntry(entry: string, readFile: ReadFile): Read<readonly NamedSource[]> {
  const [, key, form, rest = ''] = /^(?:([^=:]*?)\s*=\s*)?(?:(packer|ssm|manifest):)?(.*)$/.exec(entry) ?? [];
  const named = { entry, key, text: rest.trim() };
  switch (form) {
    case 'packer':
      return readBuilds(named, readFile);
    case 'manifest':
      return readPromoted(named, readFile);
    case 'ssm':
      return readParameter(named);
    default:
      return readId(named);
  }
}

/** An image that an entry names by itself. */
function alone({ entry, key, text }: SourceEntry, at: NamedAt): Read<readonly NamedSource[]> {
  return read([
    { key, title: text, at, custom: {}, fault: (complaint) => fault('source', entry, complaint) },
  ]);
}

function readId(named: SourceEntry): Read<readonly NamedSource[]> {
  const { entry, text } = named;
  const { value, faults } = alone(named, { kind: 'id', imageId: text });
  const right = onePerLine(text) ?? 'write ami- and 8 or 17 digits from 0-9 and a-f, as ami-… or key=ami-…';
  const complaint = { problem: 'is not the id of an image', right };
  return { value, faults: isImageId(text) ? faults : [...faults, fault('source', entry, complaint)] };
}

/** SSM's rule for names: letters, digits and . - _ between slashes; or an ARN. After it a version or a label. */
function readParameter(named: SourceEntry): Read<readonly NamedSource[]> {
  const { entry, text } = named;
  const isName =
    /^(?:arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:parameter)?[\w./-]+(?::[\w.-]+)?$/.test(text) &&
    text.length <= 1_100;
  const isRelative = isName && text.includes('/') && !text.startsWith('/') && !text.startsWith('arn:');
  const { value, faults } = alone(named, { kind: 'parameter', name: text });
  const complaint = {
    problem: 'does not name a parameter',
    right: 'write ssm: and its name or ARN, as ssm:/images/web or ssm:/images/web:stable',
  };
  const begin = { problem: 'names a parameter without its first slash', right: `write ssm:/${text}` };
  const found = isRelative ? [begin] : isName ? [] : [complaint];
  return { value, faults: [...faults, ...found.map((one) => fault('source', entry, one))] };
}

function keyComplaints({ key, at }: NamedSource): readonly Complaint[] {
  // What an earlier promotion called it was a key already, or the name of an image.
  if (
    key === undefined ||
    (at.kind === 'promoted' && /^(?!\d+$)(?=.*\S)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u.test(key))
  ) {
    return [];
  }
  const where = at.kind === 'build' ? ' in front of it, as key=packer:PATH#build' : '';
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(key)) {
    return [
      {
        problem: `has the key ${quoted(key)}`,
        right: `write a key of 1 to 64 letters, digits, dots, underscores and hyphens${where}`,
      },
    ];
  }
  return /^\d+$/.test(key)
    ? [
        {
          problem: 'has a key that is a number',
          right: `write a key with a letter in it${where}, because outputs are looked up by it`,
        },
      ]
    : [];
}

function repetitions({ key, at }: NamedSource, earlier: readonly NamedSource[]): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const names = namesOf(at);
  if (earlier.some((source) => namesOf(source.at).some((name) => names.includes(name)))) {
    complaints.push({ problem: 'names an image that is listed before', right: 'list every image once' });
  }
  if (key !== undefined && earlier.some((source) => source.key?.toLowerCase() === key.toLowerCase())) {
    complaints.push({
      problem: 'has a key that is used before (case does not count)',
      right: 'give every image a key of its own',
    });
  }
  return complaints;
}

function namesOf(at: NamedAt): readonly string[] {
  switch (at.kind) {
    case 'id':
      return [at.imageId];
    case 'parameter':
      return [at.name];
    default:
      return at.images.map(({ imageId }) => imageId);
  }
}
