import {
  type CustomVariable,
  type Template,
  type TemplateVariable,
  templateVariables,
} from '../model/promotion.ts';
import { foreignToNames, maxDescriptionLength, nameLength } from '../model/template.ts';
import type { Complaint } from './fault.ts';
import type { Given } from './given.ts';
import type { NamedSource } from './named-source.ts';
import { splitPlaceholders } from './placeholders.ts';
import { type Read, read, unread } from './read.ts';
import { type Said, saidBy } from './said.ts';

/** What is known of the values that a template will be given. */
export interface TemplateFacts {
  readonly sources: readonly NamedSource[];
  readonly regions: readonly string[];
}

/**
 * The name of copies. As much of AWS's rule for names is checked as can be before the source image is read: the
 * characters, the length, and that two images never get one name for certain.
 */
export function readName(said: Said, facts: TemplateFacts): Read<Template> {
  return parse(said, facts, (template) => [
    ...foreignParts(template),
    ...lengthComplaints(template, facts, nameLength.min, nameLength.max),
    ...sameNames(template, facts),
  ]);
}

/** The description of copies; undefined (`auto`) stands for a sentence of provenance. */
export function readDescription(
  given: Given,
  facts: TemplateFacts,
): Read<{
  readonly template: Template | undefined;
}> {
  const said = saidBy(given, 'description');
  if (said === undefined) {
    return unread;
  }
  if (said.text === 'auto') {
    return read({ template: undefined });
  }
  const { value: template, faults } = parse(said, facts, (template) =>
    lengthComplaints(template, facts, 0, maxDescriptionLength),
  );
  return template === undefined ? { ...unread, faults } : read({ template }, faults);
}

function parse(
  { text, fault }: Said,
  facts: TemplateFacts,
  judge: (template: Template) => readonly Complaint[],
): Read<Template> {
  const { parts, complaints } = splitPlaceholders(text, [...templateVariables, ...customIn(facts)]);
  const found =
    complaints.length > 0
      ? complaints
      : [...judge(parts), ...keyComplaints(parts, facts), ...customComplaints(parts, facts)];
  return read(
    parts,
    found.map((complaint) => fault(text, complaint)),
  );
}

function foreignParts(template: Template): readonly Complaint[] {
  const problem = foreignToNames(template.filter((part) => typeof part === 'string').join(''));
  return problem === undefined ? [] : [{ problem, right: 'leave the other characters out' }];
}

/** Every key of `custom_data` that a build has. */
function customIn({ sources }: TemplateFacts): readonly CustomVariable[] {
  const keys = new Set(sources.flatMap(({ custom }) => Object.keys(custom)));
  return [...keys].map((key): CustomVariable => `custom.${key}`);
}

/** What one build has, another one may lack. */
function customComplaints(template: Template, { sources }: TemplateFacts): readonly Complaint[] {
  return template.flatMap((part) => {
    const key = typeof part === 'string' ? undefined : /^custom\.(.*)$/s.exec(part.variable)?.[1];
    const lacking = sources.filter(({ custom }) => key !== undefined && !Object.hasOwn(custom, key));
    return lacking.length === 0
      ? []
      : [
          {
            problem: `holds {custom.${key}}, and ${lacking.map(({ title }) => title).join(', ')} has no such custom_data`,
            right: "give it to every build in custom_data of Packer's manifest post-processor",
          },
        ];
  });
}

function keyComplaints(template: Template, { sources }: TemplateFacts): readonly Complaint[] {
  const keyless = sources.filter((source) => source.key === undefined);
  return uses(template, ['key']) && keyless.length > 0
    ? [
        {
          problem: `holds {key}, and ${keyless.map((source) => source.title).join(', ')} has none`,
          right: 'write every source as key=ami-…, or use {source-name}',
        },
      ]
    : [];
}

function sameNames(template: Template, { sources }: TemplateFacts): readonly Complaint[] {
  return sources.length > 1 && !uses(template, ['source-name', 'key', 'arch', 'date'])
    ? [
        {
          problem: `would give ${sources.length} images the same name`,
          right: 'tell them apart with {key}, {source-name}, {arch} or {date}',
        },
      ]
    : [];
}

/** A length is a fault when it is so for certain, whatever the values will be that nobody knows yet. */
function lengthComplaints(
  template: Template,
  facts: TemplateFacts,
  min: number,
  max: number,
): readonly Complaint[] {
  const lengths = template.map((part) =>
    typeof part === 'string'
      ? { least: [...part].length, most: [...part].length }
      : lengthsOf(part.variable, facts),
  );
  // Sources, accounts and Regions meet in every combination, so the longest of each meet too.
  const longest = total(lengths.map(({ least, most }) => (Number.isFinite(most) ? most : least)));
  const shortest = total(lengths.map(({ least, most }) => (Number.isFinite(most) ? least : most)));
  if (longest > max) {
    return [{ problem: `has ${longest} characters or more once it is filled in`, right: `keep to ${max}` }];
  }
  return shortest < min
    ? [{ problem: `has only ${shortest} characters once it is filled in`, right: `give it at least ${min}` }]
    : [];
}

/** The lengths a variable's value can have; `most` is infinite where only the run or the source image tells. */
function lengthsOf(
  variable: TemplateVariable | CustomVariable,
  { sources, regions }: TemplateFacts,
): { readonly least: number; readonly most: number } {
  switch (variable) {
    case 'key':
      return extremes(sources.flatMap((source) => source.key ?? []));
    case 'region':
      return extremes(regions);
    case 'account':
      return { least: 12, most: 12 };
    case 'source-name':
      return { least: nameLength.min, most: Number.POSITIVE_INFINITY };
    default:
      return { least: 1, most: Number.POSITIVE_INFINITY };
  }
}

function extremes(values: readonly string[]): { readonly least: number; readonly most: number } {
  const lengths = values.map((value) => value.length);
  return lengths.length === 0
    ? { least: 1, most: Number.POSITIVE_INFINITY }
    : { least: Math.min(...lengths), most: Math.max(...lengths) };
}

function uses(template: Template, variables: readonly TemplateVariable[]): boolean {
  return template.some((part) => variables.some((one) => typeof part !== 'string' && part.variable === one));
}

function total(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}
