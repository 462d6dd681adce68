/** One minute of one instrument under construction. Pure. */
import { Sum, type EpochMs, type Kline } from "@tickwire/protocol/model";

/** Length of the bars that all others are merged from. */
export const MINUTE_MS = 60_000;

/** Takes trades in any order: the earliest is the open, the latest the close. */
export class Bar {
  readonly start: EpochMs;
  readonly end: EpochMs;
  /** Its time is over and it has been told. */
  closed = false;
  /** A tick changed it after that. */
  revised = false;
  /** It was changed since it was last told, after it was closed. */
  pending = false;
  /** Data is known to be missing. */
  gap: boolean;
  #open = NaN;
  #openTime: EpochMs = Infinity;
  #openSeq = 0;
  #high = -Infinity;
  #low = Infinity;
  #close = NaN;
  #closeTime: EpochMs = -Infinity;
  #closeSeq = 0;
  #openInterest = NaN;
  #openInterestTime: EpochMs = -Infinity;
  readonly #volume = new Sum();
  readonly #turnover = new Sum();

  constructor(start: EpochMs, gap: boolean) {
    this.start = start;
    this.end = start + MINUTE_MS;
    this.gap = gap;
  }

  /** Adds a trade. Trades are ordered by time, then seq; those with both equal by their arrival. */
  trade(time: EpochMs, seq: number, price: number, volume: number, turnover: number): void {
    if (time < this.#openTime || (time === this.#openTime && seq < this.#openSeq)) {
      this.#open = price;
      this.#openTime = time;
      this.#openSeq = seq;
    }
    if (time > this.#closeTime || (time === this.#closeTime && seq >= this.#closeSeq)) {
      this.#close = price;
      this.#closeTime = time;
      this.#closeSeq = seq;
    }
    if (price > this.#high) this.#high = price;
    if (price < this.#low) this.#low = price;
    this.#volume.add(volume);
    this.#turnover.add(turnover);
  }

  /** Takes the last price and the open interest as they stood at `time`; whether that changed anything. */
  state(time: EpochMs, last: number, openInterest: number): boolean {
    let changed = false;
    if (time >= this.#closeTime && last === last) {
      if (time > this.#closeTime) this.#closeSeq = 0;
      changed = last !== this.#close;
      this.#close = last;
      this.#closeTime = time;
      if (last > this.#high) this.#high = last;
      if (last < this.#low) this.#low = last;
    }
    if (time >= this.#openInterestTime && openInterest === openInterest) {
      changed ||= openInterest !== this.#openInterest;
      this.#openInterest = openInterest;
      this.#openInterestTime = time;
    }
    return changed;
  }

  /** Takes what a day's first snapshot, stamped `time`, tells of trades that it does not show one by one. */
  begin(time: EpochMs, open: number, high: number, low: number): void {
    if (time <= this.#openTime && open === open) this.#open = open;
    if (high > this.#high) this.#high = high;
    if (low < this.#low) this.#low = low;
  }

  /** As it is now. */
  kline(id: string): Kline {
    return {
      id,
      period: "1m",
      time: this.start,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      volume: this.#volume.value,
      turnover: this.#turnover.value,
      openInterest: this.#openInterest,
      closed: this.closed,
      revised: this.revised,
      gap: this.gap,
    };
  }
}
