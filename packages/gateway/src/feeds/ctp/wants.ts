/** Which instruments an upstream is to be subscribed to. Pure: time is told. */
import type { EpochMs } from "@tickwire/protocol/model";

/** How long an instrument is kept after its last watcher has left: whoever comes again finds it flowing. */
export const LINGER_MS = 30_000;

/** What has to be asked of the upstream. */
export interface Change {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** The wants of all clients, and what stands whether or not somebody watches. */
export class Wants {
  readonly #stands: (id: string) => boolean;
  /** When the last watcher left; Infinity: watched. */
  readonly #watched = new Map<string, EpochMs>();
  /** What may be subscribed to at all: what the upstream has, and this feed owns. */
  readonly #served = new Set<string>();
  readonly #subscribed = new Set<string>();

  /** `stands`: whether an instrument is wanted in any case. */
  constructor(stands: (id: string) => boolean) {
    this.#stands = stands;
  }

  /** What is subscribed to, as far as it was asked for. */
  get subscribed(): ReadonlySet<string> {
    return this.#subscribed;
  }

  /** A client begins to watch an instrument, known or not, or the last one has left it. */
  watch(id: string, watched: boolean, now: EpochMs): void {
    if (watched) this.#watched.set(id, Infinity);
    else if (this.#watched.has(id)) this.#watched.set(id, now);
  }

  /** The instrument is there, or is no more. */
  serve(id: string, served: boolean): void {
    if (served) this.#served.add(id);
    else this.#served.delete(id);
  }

  /** What to ask for now; taken as asked. */
  take(now: EpochMs): Change {
    for (const [id, left] of this.#watched) if (now - left >= LINGER_MS) this.#watched.delete(id);
    const wanted = (id: string): boolean => this.#served.has(id) && (this.#watched.has(id) || this.#stands(id));
    const remove = [...this.#subscribed].filter((id) => !wanted(id));
    const add = [...this.#served].filter((id) => !this.#subscribed.has(id) && wanted(id));
    for (const id of remove) this.#subscribed.delete(id);
    for (const id of add) this.#subscribed.add(id);
    return { add, remove };
  }
}
