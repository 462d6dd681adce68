/**
 * Bars of every period from what the market publishes (docs/klines.md tells the rules). Minutes are made from trades, own
 * or derived, and from the last price and open interest of snapshots; all other periods are merges of minutes.
 * Pure and synchronous; time comes in with the ticks and with `advance`.
 */
import {
  tradingDaySpan,
  type EpochMs,
  type Instrument,
  type Kline,
  type Period,
  type Snapshot,
  type Trade,
  type TradingHours,
} from "@tickwire/protocol/model";
import type { FeedSink, Gap } from "../ports/feed.ts";
import type { EventOf, MarketTap, TickKind } from "../ports/market.ts";
import type { Bar } from "./bar.ts";
import { tradeFromZero } from "./derive.ts";
import type { Hub } from "./hub.ts";
import { forget, settleDue, type Entry, type FeedTime } from "./kline-entry.ts";
import type { KlineOptions, QuarantineCause, Restored } from "./kline-options.ts";
import { KlineTeller } from "./kline-teller.ts";
import { continueEarlier, earlierOf, seedFrom } from "./seed.ts";
import { SessionFold } from "./session-fold.ts";
import { Track } from "./track.ts";

const LATENESS_MS = 5_000;
const KEEP = 1_500;

/** Begins the kinds of event that bars are. */
const KLINE = "kline:";

/** Makes bars. Join it by `market.tap(engine)` before the first feed starts. */
export class KlineEngine implements MarketTap {
  /** Ticks of feeds that are in no bar, by cause. */
  readonly quarantined = new Map<QuarantineCause, number>();
  readonly #hub: Hub;
  readonly #options: KlineOptions;
  readonly #teller: KlineTeller;
  readonly #limits: { readonly latenessMs: number; readonly keep: number };
  readonly #entries = new Map<string, Entry>();
  readonly #feeds = new Map<FeedSink, FeedTime>();
  readonly #folds = new WeakMap<TradingHours, SessionFold>();
  readonly #restored = new Map<string, Restored>();

  constructor(hub: Hub, options: KlineOptions = {}) {
    this.#hub = hub;
    this.#options = options;
    this.#teller = new KlineTeller(options);
    this.#limits = { latenessMs: options.latenessMs ?? LATENESS_MS, keep: options.keep ?? KEEP };
  }

  /** Bars told: those that closed, and those revised after. */
  get counts(): KlineTeller["counts"] {
    return this.#teller.counts;
  }

  /** The newest bar of a period, forming or closed; undefined for an instrument that is unknown or was not traded yet. */
  live(id: string, period: Period): Kline | undefined {
    const entry = this.#entries.get(id);
    return entry && this.#teller.live(entry, period);
  }

  /** The newest `limit` 1m bars in memory, ascending; the last one may be forming. */
  recent(id: string, limit: number): readonly Kline[] {
    const track = this.#entries.get(id)?.track;
    return track?.recent(limit).map((bar) => this.#teller.marked(track.instrument, bar)) ?? [];
  }

  /**
   * Takes what a store has of an instrument: its newest 1m bars (at least those of the trading day), the 1d bars of the month,
   * and the trades since the newest of them, all ascending; the bar in progress is built from the trades. To be called before
   * the instrument is announced; false, and nothing is taken, when it is too late.
   */
  restore(id: string, minutes: readonly Kline[], days: readonly Kline[], trades: readonly Trade[]): boolean {
    if (this.#entries.has(id)) return false;
    this.#restored.set(id, { minutes, days, trades });
    return true;
  }

  instrument(instrument: Instrument, owner: FeedSink): void {
    const known = this.#entries.get(instrument.id);
    if (known !== undefined && known.feed === this.#feedOf(owner)) {
      known.track.instrument = instrument;
      known.track.fold = this.#foldOf(instrument.hours);
      return;
    }
    if (known !== undefined) forget(known);
    const restored = this.#restored.get(instrument.id);
    const entry = this.#admit(instrument, this.#feedOf(owner), restored);
    if (restored === undefined) return;
    this.#restored.delete(instrument.id);
    this.#replay(entry, restored);
  }

  tick<K extends TickKind>(kind: K, event: EventOf[K], instrument: Instrument, derived: boolean): void {
    if (kind === "book") return;
    const entry = this.#entries.get(instrument.id);
    if (entry === undefined) return;
    if (kind === "trade") this.#trade(entry, event as Trade, derived);
    else if (!derived) this.#snapshot(entry, event as Snapshot);
  }

  advance(now: EpochMs, owner: FeedSink): void {
    const feed = this.#feedOf(owner);
    if (now > feed.now) feed.now = now;
    if (feed.now >= feed.due) settleDue(feed);
    this.#teller.tellChanged(feed);
    const unseeded = feed.unseeded.pop();
    if (unseeded !== undefined) seedFrom(unseeded.track, unseeded.earlier, "1d");
  }

  /** Tells the newest closed minutes again whose flag a gap has changed. */
  gap(gap: Gap, owner: FeedSink): void {
    this.#teller.tellAgain(this.#feedOf(owner).entries, gap);
  }

  /** Takes settled minutes of an instrument from elsewhere, ascending; tells of those that are among the ones in memory. */
  amend(id: string, minutes: readonly Kline[]): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    for (const bar of entry.track.amend(minutes)) entry.channel.publish("kline:1m", { ...bar, revised: true });
  }

  #trade(entry: Entry, trade: Trade, derived: boolean): void {
    const { track } = entry;
    const { time, price } = trade;
    let bar = track.forming;
    if (bar === undefined || time < bar.start || time >= bar.end || price !== price) {
      const found = price === price ? this.#barFor(entry, time, true) : "no-price";
      if (typeof found === "string") {
        if (!derived) this.#quarantine(found, "trade", trade);
        return;
      }
      bar = found!;
    } else if (time > track.newest) track.newest = time;
    bar.trade(time, trade.seq, price, trade.volume, trade.turnover);
    this.#touch(entry, bar);
  }

  /** The bar for a tick; undefined when there is none and it is not to be made. */
  #barFor(entry: Entry, time: EpochMs, create: boolean): Bar | QuarantineCause | undefined {
    const { track, feed } = entry;
    const folded = track.fold.fold(time);
    if (Number.isNaN(folded)) return "outside-session";
    if (Number.isNaN(track.joined)) this.#join(entry, entry.announced > 0 ? entry.announced : time);
    if (folded > track.newest) {
      track.newest = folded;
      if (folded >= track.due) track.settle(Math.max(feed.now, folded), entry.told, entry.wants);
    }
    const bar = track.take(time, folded, Math.max(feed.now, track.newest), create);
    if (track.due < feed.due) feed.due = track.due;
    return bar;
  }

  #join(entry: Entry, time: EpochMs): void {
    entry.track.joined = time;
    if (entry.earlier !== undefined) entry.feed.unseeded.push(entry);
  }

  #snapshot(entry: Entry, snapshot: Snapshot): void {
    const { track } = entry;
    const { time, volume } = snapshot;
    const first = track.day === "";
    const begins = volume > 0 && (track.day !== snapshot.tradingDay || track.dayVolume === 0);
    track.day = snapshot.tradingDay;
    track.dayVolume = volume;
    let bar = track.forming;
    if (bar === undefined || time < bar.start || time >= bar.end || begins) {
      const opens = begins && track.fold.isFirstMinute(time);
      if (opens && first) this.#countFromZero(entry, snapshot);
      const found = this.#barFor(entry, time, false);
      if (typeof found === "string") return this.#quarantine(found, "snapshot", snapshot);
      if (found === undefined) return;
      bar = found;
      if (opens) bar.begin(time, snapshot.open, snapshot.high, snapshot.low);
    }
    if (bar.state(time, snapshot.last, snapshot.openInterest)) this.#touch(entry, bar);
  }

  /** A first snapshot at the very start of a trading day: all its volume was traded in the first bar. */
  #countFromZero(entry: Entry, snapshot: Snapshot): void {
    const { instrument, joined } = entry.track;
    if (Number.isNaN(joined)) this.#join(entry, tradingDaySpan(instrument.hours, snapshot.time).start);
    this.#trade(entry, tradeFromZero(snapshot, instrument), true);
  }

  #touch(entry: Entry, bar: Bar): void {
    const { track, feed } = entry;
    if (bar.closed) bar.revised = bar.pending = true;
    if (track.waiting) return;
    track.waiting = true;
    feed.dirty.push(entry);
  }

  #quarantine<K extends TickKind>(cause: QuarantineCause, kind: K, event: EventOf[K]): void {
    this.quarantined.set(cause, (this.quarantined.get(cause) ?? 0) + 1);
    this.#options.quarantine?.(cause, kind, event);
  }

  #admit(instrument: Instrument, feed: FeedTime, restored: Restored | undefined): Entry {
    const { id, hours } = instrument;
    const track = new Track(instrument, this.#foldOf(hours), this.#limits);
    const channel = this.#hub.channel(id);
    const past = earlierOf(id, this.#options.past);
    const entry: Entry = {
      track,
      channel,
      feed,
      announced: feed.now,
      earlier: restored === undefined ? past : continueEarlier(past, restored),
      told: (bar) => this.#teller.told(entry, bar),
      wants: (period) => this.#teller.wants(entry, period),
    };
    channel.recall = (kind) => (kind.startsWith(KLINE) ? this.live(id, kind.slice(KLINE.length) as Period) : undefined);
    this.#entries.set(id, entry);
    feed.entries.push(entry);
    return entry;
  }

  /** The bar in progress when the store ended, from its trades. What came after them is not known. */
  #replay(entry: Entry, { minutes, trades }: Restored): void {
    const { track } = entry;
    track.recall(minutes);
    track.joined = -Infinity;
    for (const trade of trades) if (trade.time >= track.knownTo) this.#trade(entry, trade, true);
    track.knownTo = Math.max(track.knownTo, track.newest);
    track.breakOff();
    track.joined = NaN;
  }

  #feedOf(owner: FeedSink): FeedTime {
    let feed = this.#feeds.get(owner);
    if (feed === undefined) {
      feed = { now: -Infinity, lookedAt: -Infinity, due: Infinity, entries: [], dirty: [], unseeded: [] };
      this.#feeds.set(owner, feed);
    }
    return feed;
  }

  #foldOf(hours: TradingHours): SessionFold {
    let fold = this.#folds.get(hours);
    if (fold === undefined) this.#folds.set(hours, (fold = new SessionFold(hours)));
    return fold;
  }
}
