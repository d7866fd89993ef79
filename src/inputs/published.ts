import * as v from 'valibot';

const manifest = v.object({
  targets: v.array(v.object({ state: v.string(), imageId: v.nullable(v.string()) })),
});

/** The images that a manifest says are verified; none where the text is no manifest. Never throws. */
export function publishedIn(text: string): readonly string[] {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), manifest), text);
  return parsed.success
    ? parsed.output.targets.flatMap(({ state, imageId }) =>
        imageId !== null && (state === 'promoted' || state === 'unchanged') ? [imageId] : [],
      )
    : [];
}
