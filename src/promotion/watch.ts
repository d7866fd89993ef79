import { isFailure } from '../model/failure.ts';
import { type Image, type Place, placeName } from '../model/image.ts';
import { ownTags } from '../model/tags.ts';
import type { ImageQuery, Ports } from './ports.ts';

/** What a target waits for: an image by id, and by origin too while that id is not known or not seen. */
export interface Wish {
  readonly imageId: string | undefined;
  readonly origin: string | undefined;
}

/**
 * The poller of one place: however many targets wait there, one DescribeImages by id every interval. So an
 * image is known to be available within one interval plus one call, and the calls do not grow with images.
 */
export class Watch {
  readonly #place: Place;
  readonly #ports: Ports;
  readonly #intervalMs: number;
  #waiting: { readonly wish: Wish; readonly tell: (news: Promise<readonly Image[]>) => void }[] = [];
  #lastTick: number;
  #ticking = false;

  constructor(place: Place, ports: Ports, intervalMs: number) {
    this.#place = place;
    this.#ports = ports;
    this.#intervalMs = intervalMs;
    this.#lastTick = ports.clock.now();
  }

  /** The images that match the wish at the next tick, none if there are none; raises `Failed`. */
  next(wish: Wish): Promise<readonly Image[]> {
    const news = new Promise<readonly Image[]>((resolve) => {
      this.#waiting.push({ wish, tell: resolve });
    });
    if (!this.#ticking) {
      this.#ticking = true;
      this.#tick();
    }
    return news;
  }

  /** Never raises: whatever goes wrong is told to those who wait. Who comes during a look is told by the next. */
  #tick(): void {
    const { clock, signal } = this.#ports;
    const pause = Math.max(0, this.#lastTick + this.#intervalMs - clock.now());
    clock.sleep(pause, signal).then(
      () => {
        this.#lastTick = clock.now();
        const asking = this.#taken();
        const read = this.#readFor(asking.map(({ wish }) => wish));
        for (const { wish, tell } of asking) {
          tell(read.then((images) => images.filter((image) => matches(image, wish))));
        }
        read.catch((error: unknown) => this.#say(error));
      },
      (error: unknown) => {
        for (const { tell } of this.#taken()) {
          tell(Promise.reject(error));
        }
      },
    );
  }

  /** Those who wait decide what a failed look means to them; the log hears of it once. */
  #say(error: unknown): void {
    if (isFailure(error)) {
      const { code, meaning } = error.failure;
      this.#ports.reporter.line(`No news from ${placeName(this.#place)}: ${meaning} (${code})`);
    }
  }

  #taken() {
    const taken = this.#waiting;
    this.#waiting = [];
    this.#ticking = false;
    return taken;
  }

  async #readFor(wishes: readonly Wish[]): Promise<readonly Image[]> {
    const ids = unique(wishes.map((wish) => wish.imageId));
    const origins = unique(wishes.map((wish) => wish.origin));
    const queries: ImageQuery[] = [
      ...(ids.length > 0 ? [{ by: 'id', ids } as const] : []),
      ...(origins.length > 0 ? [{ by: 'origin', origins } as const] : []),
    ];
    const found = await Promise.all(queries.map((query) => this.#ports.aws.images(this.#place, query)));
    return found.flat();
  }
}

/** The pollers of all places, one each. */
export class Watches {
  readonly #ports: Ports;
  readonly #intervalMs: number;
  readonly #watches = new Map<string, Watch>();

  constructor(ports: Ports, intervalMs: number) {
    this.#ports = ports;
    this.#intervalMs = intervalMs;
  }

  of(place: Place): Watch {
    const watch = this.#watches.get(placeName(place)) ?? new Watch(place, this.#ports, this.#intervalMs);
    this.#watches.set(placeName(place), watch);
    return watch;
  }
}

function matches(image: Image, wish: Wish): boolean {
  return (
    image.id === wish.imageId || (wish.origin !== undefined && image.tags[ownTags.source] === wish.origin)
  );
}

function unique(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
