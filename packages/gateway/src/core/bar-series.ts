/** The newest minutes of one instrument in little room: numbers in columns, not an object per bar. Pure. */
import type { Kline } from "@tickwire/protocol/model";

/** time, open, high, low, close, volume, turnover, open interest, flags. */
const COLUMNS = 9;
const FIRST_ROOM = 64;
const REVISED = 1;
const GAP = 2;

/** Closed 1m bars in the order they were added, ascending; holds at most `limit` and forgets the oldest. */
export class BarSeries {
  readonly #id: string;
  readonly #limit: number;
  #cells = new Float64Array(0);
  #room = 0;
  #next = 0;
  #count = 0;

  constructor(id: string, limit: number) {
    this.#id = id;
    this.#limit = limit;
  }

  /** How many bars it holds. */
  get length(): number {
    return this.#count;
  }

  /** Adds a bar that comes after all others. */
  push(bar: Kline): void {
    if (this.#count === this.#room && this.#room < this.#limit) this.#grow();
    const at = this.#next * COLUMNS;
    const cells = this.#cells;
    cells[at] = bar.time;
    cells[at + 1] = bar.open;
    cells[at + 2] = bar.high;
    cells[at + 3] = bar.low;
    cells[at + 4] = bar.close;
    cells[at + 5] = bar.volume;
    cells[at + 6] = bar.turnover;
    cells[at + 7] = bar.openInterest;
    cells[at + 8] = (bar.revised ? REVISED : 0) + (bar.gap ? GAP : 0);
    this.#next = (this.#next + 1) % this.#room;
    if (this.#count < this.#room) this.#count++;
  }

  /** The newest `limit` bars, ascending. */
  newest(limit: number): Kline[] {
    const bars: Kline[] = [];
    for (let back = Math.min(limit, this.#count); back > 0; back--) bars.push(this.#bar(back));
    return bars;
  }

  /** Full, it has never wrapped: rows lie in order from the beginning. */
  #grow(): void {
    this.#room = Math.min(this.#limit, Math.max(FIRST_ROOM, this.#room * 2));
    const cells = new Float64Array(this.#room * COLUMNS);
    cells.set(this.#cells);
    this.#cells = cells;
    this.#next = this.#count;
  }

  #bar(back: number): Kline {
    const at = ((this.#next - back + this.#room) % this.#room) * COLUMNS;
    const cells = this.#cells;
    const flags = cells[at + 8]!;
    return {
      id: this.#id,
      period: "1m",
      time: cells[at]!,
      open: cells[at + 1]!,
      high: cells[at + 2]!,
      low: cells[at + 3]!,
      close: cells[at + 4]!,
      volume: cells[at + 5]!,
      turnover: cells[at + 6]!,
      openInterest: cells[at + 7]!,
      closed: true,
      revised: (flags & REVISED) !== 0,
      gap: (flags & GAP) !== 0,
    };
  }
}
