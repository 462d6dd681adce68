/** What was played in one pass of a loop. */
import type { EpochMs, Snapshot, TradingDay } from "@tickwire/protocol/model";
import { chinaMidnight, DAY_MS } from "./event-time.ts";

const WEEK_MS = 7 * DAY_MS;

/** The times and trading days that a pass has covered so far. */
export class Extent {
  /** Rows played. */
  rows = 0;
  #first: EpochMs = Infinity;
  #last: EpochMs = -Infinity;
  #firstDay: TradingDay = "99999999";
  #lastDay: TradingDay = "";

  /** Adds a row that was played. */
  add({ time, tradingDay }: Snapshot): void {
    this.rows++;
    if (time < this.#first) this.#first = time;
    if (time > this.#last) this.#last = time;
    if (tradingDay < this.#firstDay) this.#firstDay = tradingDay;
    if (tradingDay > this.#lastDay) this.#lastDay = tradingDay;
  }

  /**
   * Milliseconds by which the same rows must be later so that neither time nor trading day goes back: whole weeks, so
   * that weekdays and sessions stay what they were. Needs at least one row.
   */
  clearance(): number {
    const days = chinaMidnight(Number(this.#lastDay)) - chinaMidnight(Number(this.#firstDay));
    return (Math.floor(Math.max(this.#last - this.#first, days) / WEEK_MS) + 1) * WEEK_MS;
  }
}
