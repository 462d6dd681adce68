/** Tickers of services that have none: from the bars of the day and of the day before, and from trades. */
import type { Kline, Ticker, Trade } from "@tickwire/protocol/model";

/** The day of one instrument. Its change is counted from the close of the day before, by the service's own days. */
export class DerivedTicker {
  readonly #id: string;
  #base = NaN;
  #day: Kline | undefined;
  #time = 0;
  #last = NaN;

  constructor(id: string) {
    this.#id = id;
  }

  /** The newest daily bars, ascending; the last one is today's. */
  takeBars(bars: readonly Kline[]): Ticker | undefined {
    const [before, day] = bars.length > 1 ? bars.slice(-2) : [undefined, bars[0]];
    if (day === undefined) return undefined;
    this.#base = before?.close ?? NaN;
    this.#day = day;
    // A bar may be older than the last trade: its figures are behind until the next one.
    if (this.#time === 0) this.#last = day.close;
    return this.#ticker();
  }

  /** A trade. Before the first bar there is nothing to tell. */
  takeTrade({ time, price }: Trade): Ticker | undefined {
    if (time < this.#time) return undefined;
    this.#time = time;
    this.#last = price;
    return this.#day === undefined ? undefined : this.#ticker();
  }

  #ticker(): Ticker {
    const { open, high, low, volume, turnover, time } = this.#day!;
    const change = this.#last - this.#base;
    return {
      id: this.#id,
      time: Math.max(this.#time, time),
      tradingDay: "",
      last: this.#last,
      base: this.#base,
      change,
      changePercent: this.#base === 0 ? NaN : (change / Math.abs(this.#base)) * 100,
      open,
      high: Math.max(high, this.#last),
      low: Math.min(low, this.#last),
      volume,
      turnover,
      openInterest: NaN,
      bid: NaN,
      bidVolume: NaN,
      ask: NaN,
      askVolume: NaN,
    };
  }
}
