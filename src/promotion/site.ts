import type { Approval } from './approval.ts';
import type { Door } from './door.ts';
import type { Observer } from './observe.ts';
import type { Performer } from './performer.ts';
import type { Ports } from './ports.ts';
import type { Watch } from './watch.ts';

/** What one target works with. */
export interface Site {
  readonly ports: Ports;
  readonly performer: Performer;
  readonly observer: Observer;
  readonly watch: Watch;
  /** Of the source, for a pull. */
  readonly door: Door | undefined;
  readonly approval: Approval;
  /** Epoch milliseconds at which waiting for copies ends. */
  readonly deadline: number;
}
