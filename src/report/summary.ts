import type { Result } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { Promotion } from '../model/promotion.ts';
import type { Run } from '../model/run.ts';
import { causeBlock, consequenceLine } from './cause-block.ts';
import { causesOf, causesTitle, consequencesOf } from './causes.ts';
import { endingNote } from './ending.ts';
import { link, plain } from './markdown.ts';
import { openedBlocks } from './opened.ts';
import { planHeadline, targetsInOrder } from './plan.ts';
import { openingLines, planBlocks, planNotes, planTable } from './plan-blocks.ts';
import { rollbackBlocks } from './rollback.ts';
import { type Section, sectionLines } from './sections.ts';
import { sourcesOf, sourceTable } from './sources.ts';
import { headlineOf, type Status, statusOf } from './status.ts';
import { targetTable } from './targets.ts';
import { cut } from './text.ts';
import { warningLine, warningsOf, warningsOfPlan } from './warnings.ts';

/** What the parts of a summary may take in bytes, heading and run not counted; and where the rest is, if not each elsewhere. */
export interface Room {
  readonly bytes: number;
  readonly whole?: string;
}

/**
 * The summary of the step as GitHub-flavoured Markdown: status in words, causes, what was undone, targets,
 * warnings, what was opened, sources; of a plan what would be done, for a person who approves it. Nothing in it can break out of its
 * place, and it stays below 1,000,000 bytes, because GitHub drops a summary of more than 1 MiB whole: each part
 * has its share of the room, and says what did not fit.
 */
export function summaryOf(
  result: Result,
  promotion: Promotion,
  run: Run,
  room: Room = { bytes: 950_000 },
): string {
  const { headline, sections } = partsOf(result, promotion);
  const note = promotion.mode === 'verify' ? askedNote(result, promotion) : endingNote(result, promotion);
  const placed = sections.map((section) => ({ ...section, whole: room.whole ?? section.whole }));
  return [
    `## Promote AMI: ${headline}`,
    `Run ${link(cut(run.id, 200), cut(run.url, 500))}`,
    ...(note === undefined ? [] : ['', plain(note)]),
    ...sectionLines(placed, room.bytes),
    '',
  ].join('\n');
}

/** Whose eyes a gate saw with: what nobody was asked is not proved. */
function askedNote({ outcomes }: Result, { consumer }: Promotion): string | undefined {
  if (outcomes.length === 0) {
    return undefined;
  }
  return consumer === undefined
    ? 'Asked of the roles of the owners alone: whether a consumer sees the images and can launch them was not tried out (consumer-role).'
    : `Asked of the roles of the owners, and of the consumer ${consumer.roleArn}: whether it sees each image, may launch it, and may use its key.`;
}

interface Parts {
  readonly headline: string;
  readonly sections: readonly Section[];
}

function partsOf(result: Result, promotion: Promotion): Parts {
  if (promotion.mode === 'verify') {
    return ofGate(result, promotion);
  }
  return result.plan === undefined ? ofPromotion(result, promotion) : ofPlan(result, promotion, result.plan);
}

/** Whether it holds, and in the words of a plan what a promotion would write where it does not. */
function ofGate(result: Result, promotion: Promotion): Parts {
  const section = sectionsOf('manifest');
  const status = statusOf(result, promotion);
  const { plan } = result;
  return {
    headline: `${icons[status]} ${gateWords[status]} – ${headlineOf(result, promotion)}`,
    sections: [
      section(
        causesTitle('What does not hold, and why', result, promotion),
        causeBlocks(result, promotion),
        30,
      ),
      section('What a promotion would write', plan === undefined ? [] : planBlocks(plan, promotion), 15),
      section('Targets', targetTable(result, promotion), 35),
      section('Warnings', warningsOf(result, promotion).map(warningLine), 5),
      section('Source images', sourceTable(sourcesOf(result, promotion)), 5),
    ],
  };
}

function ofPromotion(result: Result, promotion: Promotion): Parts {
  const section = sectionsOf('manifest');
  const status = statusOf(result, promotion);
  const logged = sectionsOf('log of this step');
  const rolledBack = result.rollback === undefined ? [] : rollbackBlocks(result.rollback, promotion);
  return {
    headline: `${icons[status]} ${status} – ${headlineOf(result, promotion)}`,
    sections: [
      section(causesTitle('What is missing, and why', result, promotion), causeBlocks(result, promotion), 25),
      logged('Rolled back', rolledBack, 15),
      section('Targets', targetTable(result, promotion), 35),
      section('Warnings', warningsOf(result, promotion).map(warningLine), 5),
      logged('Opened on the source', openedBlocks(result.opened, promotion, result.interrupted), 10),
      section('Source images', sourceTable(sourcesOf(result, promotion)), 5),
    ],
  };
}

function ofPlan(result: Result, promotion: Promotion, plan: Plan): Parts {
  const section = sectionsOf('plan file');
  const status = statusOf(result, promotion);
  const icon = status === 'success' && !plan.converged ? '📋' : icons[status];
  return {
    headline: `${icon} ${planHeadline(plan)}${result.interrupted ? '; interrupted' : ''}`,
    sections: [
      section(causesTitle('What is in the way', result, promotion), causeBlocks(result, promotion), 25),
      section('Targets', planTable(plan), 15),
      section('What would be written', [...planNotes(plan), ...planBlocks(plan, promotion)], 30),
      section('What would be opened on the source', openingLines(plan, promotion), 10),
      section('Warnings', warningsOfPlan(targetsInOrder(plan)).map(warningLine), 5),
      section('Source images', sourceTable(plan.sources), 5),
    ],
  };
}

function causeBlocks(result: Result, promotion: Promotion): readonly string[] {
  return [
    ...causesOf(result, promotion).map((cause) => causeBlock(cause)),
    ...consequencesOf(result, promotion).map(consequenceLine),
  ];
}

const gateWords: Readonly<Record<Status, string>> = {
  success: 'verified',
  partial: 'verified but for optional targets',
  pending: 'pending',
  failure: 'not verified',
};

const icons: Readonly<Record<Status, string>> = {
  success: '✅',
  partial: '⚠️',
  pending: '⏳',
  failure: '❌',
};

function sectionsOf(whole: string): (title: string, blocks: readonly string[], share: number) => Section {
  return (title, blocks, share) => ({ title, blocks, share, whole });
}
