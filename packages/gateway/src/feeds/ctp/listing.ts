/** When an upstream is asked what it lists. */
import type { EpochMs } from "@tickwire/protocol/model";

/** After this long a list is asked for again that could not be had, or may still be growing, */
const RELIST_MS = 60_000;
/** and so often at most, of the latter, after a login or the first tick of a day. */
const MAX_RELISTS = 5;

type Rows = readonly Readonly<Record<string, unknown>>[];

/** What it is made from. */
export interface ListingParts {
  readonly ask: () => Promise<Rows>;
  /** Takes a list; false: it may still be growing. */
  readonly take: (rows: Rows, now: EpochMs) => boolean;
  /** Hears that nobody answered. */
  readonly onFailure: () => void;
}

/** Asks for one list at a time. */
export class Listing {
  readonly #parts: ListingParts;
  /** When it is to be asked for (again). */
  #due: EpochMs = Infinity;
  #isAsking = false;
  #relists = 0;

  constructor(parts: ListingParts) {
    this.#parts = parts;
  }

  /** There may be another list: it is asked for with the next {@link look}. */
  expire(now: EpochMs): void {
    this.#relists = 0;
    this.#due = now;
  }

  /** Asks when it is time to. */
  look(now: EpochMs): void {
    if (now >= this.#due && !this.#isAsking) void this.#list(now);
  }

  async #list(now: EpochMs): Promise<void> {
    const { ask, take, onFailure } = this.#parts;
    this.#due = Infinity;
    this.#isAsking = true;
    try {
      const isWhole = take(await ask(), now);
      if (!isWhole && this.#relists++ < MAX_RELISTS) this.#due = Math.min(this.#due, now + RELIST_MS);
    } catch {
      onFailure();
      this.#due = Math.min(this.#due, now + RELIST_MS);
    } finally {
      this.#isAsking = false;
    }
  }
}
