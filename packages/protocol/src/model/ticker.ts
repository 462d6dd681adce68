/** What an instrument's day looks like in one line: the last price, how far it has moved and from where. Pure. */
import type { Instrument, InstrumentKind } from "./instrument.ts";
import type { EpochMs, Snapshot, TradingDay } from "./ticks.ts";

/** The day of an instrument so far. As in all of the model, `NaN` is what does not exist or is not known. */
export interface Ticker {
  readonly id: string;
  readonly time: EpochMs;
  readonly tradingDay: TradingDay;
  readonly last: number;
  /** What the change is counted from, see {@link tickerBase}. */
  readonly base: number;
  /** `last - base`. */
  readonly change: number;
  /** The change in percent of the base: 1.5 is one and a half percent. */
  readonly changePercent: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** Cumulative since the trading day began. */
  readonly volume: number;
  /** Money, cumulative as `volume`. */
  readonly turnover: number;
  /** Of futures only. */
  readonly openInterest: number;
  readonly bid: number;
  readonly bidVolume: number;
  readonly ask: number;
  readonly askVolume: number;
}

/**
 * What a change is counted from: the previous settlement for futures, the close of the trading day before for everything else.
 * The day of something that trades round the clock ends where its hours say (crypto: midnight UTC), so it is not a rolling
 * 24 hours. There is no substitute: a future without a settlement has no base.
 */
export function tickerBase(kind: InstrumentKind, { preSettlement, preClose }: Snapshot): number {
  return kind === "future" ? preSettlement : preClose;
}

/** The ticker of a day's snapshot. */
export function tickerOf({ kind }: Pick<Instrument, "kind">, snapshot: Snapshot): Ticker {
  const { last, bids, asks } = snapshot;
  const base = tickerBase(kind, snapshot);
  const change = last - base;
  return {
    id: snapshot.id,
    time: snapshot.time,
    tradingDay: snapshot.tradingDay,
    last,
    base,
    change,
    changePercent: base === 0 ? NaN : (change / Math.abs(base)) * 100,
    open: snapshot.open,
    high: snapshot.high,
    low: snapshot.low,
    volume: snapshot.volume,
    turnover: snapshot.turnover,
    openInterest: kind === "future" ? snapshot.openInterest : NaN,
    bid: bids.prices[0] ?? NaN,
    bidVolume: bids.volumes[0] ?? NaN,
    ask: asks.prices[0] ?? NaN,
    askVolume: asks.volumes[0] ?? NaN,
  };
}
