import type { Tags } from './image.ts';
import type { Template, TemplateVariable } from './promotion.ts';

/** The text of a template, every variable replaced by its value; values are not read for variables again. */
export function render(
  template: Template,
  values: Readonly<Record<TemplateVariable, string>>,
  custom: Tags,
): string {
  const all = new Map<string, string>([
    ...Object.entries(values),
    ...Object.entries(custom).map(([key, value]) => [`custom.${key}`, value] as const),
  ]);
  return template.map((part) => (typeof part === 'string' ? part : (all.get(part.variable) ?? ''))).join('');
}

/** How many characters AWS allows in an AMI's name and in its description (CopyImage). */
export const nameLength = { min: 3, max: 128 } as const;
export const maxDescriptionLength = 255;

/**
 * What AWS would refuse in the name of an AMI, as the end of a sentence that begins with the name; undefined
 * when it is fine. The rule is RegisterImage's: 3 to 128 letters, digits and ( ) [ ] space . / - ' @ _.
 */
export function nameFault(name: string): string | undefined {
  const foreign = foreignToNames(name);
  if (foreign !== undefined) {
    return foreign;
  }
  return name.length < nameLength.min || name.length > nameLength.max
    ? `has ${name.length} characters, and the name of an AMI has ${nameLength.min} to ${nameLength.max}`
    : undefined;
}

/** The part of that rule which holds for a piece of a name too: each character is one that AWS allows. */
export function foreignToNames(text: string): string | undefined {
  const foreign = new Set(text.match(/[^A-Za-z0-9()[\] ./\-'@_]/gu));
  return foreign.size > 0
    ? `holds ${[...foreign].map((character) => JSON.stringify(character)).join(' ')}, and the name of an AMI has only letters, digits and ()[] ./-'@_`
    : undefined;
}
