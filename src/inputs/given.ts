import type { Fault } from '../model/fault.ts';
import { type InputName, inputNames, inputs, isInputName } from './contract.ts';
import { fault, quoted } from './fault.ts';
import { didYouMean } from './nearest.ts';

/** The text of an input, trimmed, its default where it was left out; undefined when it is empty and that was said. */
export type Given = (name: InputName) => string | undefined;

/**
 * Every input as text, and a fault for each that does not exist or is empty. An empty value is never a
 * permission: defaults are never empty, so it comes from an undefined variable.
 */
export function readGiven(raw: Readonly<Record<string, string>>): {
  readonly given: Given;
  readonly faults: readonly Fault[];
} {
  const written = new Map(Object.entries(raw));
  const texts = new Map(inputNames.map((name) => [name, textOf(name, written.get(name))]));
  const unknown = [...written].filter(([name]) => !isInputName(name));
  const empty = inputNames.filter((name) => texts.get(name) === '');
  return {
    given: (name) => texts.get(name) || undefined,
    faults: [...unknown.map(([name]) => unknownInput(name)), ...empty.map(emptyInput)],
  };
}

function textOf(name: InputName, value: string | undefined): string {
  return (value ?? inputs[name].default ?? '').trim();
}

/** What it was given may be a secret under a misspelt name, so it is told to nobody. */
function unknownInput(name: string): Fault {
  const alike = inputNames
    .filter((input) => isPart(name, input))
    .map(quoted)
    .join(' or ');
  return {
    input: name,
    value: '',
    problem: 'is no input of this action',
    right: didYouMean(
      name,
      inputNames,
      alike === '' ? `its inputs are ${inputNames.join(', ')}` : `did you mean ${alike}?`,
    ),
  };
}

/** One name is a part of the other, from hyphen to hyphen: `poll` of `poll-seconds`, `role` of `role-to-assume`. */
function isPart(name: string, input: string): boolean {
  const [a, b] = [`-${name.replaceAll('_', '-')}-`, `-${input}-`];
  return b.includes(a) || a.includes(b);
}

function emptyInput(name: InputName): Fault {
  const literal = inputs[name].default;
  return literal === undefined
    ? fault(name, '', {
        problem: 'is required, and it is missing or empty',
        right: 'give it a value; if it is set from an expression, that expression is empty',
      })
    : fault(name, '', {
        problem: 'is empty, most likely by an undefined variable',
        right: `leave it out or write its default, ${literal}`,
      });
}
