/**
 * Where the feeds' market and the users' orders become one market. It stands between a feed and the market: the exchange sees the
 * feed's own book before anybody else does, and what is published has the users' orders and trades in it.
 *
 * Users' part becomes public by `capture`: as it stood when the operations that made it were given to the journal, and when they
 * are safe. It changes the book at once with the feed's next snapshot, and without one after {@link REFRESH_MS}.
 */
import { snapshotOrder, type EpochMs, type Instrument, type Snapshot, type TradingDay } from "@tickwire/protocol/model";
import type { FeedSink } from "../ports/feed.ts";
import type { Footprint, MarketView } from "../ports/exchange.ts";
import { toView } from "./market-view.ts";
import { addTrades, copyOf, mergedSnapshot, noExtra, openStall, type PublicPart, type Stall } from "./stall.ts";

/** CTP's own rate is two snapshots a second (ctp.md d.10). */
const REFRESH_MS = 500;

/** What a venue needs of the exchange. */
export interface VenueExchange {
  readonly tradingDay: TradingDay;
  market(instrument: string, view: MarketView): void;
  /** Users' part in an instrument's market, as it is now. */
  footprint(instrument: string): Footprint;
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
    inner.snapshot(stall.public === undefined ? raw : mergedSnapshot(stall, stall.published));
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
      inner.snapshot(mergedSnapshot(stall, Math.max(now, stall.raw.time)));
    }
  }
}
