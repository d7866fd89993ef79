import type { ApprovedPlan } from '../model/plan.ts';
import { fault } from './fault.ts';
import { type ReadFile, readInputFile } from './files.ts';
import type { Given } from './given.ts';
import { planSchema } from './plan-schema.ts';
import { type Read, read, unread } from './read.ts';

/** The plan that somebody approved, undefined for `none`. It permits writes and never says who gets an image. */
export function readApprovedPlan(
  given: Given,
  readFile: ReadFile,
): Read<{ readonly plan: ApprovedPlan | undefined }> {
  const form = {
    input: 'approved-plan',
    schema: planSchema,
    format: 'JSON',
    right: 'take the file as mode: plan wrote it',
  } as const;
  const { value, faults } = readInputFile(form, given, readFile);
  const path = given('approved-plan');
  const mode = given('mode');
  const isVain = (mode === 'plan' || mode === 'verify') && path !== undefined && path !== 'none';
  const all = isVain ? [...faults, vain(path, mode)] : faults;
  if (value === undefined) {
    return { ...unread, faults: all };
  }
  return read({ plan: value.file?.value }, all);
}

function vain(path: string, mode: 'plan' | 'verify') {
  return fault('approved-plan', path, {
    problem: `is given together with mode: ${mode}, which writes nothing that a plan could permit`,
    right: `leave approved-plan out to ${mode === 'plan' ? 'make a plan' : 'verify'}, or write mode: promote`,
  });
}
