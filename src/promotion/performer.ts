import type { Write } from '../model/difference.ts';
import { Failed, failuresIn } from '../model/failure.ts';
import type { Before, Ended, JournalEntry, Performed } from '../model/journal.ts';
import type { Patience, Ports } from './ports.ts';

/** For whom a write is made, and what undoing it needs. */
export interface Occasion {
  /** The title of a target; null for what opens or closes a source image, and for what undoes other writes. */
  readonly target: string | null;
  readonly before?: Before;
}

/**
 * Makes every write of a run: its intent is on the disk before the call, what became of it after. Raises `Failed`
 * with what AWS said, and where the journal cannot be written: then nothing is called.
 */
export class Performer {
  readonly #ports: Pick<Ports, 'aws' | 'clock' | 'journal'>;
  readonly #entries: JournalEntry[];
  readonly #ends = new Map<Ended['phase'], Promise<void>>();
  #seq: number;

  /** `entries`: what the journal holds already. */
  constructor(ports: Pick<Ports, 'aws' | 'clock' | 'journal'>, entries: readonly JournalEntry[] = []) {
    this.#ports = ports;
    this.#entries = [...entries];
    this.#seq = entries.at(-1)?.seq ?? 0;
  }

  /** The journal so far. */
  get entries(): readonly JournalEntry[] {
    return [...this.#entries];
  }

  async perform(write: Write, { target, before = {} }: Occasion, patience?: Patience): Promise<Performed> {
    const { aws } = this.#ports;
    this.#seq += 1;
    const seq = this.#seq;
    const at = new Date(this.#ports.clock.now()).toISOString();
    await this.#append({ seq, at, phase: 'intent', target, kind: write.kind, request: write, before });
    const { result, requestId } = await this.#sent(seq, aws.perform(write, patience));
    await this.#append({ seq, phase: 'done', result, requestId: requestId ?? null });
    return result;
  }

  async #sent<T>(seq: number, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof Failed) {
        const { failure, others, tries, mayHaveHappened } = error;
        const result = { code: failure.code, mayHaveHappened };
        try {
          await this.#append({ seq, phase: 'failed', result, requestId: failure.requestId ?? null });
        } catch (unwritten) {
          throw new Failed(failure, { cause: error, others: [...others, ...failuresIn(unwritten)], tries });
        }
      }
      throw error;
    }
  }

  /** Notes how the step ends, once; nothing while it wrote nothing. */
  async end(phase: Ended['phase']): Promise<void> {
    if (this.#entries.length > 0 && !this.#ends.has(phase)) {
      this.#ends.set(phase, this.#append({ seq: this.#seq, phase }));
    }
    await this.#ends.get(phase);
  }

  async #append(entry: JournalEntry): Promise<void> {
    this.#entries.push(entry);
    await this.#ports.journal.append(entry);
  }
}
