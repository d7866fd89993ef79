import * as v from 'valibot';
import type { JournalEntry } from '../model/journal.ts';
import { tagMap as tags } from './schema-parts.ts';

const text = v.string();
const texts = v.array(text);
const place = v.object({ account: text, region: text });
const principals = v.array(
  v.object({
    kind: v.picklist(['account', 'organization', 'organizational-unit', 'everyone']),
    id: text,
  }),
);

const write = v.variant('kind', [
  v.object({
    kind: v.literal('copy-image'),
    place,
    source: v.object({ imageId: text, region: text }),
    name: text,
    description: text,
    keyArn: v.optional(text),
    tags: v.object({ image: tags, snapshots: tags }),
    completionMinutes: v.optional(v.number()),
    token: text,
    attempt: v.number(),
  }),
  v.object({ kind: v.literal('set-tags'), place, resourceIds: texts, tags }),
  v.object({ kind: v.literal('remove-tags'), place, resourceIds: texts, tags }),
  v.object({ kind: v.literal('share-image'), place, imageId: text, add: principals }),
  v.object({ kind: v.literal('unshare-image'), place, imageId: text, remove: principals }),
  v.object({ kind: v.literal('share-snapshot'), place, snapshotId: text, add: texts }),
  v.object({ kind: v.literal('unshare-snapshot'), place, snapshotId: text, remove: texts }),
  v.object({ kind: v.literal('require-imds-v2'), place, imageId: text }),
  v.object({ kind: v.literal('deregister-image'), place, imageId: text }),
  v.object({ kind: v.literal('delete-snapshot'), place, snapshotId: text }),
]);

const kind = v.picklist(write.options.map((option) => option.entries.kind.literal));

const entry = v.variant('phase', [
  v.object({
    seq: v.number(),
    at: text,
    phase: v.literal('intent'),
    target: v.nullable(text),
    kind,
    request: write,
    before: v.object({ tags: v.exactOptional(v.record(text, tags)) }),
  }),
  v.object({
    seq: v.number(),
    phase: v.literal('done'),
    result: v.object({ imageId: v.nullable(text), deleted: texts }),
    requestId: v.nullable(text),
  }),
  v.object({
    seq: v.number(),
    phase: v.literal('failed'),
    result: v.object({ code: text, mayHaveHappened: v.boolean() }),
    requestId: v.nullable(text),
  }),
  v.object({ seq: v.number(), phase: v.picklist(['finished', 'rollback', 'cancelled']) }),
]);

/**
 * The entries of a journal. A process that died while it wrote leaves a line that is not whole: it stands for a call
 * that was never made, because calls come after their line. Such lines are left out. Never throws.
 */
export function parseJournal(lines: string): readonly JournalEntry[] {
  return lines.split('\n').flatMap((line) => {
    const parsed = v.safeParse(entry, fromJson(line));
    return parsed.success ? [completed(parsed.output)] : [];
  });
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** JSON has no undefined: what a copy leaves out is written so again. */
function completed(parsed: v.InferOutput<typeof entry>): JournalEntry {
  if (parsed.phase !== 'intent') {
    return parsed;
  }
  const { request } = parsed;
  return {
    ...parsed,
    request:
      request.kind === 'copy-image'
        ? { ...request, keyArn: request.keyArn, completionMinutes: request.completionMinutes }
        : request,
  };
}
