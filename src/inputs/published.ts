import * as v from 'valibot';

const manifest = v.object({
  targets: v.array(v.object({ state: v.string(), imageId: v.nullable(v.string()) })),
});

/** The images that a manifest says are verified; none where the text is no manifest. Never throws. */
export function publishedIn(text: string): readonly string[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), manifest), text);
  return parsed.success
    ? parsed.output.targets.filter(isPublished).flatMap(({ imageId }) => imageId ?? [])
    : [];
}

/** Whether a target of a manifest has a verified image. */
export function isPublished({ state }: { readonly state: string }): boolean {
  return state === 'promoted' || state === 'unchanged';
}
