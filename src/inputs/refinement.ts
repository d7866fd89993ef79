import type { Fault } from '../model/fault.ts';
import type { Principal, Tags } from '../model/image.ts';
import { type ConsumerFacts, readConsumers } from './consumers.ts';
import type { InputFile } from './files.ts';
import type { FaultThere, Said } from './said.ts';
import { judgeTags } from './tags.ts';
import type { SettingsText } from './targets-schema.ts';

/** What the targets file says of an account, or of one of its Regions; what it leaves out is undefined. */
export interface Refinement {
  readonly key: Said | undefined;
  readonly name: Said | undefined;
  /** To be merged over what holds without; `undefined` in it (`none`) for no tags at all. */
  readonly tags: { readonly over: Tags | undefined; readonly fault: FaultThere } | undefined;
  readonly optional: boolean | undefined;
  readonly consumers: { readonly list: readonly Principal[]; readonly fault: FaultThere } | undefined;
}

export type File = InputFile<unknown>;
export type Refined<R> = { readonly value: R; readonly faults: readonly Fault[] };

/** What stands at a path of keys, each text of it to be judged where it holds. */
export function readSettings(
  file: File,
  keys: readonly string[],
  text: SettingsText,
  facts: ConsumerFacts,
): Refined<Refinement> {
  const tags = readTags(file, [...keys, 'tags'], text.tags);
  const shareWith = text['share-with'];
  const where = [...keys, 'share-with'];
  const entries = shareWith === undefined || shareWith === 'none' ? [] : shareWith;
  const consumers = readConsumers(
    entries.map((entry, index) => ({ text: entry.trim(), fault: file.faultAt([...where, index]) })),
    facts,
    'each as an entry of the list',
  );
  return {
    value: {
      key: saidAt(file, [...keys, 'kms-key'], text['kms-key']),
      name: saidAt(file, [...keys, 'name'], text.name),
      tags: tags.value,
      optional: text.optional,
      consumers:
        shareWith === undefined ? undefined : { list: consumers.value ?? [], fault: file.faultAt(where) },
    },
    faults: [...tags.faults, ...consumers.faults],
  };
}

function readTags(
  file: File,
  where: readonly string[],
  tags: SettingsText['tags'],
): Refined<Refinement['tags']> {
  const fault = file.faultAt(where);
  if (tags === undefined || tags === 'none') {
    return { value: tags === undefined ? undefined : { over: undefined, fault }, faults: [] };
  }
  const { value, faults } = judgeTags([...tags], fault, (key, complaint) =>
    file.faultAt([...where, key], 'key')('', complaint),
  );
  return { value: { over: value, fault }, faults };
}

/** A text at a path of keys, if it is there. */
export function saidAt(file: File, keys: readonly string[], text: string | undefined): Said | undefined {
  return text === undefined ? undefined : { text: text.trim(), fault: file.faultAt(keys) };
}
