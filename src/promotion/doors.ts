import { isOver } from '../aspects/close.ts';
import { pullTagsIn } from '../aspects/pull-tags.ts';
import type { Opened } from '../model/outcome.ts';
import type { Promotion, PullNote, SourceImage, Target } from '../model/promotion.ts';
import { Door } from './door.ts';
import type { Performer } from './performer.ts';
import type { Ports } from './ports.ts';

/** The doors of all source images, one each. */
export class Doors {
  readonly #promotion: Promotion;
  readonly #note: PullNote;
  readonly #performer: Performer;
  readonly #ports: Ports;
  readonly #doors = new Map<SourceImage, Door>();

  constructor(promotion: Promotion, note: PullNote, performer: Performer, ports: Ports) {
    this.#promotion = promotion;
    this.#note = note;
    this.#performer = performer;
    this.#ports = ports;
  }

  /** Undefined for a push, which needs none. */
  of({ pull, source }: Target): Door | undefined {
    return pull === undefined ? undefined : this.for(source);
  }

  /** The one door of a source image, made when it is first asked for. */
  for(source: SourceImage): Door {
    const door =
      this.#doors.get(source) ??
      new Door(source, this.#ports, this.#performer, this.#promotion.pollSeconds * 1000);
    this.#doors.set(source, door);
    return door;
  }

  /** What the run has opened so far, through all doors. */
  opened(): readonly Opened[] {
    return [...this.#doors.values()].flatMap((door) => door.opened() ?? []);
  }

  /**
   * Closes a source where that is due, or with `keeps` leaves open for good what this run opened. What an approved plan
   * lets the run open, it lets it close; of other runs nothing is in such a plan.
   */
  async close(source: SourceImage, keeps: boolean): Promise<void> {
    const door = this.for(source);
    const alsoOthers = this.#promotion.approvedPlan === undefined;
    if (this.#ports.signal.aborted || !door.needsClosing(alsoOthers)) {
      this.#tellOthers(source);
      return;
    }
    await (keeps && door.needsClosing(false) ? door.keep(this.#note) : door.close(this.#note, alsoOthers));
  }

  /** What runs before this one noted that they need: nobody closes it under them. */
  #tellOthers({ image }: SourceImage): void {
    const now = this.#ports.clock.now();
    for (const note of pullTagsIn(image.tags)) {
      if (note.accounts.length > 0 && !isOver(note, now)) {
        this.#ports.reporter.line(
          `Source ${image.id} was open to ${note.accounts.join(', ')} when this step began: run ${note.run} needs that until ${note.deadline}, or closes it before.`,
        );
      }
    }
  }
}
