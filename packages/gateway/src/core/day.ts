/** A trading day built up from trades and books. Pure. */
import {
  EMPTY_SIDE,
  localDate,
  tradingDaySpan,
  type Book,
  type BookSide,
  type EpochMs,
  type Instrument,
  type Snapshot,
  type Trade,
  type TradingDaySpan,
} from "@tickwire/protocol/model";
import type { DayReference, DaySoFar } from "../ports/feed.ts";

/** CTP's own rate: two snapshots a second and instrument (ctp.md d.10). */
const SNAPSHOT_INTERVAL_MS = 500;

/** The day of one instrument whose feed sends no snapshots. */
export class DayBuilder {
  /** Whether it changed since the last snapshot was taken. */
  dirty = false;
  /** Whether it is in the market's list of days that wait for their turn; the market's bookkeeping. */
  waiting = false;
  /** When the last snapshot was taken. */
  #takenAt: EpochMs = -Infinity;
  #instrument: Instrument;
  #span: TradingDaySpan;
  #time: EpochMs;
  #preClose = NaN;
  #preSettlement = NaN;
  #upperLimit = NaN;
  #lowerLimit = NaN;
  #open = NaN;
  #high = NaN;
  #low = NaN;
  #last = NaN;
  #volume = 0;
  #turnover = 0;
  #bids: BookSide = EMPTY_SIDE;
  #asks: BookSide = EMPTY_SIDE;

  constructor(instrument: Instrument, time: EpochMs) {
    this.#instrument = instrument;
    this.#span = tradingDaySpan(instrument.hours, time);
    this.#time = time;
  }

  /** Takes new data of the instrument; what the day holds so far stays. */
  amend(instrument: Instrument): void {
    this.#instrument = instrument;
  }

  /** Whether the day has ended by `time`. */
  isOver(time: EpochMs): boolean {
    return time >= this.#span.end;
  }

  /** Begins the next trading day when `time` lies in it: the last price, if there is one, becomes the previous close. */
  rollTo(time: EpochMs): void {
    if (!this.isOver(time)) return;
    this.#span = tradingDaySpan(this.#instrument.hours, time);
    if (!Number.isNaN(this.#last)) this.#preClose = this.#last;
    this.#preSettlement = this.#upperLimit = this.#lowerLimit = NaN;
    this.#open = this.#high = this.#low = NaN;
    this.#volume = this.#turnover = 0;
  }

  /** Takes the figures the day starts from; those of a day that is over are not taken. */
  setReference(reference: DayReference): void {
    if (reference.time < this.#span.start) return;
    this.#preClose = reference.preClose;
    this.#preSettlement = reference.preSettlement;
    this.#upperLimit = reference.upperLimit;
    this.#lowerLimit = reference.lowerLimit;
    if (this.isOver(reference.time)) return;
    if (reference.soFar !== undefined) this.#precede(reference.soFar);
    if (reference.today !== undefined) this.#precede(this.#missingOf(reference.today));
  }

  /** Of a whole day so far, what the trades do not tell. They may be ahead of it: it never takes anything away. */
  #missingOf(today: DaySoFar): DaySoFar {
    const volume = Math.max(0, today.volume - this.#volume);
    return { ...today, volume, turnover: Math.max(0, today.turnover - this.#turnover) };
  }

  /** Puts what was traded before in front of what is known. */
  #precede({ open, high, low, last, volume, turnover }: DaySoFar): void {
    this.#open = open;
    // What is not known yet is NaN, which no comparison holds for.
    if (!(this.#high >= high)) this.#high = high;
    if (!(this.#low <= low)) this.#low = low;
    if (Number.isNaN(this.#last)) this.#last = last;
    this.#volume += volume;
    this.#turnover += turnover;
  }

  /** Adds a trade to open, high, low, last, volume and turnover; one of a day that is over changes nothing. */
  addTrade(trade: Trade): void {
    if (trade.time < this.#span.start) return;
    const { price } = trade;
    if (Number.isNaN(this.#open)) this.#open = this.#high = this.#low = price;
    if (price > this.#high) this.#high = price;
    if (price < this.#low) this.#low = price;
    this.#last = price;
    this.#volume += trade.volume;
    this.#turnover += trade.turnover;
    if (trade.time > this.#time) this.#time = trade.time;
  }

  /** Adds a trade that newer ones overtook: to high, low, volume and turnover. */
  addLateTrade({ time, price, volume, turnover }: Trade): void {
    if (time < this.#span.start) return;
    if (price > this.#high) this.#high = price;
    if (price < this.#low) this.#low = price;
    this.#volume += volume;
    this.#turnover += turnover;
  }

  /** Replaces the book. */
  setBook(book: Book): void {
    this.#bids = book.bids;
    this.#asks = book.asks;
    if (book.time > this.#time) this.#time = book.time;
  }

  /** Notes that it has changed at `time`; whether its snapshot is due at once. */
  change(time: EpochMs): boolean {
    // Time that goes back begins the interval anew: a clock that was set right must not silence the day.
    if (time < this.#takenAt - SNAPSHOT_INTERVAL_MS) this.#takenAt = time;
    this.dirty = true;
    return this.isDue(time);
  }

  /** Whether the last snapshot was taken long enough ago. */
  isDue(now: EpochMs): boolean {
    return now - this.#takenAt >= SNAPSHOT_INTERVAL_MS;
  }

  /** Takes its snapshot, at the time `now`. */
  take(now: EpochMs): Snapshot {
    this.dirty = false;
    this.#takenAt = now;
    return this.snapshot();
  }

  /** The day as of now. */
  snapshot(): Snapshot {
    return {
      id: this.#instrument.id,
      time: this.#time,
      tradingDay: this.#span.day,
      actionDay: localDate(this.#instrument.hours.zone, this.#time),
      last: this.#last,
      preSettlement: this.#preSettlement,
      preClose: this.#preClose,
      preOpenInterest: NaN,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      volume: this.#volume,
      turnover: this.#turnover,
      openInterest: NaN,
      close: NaN,
      settlement: NaN,
      upperLimit: this.#upperLimit,
      lowerLimit: this.#lowerLimit,
      preDelta: NaN,
      currDelta: NaN,
      average: this.#volume > 0 ? this.#turnover / this.#volume / this.#instrument.multiplier : NaN,
      bids: this.#bids,
      asks: this.#asks,
    };
  }
}
