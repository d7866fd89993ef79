import { type Complaint, quoted } from './fault.ts';
import { didYouMean } from './nearest.ts';

/** Text with placeholders of certain names, in order. */
export type Parts<N extends string> = readonly (string | { readonly variable: N })[];

/**
 * Text cut at its placeholders, `{name}`, and what is wrong with them: a name that is not offered, or a brace that
 * belongs to none. The parts hold what is right.
 */
export function splitPlaceholders<N extends string>(
  text: string,
  names: readonly N[],
): { readonly parts: Parts<N>; readonly complaints: readonly Complaint[] } {
  const parts: (string | { readonly variable: N })[] = [];
  const complaints: Complaint[] = [];
  const offered = names.map((name) => `{${name}}`).join(' ');
  for (const piece of text.split(/(\{[^{}]*\})/).filter((piece) => piece !== '')) {
    const inner = /^\{([^{}]*)\}$/.exec(piece)?.[1];
    const variable = names.find((name) => name === inner);
    if (variable !== undefined) {
      parts.push({ variable });
    } else if (inner !== undefined) {
      complaints.push({
        problem: `holds ${quoted(piece)}, which stands for nothing here`,
        right: didYouMean(
          piece,
          names.map((name) => `{${name}}`),
          `there is ${offered}`,
        ),
      });
    } else if (/[{}]/.test(piece)) {
      complaints.push({
        problem: 'holds a brace that belongs to no placeholder',
        right: `write braces only around names, as in ${offered}`,
      });
    } else {
      parts.push(piece);
    }
  }
  return { parts, complaints };
}

/** The text with every placeholder replaced. */
export function fill<N extends string>(parts: Parts<N>, values: Readonly<Record<N, string>>): string {
  return parts.map((part) => (typeof part === 'string' ? part : values[part.variable])).join('');
}
