/** Tells trades that come twice, or in another order than they were made, by the numbers that their feed gives them. Pure. */
import type { EpochMs } from "@tickwire/protocol/model";
import type { TradeMark } from "../ports/history.ts";

/** Newest numbers that are remembered of an instrument. */
const REMEMBERED = 128;
/** Numbers and time that go back together by more than this were begun anew: it is no reordering. */
const MAX_LATE_MS = 60_000;

/**
 * `late`: it was overtaken by newer ones, and comes for the first time. `too-late`: too old to say whether it came before.
 * `renumbered`: the feed's numbers begin anew with it.
 */
export type TradeOrder = "next" | "duplicate" | "late" | "too-late" | "renumbered";

/** The trades of one instrument, as far as they are numbered (`seq` > 0). */
export class TradeGuard {
  #newest = 0;
  #newestTime: EpochMs = -Infinity;
  readonly #seqs = new Float64Array(REMEMBERED);
  #at = 0;
  /** The largest number that is not remembered any more. */
  #forgotten = 0;

  /** `stored`: those that came before the gateway was started, ascending; the newest are remembered. */
  constructor(stored: readonly TradeMark[] = []) {
    for (const { seq, time } of stored.slice(-REMEMBERED)) this.judge(seq, time);
  }

  /** Takes the next trade to come and tells what it is. */
  judge(seq: number, time: EpochMs): TradeOrder {
    if (seq > this.#newest) {
      this.#remember(seq);
      this.#newest = seq;
      this.#newestTime = time;
      return "next";
    }
    if (this.#seqs.includes(seq)) return time > this.#newestTime ? this.#renumber(seq, time) : "duplicate";
    if (time > this.#newestTime || time < this.#newestTime - MAX_LATE_MS) return this.#renumber(seq, time);
    if (seq <= this.#forgotten) return "too-late";
    this.#remember(seq);
    return "late";
  }

  #renumber(seq: number, time: EpochMs): "renumbered" {
    this.#seqs.fill(0);
    this.#forgotten = 0;
    this.#remember(seq);
    this.#newest = seq;
    this.#newestTime = time;
    return "renumbered";
  }

  #remember(seq: number): void {
    const at = this.#at;
    if (this.#seqs[at]! > this.#forgotten) this.#forgotten = this.#seqs[at]!;
    this.#seqs[at] = seq;
    this.#at = at + 1 === REMEMBERED ? 0 : at + 1;
  }
}
