/** The bars of one longer period of one instrument, merged from its minutes as they come. Pure. */
import {
  mergeKlines,
  periodSpan,
  Sum,
  type EpochMs,
  type Instrument,
  type Kline,
  type Period,
  type PeriodSpan,
} from "@tickwire/protocol/model";

/** What finished minutes of one bar add up to; a running {@link mergeKlines}. */
class Tally {
  /** Time of the bar it belongs to; NaN while it is empty. */
  time: EpochMs = NaN;
  #open = NaN;
  #high = NaN;
  #low = NaN;
  #close = NaN;
  #openInterest = NaN;
  #revised = false;
  #gap = false;
  readonly #volume = new Sum();
  readonly #turnover = new Sum();

  add(time: EpochMs, part: Kline): void {
    if (time !== this.time) this.#begin(time, part);
    if (part.high > this.#high) this.#high = part.high;
    if (part.low < this.#low) this.#low = part.low;
    this.#close = part.close;
    if (!Number.isNaN(part.openInterest)) this.#openInterest = part.openInterest;
    this.#revised ||= part.revised;
    this.#gap ||= part.gap;
    this.#volume.add(part.volume);
    this.#turnover.add(part.turnover);
  }

  kline(id: string, period: Period): Kline {
    return {
      id,
      period,
      time: this.time,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      volume: this.#volume.value,
      turnover: this.#turnover.value,
      openInterest: this.#openInterest,
      closed: true,
      revised: this.#revised,
      gap: this.#gap,
    };
  }

  /** Forgets everything. */
  clear(): void {
    this.time = NaN;
  }

  #begin(time: EpochMs, { open, high, low }: Kline): void {
    this.time = time;
    this.#open = open;
    this.#high = high;
    this.#low = low;
    this.#openInterest = NaN;
    this.#revised = this.#gap = false;
    this.#volume.clear();
    this.#turnover.clear();
  }
}

/** Tells where the newest bar of its period stands and puts bars together on demand. */
export class Frame {
  readonly period: Period;
  /** The newest bar's place; empty before the first. */
  span: PeriodSpan = { time: NaN, start: NaN, end: -Infinity };
  /** Whether the newest bar is over. */
  closed = false;
  /** What is known of the first bar from before the instrument was joined. */
  before: Kline | undefined;
  /** Time of the first bar when part of it, from before the instrument was joined, is not known; else NaN. */
  missing: EpochMs = NaN;
  readonly #tally = new Tally();

  constructor(period: Period) {
    this.period = period;
  }

  /** Moves on to the bar that holds `time` when that is a later one. */
  moveTo(instrument: Instrument, time: EpochMs): void {
    if (time < this.span.end) return;
    this.span = periodSpan(instrument.hours, this.period, time);
    this.closed = false;
  }

  /** Time of the bar that holds the minute that begins at `start`. */
  timeOf(instrument: Instrument, start: EpochMs): EpochMs {
    if (start >= this.span.start && start < this.span.end) return this.span.time;
    return periodSpan(instrument.hours, this.period, start).time;
  }

  /** Takes a minute that changes no more, after all earlier ones. */
  finish(instrument: Instrument, minute: Kline): void {
    this.#tally.add(this.timeOf(instrument, minute.time), minute);
  }

  /** Adds up its newest finished bar anew from all finished minutes there are. Of weeks and months these are too few. */
  amend(instrument: Instrument, minutes: readonly Kline[]): void {
    if (this.period === "1w" || this.period === "1M") return;
    const newest = minutes.at(-1);
    if (newest === undefined) return;
    const time = this.timeOf(instrument, newest.time);
    this.#tally.clear();
    for (const minute of minutes) {
      if (this.timeOf(instrument, minute.time) === time) this.#tally.add(time, minute);
    }
  }

  /** The bar named `time`, of what was finished and the minutes that can still change; undefined when nothing was traded. */
  bar(instrument: Instrument, time: EpochMs, changing: readonly Kline[]): Kline | undefined {
    const parts: Kline[] = [];
    if (this.before?.time === time) parts.push(this.before);
    if (this.#tally.time === time) parts.push(this.#tally.kline(instrument.id, this.period));
    for (const minute of changing) if (this.timeOf(instrument, minute.time) === time) parts.push(minute);
    if (parts.length === 0) return undefined;
    const [merged] = mergeKlines(parts, instrument.hours, this.period);
    const closed = time !== this.span.time || this.closed;
    const gap = merged!.gap || this.missing === time;
    return { ...merged!, closed, gap };
  }
}
