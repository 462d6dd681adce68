/** One instrument of the venue: the feed's newest snapshot, the users' public part, and the two as one. Pure. */
import type { BookSide, EpochMs, Instrument, Snapshot, TradingDay } from "@tickwire/protocol/model";
import type { FeedSink } from "../ports/feed.ts";
import type { Footprint, MarketView } from "../ports/exchange.ts";
import { mergeSide, type Levels } from "./merge-side.ts";

/** One instrument. */
export interface Stall {
  readonly instrument: Instrument;
  readonly inner: FeedSink;
  /** The feed's newest snapshot. */
  raw: Snapshot;
  view: MarketView;
  /** Counts the feed's snapshots: what was taken from one's levels says nothing of the next one's. */
  views: number;
  /** Users' part as it is public; undefined while there never was one. */
  public: PublicPart | undefined;
  /** Sums of today's trades with users in them, added to the feed's own. */
  extra: { volume: number; turnover: number; openInterest: number; high: number; low: number };
  /** Price of the newest trade, whoever made it. */
  last: number;
  published: EpochMs;
  /** Time of the snapshot that ends a gap of the feed; NaN: none. */
  resumes: EpochMs;
  dirty: boolean;
}

/** Users' part at one moment: the exchange's trading day, and the view that its `taken` levels belong to. */
export interface PublicPart {
  readonly footprint: Footprint;
  readonly tradingDay: TradingDay;
  readonly views: number;
}

/** An instrument seen for the first time, or begun anew; `part`: what users had of it before. */
export function openStall(
  instrument: Instrument,
  inner: FeedSink,
  raw: Snapshot,
  view: MarketView,
  part: PublicPart | undefined,
): Stall {
  return {
    instrument,
    inner,
    raw,
    view,
    views: 0,
    public: part,
    extra: noExtra(),
    last: raw.last,
    published: raw.time,
    resumes: NaN,
    dirty: false,
  };
}

/** No trades with users in them. */
export function noExtra(): Stall["extra"] {
  return { volume: 0, turnover: 0, openInterest: 0, high: -Infinity, low: Infinity };
}

/** Adds the trades since the part before; those of a new trading day of the exchange are counted from nothing. */
export function addTrades(stall: Stall, { footprint, tradingDay }: PublicPart): void {
  const before = stall.public?.tradingDay === tradingDay ? stall.public.footprint : undefined;
  const volume = footprint.volume - (before?.volume ?? 0);
  if (volume === 0) return;
  const { extra } = stall;
  extra.volume += volume;
  extra.turnover += footprint.turnover - (before?.turnover ?? 0);
  extra.openInterest += footprint.openInterest - (before?.openInterest ?? 0);
  extra.high = Math.max(extra.high, footprint.high);
  extra.low = Math.min(extra.low, footprint.low);
  stall.last = footprint.last;
}

/** The feed's snapshot with the users' part in it. */
export function mergedSnapshot(stall: Stall, time: EpochMs): Snapshot {
  const { raw, extra, instrument } = stall;
  if (stall.public === undefined) return raw;
  const { footprint, views } = stall.public;
  const volume = raw.volume + extra.volume;
  const turnover = raw.turnover + extra.turnover;
  const fresh = views === stall.views;
  const { levels } = instrument;
  return {
    ...raw,
    time,
    last: stall.last,
    high: higher(raw.high, extra.high),
    low: -higher(-raw.low, -extra.low),
    volume,
    turnover,
    openInterest: raw.openInterest + extra.openInterest,
    average: volume > 0 ? turnover / volume / instrument.multiplier : raw.average,
    bids: sideOf(raw.bids, footprint.bids, fresh ? footprint.takenBids : undefined, raw.asks, -1, levels),
    asks: sideOf(raw.asks, footprint.asks, fresh ? footprint.takenAsks : undefined, raw.bids, 1, levels),
  };
}

/** The larger one; a number where only one of them is. */
function higher(a: number, b: number): number {
  return Number.isNaN(a) ? (Number.isFinite(b) ? b : a) : Math.max(a, b);
}

/** Own orders that cross the other side are about to be filled: they are not shown. `up`: 1 where prices rise from the best. */
function sideOf(
  raw: BookSide,
  own: Levels,
  taken: Levels | undefined,
  other: BookSide,
  up: 1 | -1,
  limit: number,
): BookSide {
  if (own.size === 0 && (taken === undefined || taken.size === 0)) return raw;
  return mergeSide(raw, own, taken, other.prices[0], up, limit);
}

/** A copy that the exchange no longer changes. */
export function copyOf(footprint: Footprint): Footprint {
  return {
    ...footprint,
    bids: new Map(footprint.bids),
    asks: new Map(footprint.asks),
    takenBids: new Map(footprint.takenBids),
    takenAsks: new Map(footprint.takenAsks),
  };
}
