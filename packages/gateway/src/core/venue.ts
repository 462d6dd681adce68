/**
 * Where the feeds' market and the users' orders become one market. It stands between a feed and the market: the exchange sees the
 * feed's own book before anybody else does, and what is published has the users' orders and trades in it.
 *
 * Users' part becomes public by `capture`: as it stood when the operations that made it were given to the journal, and when they
 * are safe. It changes the book at once with the feed's next snapshot, and without one after {@link REFRESH_MS}.
 */
import {
  snapshotOrder,
  type BookSide,
  type EpochMs,
  type Instrument,
  type Snapshot,
  type TradingDay,
} from "@tickwire/protocol/model";
import type { FeedSink } from "../ports/feed.ts";
import type { Footprint, MarketView } from "../ports/exchange.ts";
import { toView } from "./market-view.ts";
import { mergeSide, type Levels } from "./merge-side.ts";

/** CTP's own rate is two snapshots a second (ctp.md d.10). */
const REFRESH_MS = 500;

/** What a venue needs of the exchange. */
export interface VenueExchange {
  readonly tradingDay: TradingDay;
  market(instrument: string, view: MarketView): void;
  /** Users' part in an instrument's market, as it is now. */
  footprint(instrument: string): Footprint;
}

/** One instrument. */
interface Stall {
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
interface PublicPart {
  readonly footprint: Footprint;
  readonly tradingDay: TradingDay;
  readonly views: number;
}

/** See the top of the file. */
export class Venue {
  readonly #stalls = new Map<string, Stall>();
  readonly #dirty = new Set<Stall>();
  #exchange: VenueExchange | undefined;

  /** Tells who trades here. Until then everything passes unchanged. */
  open(exchange: VenueExchange): void {
    this.#exchange = exchange;
  }

  /** The newest view of an instrument that can be traded. */
  view(id: string): MarketView | undefined {
    return this.#stalls.get(id)?.view;
  }

  /** The way in for a feed whose instruments are traded: passes everything on to `inner`, snapshots of futures as merged. */
  sink(inner: FeedSink): FeedSink {
    const own = new Map<string, Instrument>();
    return {
      ...inner,
      instrument: (instrument) => {
        const owned = inner.instrument(instrument);
        if (owned && instrument.kind === "future") own.set(instrument.id, instrument);
        else own.delete(instrument.id);
        return owned;
      },
      snapshot: (snapshot) => {
        const instrument = own.get(snapshot.id);
        if (instrument === undefined) inner.snapshot(snapshot);
        else this.#snapshot(instrument, snapshot, inner);
      },
      gap: (gap) => {
        if (gap.filledBy === "") this.#resume(gap.codes, gap.to, inner);
        inner.gap(gap);
      },
      advance: (now) => {
        this.#refresh(now, inner);
        inner.advance(now);
      },
    };
  }

  /** Notes how users' part in an instrument's market stands now; the function that it returns makes it public. */
  capture(id: string): () => void {
    const stall = this.#stalls.get(id);
    const exchange = this.#exchange;
    if (stall === undefined || exchange === undefined) return () => {};
    const { tradingDay } = exchange;
    const part = { footprint: copyOf(exchange.footprint(id)), tradingDay, views: stall.views };
    return () => this.#publish(stall, part);
  }

  /**
   * What users did before this process began, for an instrument that it sees for the first time: their orders are in the book again.
   * Their trades were told then, and a feed that goes on where it stood may have counted them in.
   */
  #partBefore(id: string): PublicPart | undefined {
    if (this.#exchange === undefined) return undefined;
    const footprint = this.#exchange.footprint(id);
    const isEmpty = footprint.volume === 0 && footprint.bids.size === 0 && footprint.asks.size === 0;
    return isEmpty ? undefined : { footprint: copyOf(footprint), tradingDay: this.#exchange.tradingDay, views: 0 };
  }

  #snapshot(instrument: Instrument, raw: Snapshot, inner: FeedSink): void {
    let stall = this.#stalls.get(raw.id);
    const before = stall?.inner === inner ? stall.raw : undefined;
    const order = before === undefined ? "next" : snapshotOrder(raw, before);
    // Overtaken on its way: nothing to trade against; the market counts it.
    if (order === "late") return inner.snapshot(raw);
    // What was traded in a hole, or before a day was begun anew, was traded with nobody here.
    const isAfterHole = order === "anew" || raw.time === stall?.resumes;
    const view = toView(raw, isAfterHole ? undefined : before, instrument);
    if (stall === undefined || before === undefined) {
      stall = openStall(instrument, inner, raw, view, stall?.public ?? this.#partBefore(raw.id));
      this.#stalls.set(raw.id, stall);
    } else {
      if (raw.tradingDay !== before.tradingDay) stall.extra = noExtra();
      if (view.traded > 0) stall.last = raw.last;
      stall.raw = raw;
      stall.view = view;
      stall.views++;
      stall.resumes = NaN;
      if (order === "anew") stall.published = raw.time;
    }
    this.#exchange?.market(raw.id, view);
    stall.dirty = false;
    // What users did may have been published at a later time than the feed has come to.
    stall.published = stall.public === undefined ? raw.time : Math.max(raw.time, stall.published);
    inner.snapshot(stall.public === undefined ? raw : merge(stall, stall.published));
  }

  #resume(ids: readonly string[], to: EpochMs, inner: FeedSink): void {
    for (const id of ids) {
      const stall = this.#stalls.get(id);
      if (stall?.inner === inner) stall.resumes = to;
    }
  }

  #publish(stall: Stall, part: PublicPart): void {
    addTrades(stall, part);
    stall.public = part;
    if (stall.dirty) return;
    stall.dirty = true;
    this.#dirty.add(stall);
  }

  /** Publishes what changed by users' doing alone. */
  #refresh(now: EpochMs, inner: FeedSink): void {
    if (this.#dirty.size === 0) return;
    for (const stall of this.#dirty) {
      if (stall.dirty && (stall.inner !== inner || now - stall.published < REFRESH_MS)) continue;
      this.#dirty.delete(stall);
      if (!stall.dirty) continue;
      stall.dirty = false;
      stall.published = now;
      inner.snapshot(merge(stall, Math.max(now, stall.raw.time)));
    }
  }
}

function openStall(
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

function noExtra(): Stall["extra"] {
  return { volume: 0, turnover: 0, openInterest: 0, high: -Infinity, low: Infinity };
}

/** Adds the trades since the part before; those of a new trading day of the exchange are counted from nothing. */
function addTrades(stall: Stall, { footprint, tradingDay }: PublicPart): void {
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
function merge(stall: Stall, time: EpochMs): Snapshot {
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

function copyOf(footprint: Footprint): Footprint {
  return {
    ...footprint,
    bids: new Map(footprint.bids),
    asks: new Map(footprint.asks),
    takenBids: new Map(footprint.takenBids),
    takenAsks: new Map(footprint.takenAsks),
  };
}
