import type { CallRecord } from '../../simulator/record.ts';
import type { SimulatedImage, World } from '../../simulator/world.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import { type Changes, organization } from './organization.ts';
import { type InProcess, type InProcessOptions, type Inputs, inputs, promoteInProcess } from './promotion.ts';
import { VirtualTime } from './virtual-time.ts';

/** A world on a time of its own, in which steps are run one after the other or side by side. */
export interface Scenario {
  readonly time: VirtualTime;
  readonly world: World;
  /** Runs the step of the job `runId`; polls every 10 seconds unless told otherwise. */
  run(given?: Inputs, options?: InProcessOptions & { readonly runId?: string }): Promise<InProcess>;
  /** Lets time pass. */
  pass(seconds: number): Promise<void>;
}

export function scenario(changes: Changes = {}): Scenario {
  const time = new VirtualTime();
  const world = organization(changes, time);
  return {
    time,
    world,
    run: (given = {}, { runId = '1001', ...options } = {}) =>
      promoteInProcess(world, inputs({ 'poll-seconds': '10', ...given }), time, {
        ...options,
        job: { runId, ...options.job },
      }),
    pass: (seconds) => time.until(time.sleep(seconds * 1000, new AbortController().signal)),
  };
}

/** The only outcome of a step; raises when there is another number of them. */
export function only({ result, failure, lines }: InProcess): Outcome {
  const [outcome, ...more] = result.outcomes;
  if (outcome === undefined || more.length > 0) {
    throw new Error(
      `${result.outcomes.length} outcomes; ${failure?.code}: ${failure?.meaning}\n${lines.join('\n')}`,
    );
  }
  return outcome;
}

/** What an outcome is, with its failure if it has one: what most tests look at. */
export function told(outcome: Outcome): string {
  return 'failure' in outcome ? `${outcome.state}: ${outcome.failure.code}` : outcome.state;
}

/** Each outcome by its place, `prod eu-west-1`, as `told` tells it. */
export function toldByPlace({ result }: InProcess): Readonly<Record<string, string>> {
  return Object.fromEntries(
    result.outcomes.map((outcome) => [
      `${outcome.target.owner.name} ${outcome.target.region}`,
      told(outcome),
    ]),
  );
}

/** The failure of a step's only outcome; raises when it did not fail. */
export function failureOf(step: InProcess): Failure {
  const outcome = only(step);
  if (!('failure' in outcome)) {
    throw new Error(`it is ${outcome.state}`);
  }
  return outcome.failure;
}

/** The only one of a list; raises when there is another number of them. */
export function sole<T>(values: readonly T[]): T {
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) {
    throw new Error(`there are ${values.length}`);
  }
  return value;
}

/** Does something once, at the first call that the test is true of; a dry run is none. */
export function onceAt(
  world: World,
  test: (call: CallRecord) => boolean,
  act: (call: CallRecord) => void,
): void {
  let done = false;
  const before = world.onCall;
  world.onCall = (call) => {
    before?.(call);
    if (!done && call.params.DryRun !== true && test(call)) {
      done = true;
      act(call);
    }
  };
}

/** Takes tags from an image as a user would. */
export function untag(world: World, image: SimulatedImage, ...keys: readonly string[]): void {
  for (const key of keys.length === 0 ? [...image.tags.keys()] : keys) {
    world.images.get(image.id)?.tags.delete(key);
  }
}

/** Images with snapshots of their own, as a world file has them. */
export type ImageFiles = Required<Pick<Changes, 'images' | 'snapshots'>>;

/**
 * An image like the source but for its name, under the account's `alias/ami`; its id is of one hexadecimal digit,
 * `ami-aaaaaaaaaaaaaaaaa`.
 */
export function imageFile(
  place: { readonly account: string; readonly region: string },
  over: Readonly<Record<string, unknown>> = {},
  digit = 'a',
): ImageFiles {
  const [root, data] = [`snap-${digit.repeat(15)}01`, `snap-${digit.repeat(15)}02`];
  const image = {
    id: idOf(digit),
    ...place,
    name: 'other-1',
    'boot-mode': 'uefi-preferred',
    devices: [
      { name: '/dev/xvda', snapshot: root },
      { name: '/dev/sdf', snapshot: data, 'delete-on-termination': false },
    ],
    ...over,
  };
  const snapshots = [
    { id: root, ...place, 'size-gib': 8, key: 'alias/ami' },
    { id: data, ...place, 'size-gib': 40, key: 'alias/ami' },
  ];
  return { images: [image], snapshots };
}

export function idOf(digit: string): string {
  return `ami-${digit.repeat(17)}`;
}

export function together(...files: readonly ImageFiles[]): ImageFiles {
  return {
    images: files.flatMap(({ images }) => images),
    snapshots: files.flatMap(({ snapshots }) => snapshots),
  };
}
