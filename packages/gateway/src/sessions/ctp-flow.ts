/** Flow control of one connection, as CTP's own client library and fronts have it (ctp.md d.2). */
import { CTP_GATEWAY_ERRORS, type CtpError } from "@tickwire/protocol/errors";
import type { EpochMs } from "@tickwire/protocol/model";

/** Time between two queries: one a second, less what a network may take off a client's own second. */
const QUERY_SPACING_MS = 950;
/** Orders and cancels of one session within a second. */
const MAX_ORDERS = 6;
const SECOND_MS = 1000;

/** Judges when queries and orders come too fast. `off` lets everything pass. */
export class CtpFlow {
  readonly #real: boolean;
  readonly #now: () => EpochMs;
  #queries = 0;
  #queriedAt = -Infinity;
  /** When the newest orders were let pass, oldest first. */
  readonly #ordered: EpochMs[] = [];

  /** `now` is the wall clock. */
  constructor(mode: "off" | "real", now: () => EpochMs) {
    this.#real = mode === "real";
    this.#now = now;
  }

  /** Lets a query pass, or says why not: one is in flight still (-2), or was within this second (-3). */
  query(): CtpError | undefined {
    if (!this.#real) return undefined;
    if (this.#queries > 0) return CTP_GATEWAY_ERRORS.tooManyPending;
    const now = this.#now();
    if (isWithin(this.#queriedAt, now, QUERY_SPACING_MS)) return CTP_GATEWAY_ERRORS.tooFrequent;
    this.#queriedAt = now;
    this.#queries++;
    return undefined;
  }

  /** A query that was let pass has been answered in full. */
  answered(): void {
    if (this.#queries > 0) this.#queries--;
  }

  /** Lets an order or a cancel pass, or not (116). */
  order(): boolean {
    if (!this.#real) return true;
    const now = this.#now();
    while (this.#ordered.length > 0 && !isWithin(this.#ordered[0]!, now, SECOND_MS)) this.#ordered.shift();
    if (this.#ordered.length >= MAX_ORDERS) return false;
    this.#ordered.push(now);
    return true;
  }
}

/** Whether less than `span` lies between two moments; a clock that was set back counts as a long time. */
function isWithin(then: EpochMs, now: EpochMs, span: number): boolean {
  return now >= then && now - then < span;
}
