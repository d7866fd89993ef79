import type { Fault } from '../model/fault.ts';
import type { Tags } from '../model/image.ts';
import { maxTags, maxUserTags, ownPrefix } from '../model/tags.ts';
import { type Complaint, quoted } from './fault.ts';
import type { Given } from './given.ts';
import { entriesOf, type Read, read, unread } from './read.ts';
import { type FaultThere, type Said, saidBy } from './said.ts';
import { readTextMap, type TextMap } from './text-map.ts';

/** The tags of images and snapshots, as `key=value` lines or as a YAML map. */
export function readTags({ text, fault }: Said): Read<Tags> {
  if (text === 'none') {
    return read({});
  }
  const { entries, complaints } = entriesIn(text);
  const { value, faults } = judgeTags(entries, fault);
  return {
    value,
    faults: [...complaints.map(({ entry, ...complaint }) => fault(entry, complaint)), ...faults],
  };
}

/** The tags that a source image must carry; `aws:` ones are never seen, and ours say nothing of what is in it. */
export function readSourceTags(given: Given): Read<Tags> {
  const said = saidBy(given, 'require-source-tags');
  return said === undefined ? unread : readTags(said);
}

/**
 * Tags by the limits of AWS: keys of 1 to 127 characters, values of up to 256, no control characters, no `aws:`,
 * and 50 tags, of which a copy spends three on ours. `faultOf` is for what is wrong with the tag of a key.
 */
export function judgeTags(entries: TextMap['entries'], fault: FaultThere, faultOf = fault): Read<Tags> {
  const keys = entries.map(([key]) => key);
  const faults: Fault[] = entries.flatMap(([key, value], index) =>
    limits(key, value, keys.slice(0, index)).map((complaint) => faultOf(key, complaint)),
  );
  const crowd = crowdComplaint(entries.length);
  return read(Object.fromEntries(entries), crowd === undefined ? faults : [...faults, fault('', crowd)]);
}

/** What is wrong with so many tags, if anything. */
export function crowdComplaint(count: number): Complaint | undefined {
  return count <= maxUserTags
    ? undefined
    : {
        problem: `holds ${count} tags`,
        right: `keep to ${maxUserTags}, because AWS allows ${maxTags} and ${maxTags - maxUserTags} are set by this action`,
      };
}

/**
 * Lines when each is `key=value` with the `=` before anything that YAML would read as a colon, because
 * `Note=see: this` is meant as a line although it is a YAML map too; quoted it can be said as a map.
 */
function entriesIn(text: string): TextMap {
  const lines = entriesOf(text);
  const map = readTextMap(text);
  const isClean = map !== undefined && map.complaints.length === 0;
  if (isClean && /^["'{]/.test(text)) {
    return map;
  }
  const linear = lines.filter((line) => /^(?:[^=:]|:(?!\s|$))*=/.test(line)).length;
  const isMixed = linear > 0 && !isClean;
  return map === undefined || linear === lines.length || isMixed ? linesIn(lines) : map;
}

function linesIn(lines: readonly string[]): TextMap {
  const split = lines.map((line) => ({ line, at: line.indexOf('=') }));
  return {
    entries: split
      .filter(({ at }) => at >= 0)
      .map(({ line, at }) => [line.slice(0, at).trim(), line.slice(at + 1).trim()]),
    complaints: split
      .filter(({ at }) => at < 0)
      .map(({ line }) => ({
        entry: line,
        problem: 'is not a tag',
        right: 'write every tag as key=value, or all of them as a YAML map',
      })),
  };
}

function limits(key: string, value: string, earlier: readonly string[]): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const length = [...key].length;
  if (length < 1 || length > 127) {
    complaints.push({
      problem: length < 1 ? 'holds a tag without a key' : `is a key of ${length} characters`,
      right: 'write a key of 1 to 127 characters',
    });
  }
  if ([...value].length > 256) {
    complaints.push({
      problem: `has a value of ${[...value].length} characters`,
      right: 'keep a value to 256 characters',
    });
  }
  if (/\p{Cc}/u.test(key + value)) {
    complaints.push({
      problem: 'holds a line break or another control character, which AWS drops or refuses',
      right: 'write key and value on one line each, and of visible characters only',
    });
  }
  const reserved = ['aws:', ownPrefix].find((prefix) => key.toLowerCase().startsWith(prefix));
  if (reserved !== undefined) {
    complaints.push({
      problem: `begins with ${reserved}, which is reserved for ${reserved === ownPrefix ? 'this action' : 'AWS'}`,
      right: 'choose another key',
    });
  }
  if (earlier.includes(key)) {
    complaints.push({ problem: 'is a key that is given twice', right: `give ${quoted(key)} one value` });
  }
  return complaints;
}
