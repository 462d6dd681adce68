/**
 * One truth per instrument. Feeds put in what they have; this derives what they lack:
 * snapshots give trades (volume and turnover deltas, aggressor by the quote) and books;
 * trades and books give snapshots (day open, high, low, cumulative volume and turnover), at most two a second.
 * Pure and synchronous; time comes in with the events and with `advance`.
 */
import type { Book, EpochMs, Instrument, Snapshot, Trade } from "@tickwire/protocol/model";
import type { FeedSink, Gap } from "../ports/feed.ts";
import type { TradeMark } from "../ports/history.ts";
import type { EventOf, MarketTap, TickKind } from "../ports/market.ts";
import { isCrossed, isNewBook, judgeSnapshot } from "./oddities.ts";
import { DayBuilder } from "./day.ts";
import { bookOf, priceAlone, showsBook, tradeBetween } from "./derive.ts";
import type { Hub } from "./hub.ts";
import { LateTrades } from "./late-trades.ts";
import { countGap, type GapCounts, type MarketCounts } from "./market-counts.ts";
import { newEntry, startAnew, type Entry, type Inlet } from "./market-entry.ts";
import { TradeGuard } from "./trade-guard.ts";

/** All instruments, their state, and the way in for feeds. */
export class Market {
  readonly counts: MarketCounts = { trade: 0, book: 0, snapshot: 0, deliveries: 0 };
  /** Strange events that were survived, by cause. */
  readonly anomalies = new Map<string, number>();
  /** Gaps that feeds told of, by cause: how often one that nothing had filled, and one that something had. */
  readonly gaps = new Map<string, GapCounts>();
  readonly #hub: Hub;
  readonly #entries = new Map<string, Entry>();
  readonly #taps: MarketTap[] = [];
  /** The sinks in the order they were made, which is the order in which feeds are listed. */
  readonly #sinks: FeedSink[] = [];
  #stored: (id: string, owner: FeedSink) => readonly TradeMark[] = () => [];
  #seq = 0;

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  /** `stored` tells, when a feed announces an instrument, the trades it had before the start, ascending: they are no news. */
  recall(stored: (id: string, owner: FeedSink) => readonly TradeMark[]): void {
    this.#stored = stored;
  }

  /** Every known instrument, in the order they were announced. */
  *instruments(): IterableIterator<Instrument> {
    for (const entry of this.#entries.values()) yield entry.channel.instrument!;
  }

  /** How many instruments are known. */
  get size(): number {
    return this.#entries.size;
  }

  /** The instrument with this id, or undefined. */
  instrument(id: string): Instrument | undefined {
    return this.#entries.get(id)?.channel.instrument;
  }

  /** Lets `tap` see everything that is published from now on. */
  tap(tap: MarketTap): void {
    this.#taps.push(tap);
  }

  /** Makes the way in for the feed of this name. Where several announce the same instrument, the sink that was made first owns it. */
  sink(feed = ""): FeedSink {
    const inlet: Inlet = { dirty: [], late: new LateTrades(feed) };
    const sink: FeedSink = {
      instrument: (instrument) => this.#announce(instrument, sink),
      reference: (id, reference) => {
        const entry = this.#owned(id, sink);
        if (entry !== undefined) this.#dayOf(entry, reference.time).setReference(reference);
      },
      trade: (trade) => {
        const entry = this.#owned(trade.id, sink);
        if (entry !== undefined) this.#trade(entry, trade, inlet);
      },
      book: (book) => {
        const entry = this.#owned(book.id, sink);
        if (entry !== undefined) this.#book(entry, book, inlet);
      },
      snapshot: (snapshot) => {
        const entry = this.#owned(snapshot.id, sink);
        if (entry !== undefined) this.#snapshot(entry, snapshot, inlet);
      },
      advance: (now) => {
        this.#advance(sink, inlet.dirty, now);
        const gap = inlet.late.take(now);
        if (gap !== undefined) this.#gap(gap, sink);
        for (const tap of this.#taps) tap.advance(now, sink);
      },
      anomaly: (cause) => this.#strange(cause),
      gap: (gap) => {
        this.#resume(gap, sink);
        this.#gap(gap, sink);
      },
    };
    this.#sinks.push(sink);
    return sink;
  }

  #announce(instrument: Instrument, owner: FeedSink): boolean {
    const entry = this.#entries.get(instrument.id);
    if (entry !== undefined && entry.owner !== owner && !this.#takeOver(entry, owner)) return false;
    const channel = this.#hub.channel(instrument.id);
    channel.instrument = instrument;
    entry?.day?.amend(instrument);
    if (entry === undefined) {
      const stored = this.#stored(instrument.id, owner);
      this.#entries.set(instrument.id, newEntry(channel, owner, stored));
    }
    for (const tap of this.#taps) tap.instrument(instrument, owner);
    return true;
  }

  /** Gives an instrument that a later feed made on demand to the earlier one that has it, too; begins its state anew. */
  #takeOver(entry: Entry, owner: FeedSink): boolean {
    if (this.#sinks.indexOf(owner) > this.#sinks.indexOf(entry.owner)) return false;
    startAnew(entry, owner);
    return true;
  }

  #owned(id: string, owner: FeedSink): Entry | undefined {
    const entry = this.#entries.get(id);
    if (entry?.owner === owner) return entry;
    this.#strange(entry === undefined ? "unknown-instrument" : "foreign-instrument");
    return undefined;
  }

  #trade(entry: Entry, trade: Trade, inlet: Inlet): void {
    if (trade.seq > 0 && !this.#isNext(entry, trade, inlet)) return;
    if (trade.time < entry.tradeTime) this.#strange("trade-time-back");
    entry.tradeTime = trade.time;
    const day = this.#dayOf(entry, trade.time);
    this.#publish(entry, "trade", trade.seq === 0 ? { ...trade, seq: ++this.#seq } : trade, false);
    day.addTrade(trade);
    this.#touch(entry, trade.time, inlet.dirty);
  }

  /** Judges a numbered trade. One that newer ones overtook goes to bars and history, not to who listens now. */
  #isNext(entry: Entry, trade: Trade, { late, dirty }: Inlet): boolean {
    const order = (entry.guard ??= new TradeGuard()).judge(trade.seq, trade.time);
    if (order === "next") return true;
    this.#strange(`trade-${order}`);
    if (order === "renumbered") return true;
    if (order === "duplicate") return false;
    late.add(trade.id, trade.time, entry.tradeTime, order === "too-late");
    if (order === "too-late") return false;
    this.#pass(entry, "trade", trade, false);
    this.#dayOf(entry, trade.time).addLateTrade(trade);
    this.#touch(entry, trade.time, dirty);
    return false;
  }

  #book(entry: Entry, book: Book, { dirty }: Inlet): void {
    const previous = entry.channel.last.book;
    if (previous !== undefined && !isNewBook(book, previous, this.#strange)) return;
    if (isCrossed(book)) this.#strange("book-crossed");
    const day = this.#dayOf(entry, book.time);
    this.#publish(entry, "book", book.seq === 0 ? { ...book, seq: ++this.#seq } : book, false);
    day.setBook(book);
    this.#touch(entry, book.time, dirty);
  }

  #snapshot(entry: Entry, snapshot: Snapshot, { late }: Inlet): void {
    const { last } = entry.channel;
    let previous = last.snapshot;
    const judged = previous === undefined ? "news" : judgeSnapshot(snapshot, previous, this.#strange);
    if (judged === "nothing") {
      // One that was overtaken is lost: the market at its moment is known to nobody.
      if (snapshot.time < previous!.time) late.add(snapshot.id, snapshot.time, previous!.time, true);
      return;
    }
    if (isCrossed(snapshot)) this.#strange("book-crossed");
    // What was traded meanwhile was many trades at many prices: nobody knows them, and one large trade would be a lie.
    if (judged === "anew" || snapshot.time === entry.resumes) previous = undefined;
    entry.resumes = NaN;
    const trade =
      previous === undefined ? undefined : tradeBetween(previous, snapshot, entry.channel.instrument!, this.#strange);
    if (trade !== undefined) {
      this.#publish(entry, "trade", { ...trade, seq: ++this.#seq }, true);
    } else if (last.trade === undefined && snapshot.last === snapshot.last) {
      // Where the day is joined midway nobody knows the last trade's size: a watcher gets the price, and no volume.
      last.trade = priceAlone(snapshot, ++this.#seq);
    }
    if (!showsBook(snapshot, last.book)) this.#publish(entry, "book", bookOf(snapshot, ++this.#seq), true);
    this.#publish(entry, "snapshot", snapshot, false);
  }

  #publish<K extends TickKind>(entry: Entry, kind: K, event: EventOf[K], derived: boolean): void {
    this.#pass(entry, kind, event, derived);
    this.counts.deliveries += entry.channel.publish(kind, event);
  }

  /** Counts an event and hands it to the taps. */
  #pass<K extends TickKind>(entry: Entry, kind: K, event: EventOf[K], derived: boolean): void {
    this.counts[kind]++;
    for (const tap of this.#taps) tap.tick(kind, event, entry.channel.instrument!, derived);
  }

  /** Notes which instruments' next snapshot comes after a hole. */
  #resume({ to, codes, filledBy }: Gap, sink: FeedSink): void {
    if (filledBy !== "") return;
    for (const id of codes) {
      const entry = this.#entries.get(id);
      if (entry?.owner === sink) entry.resumes = to;
    }
  }

  #gap(gap: Gap, sink: FeedSink): void {
    countGap(this.gaps, gap);
    for (const tap of this.#taps) tap.gap?.(gap, sink);
  }

  /** Marks the day as changed; the snapshot goes out now if the last one is old enough, else at a later `advance`. */
  #touch(entry: Entry, time: EpochMs, dirty: Entry[]): void {
    const day = entry.day!;
    if (day.change(time)) return this.#derive(entry, time);
    if (day.waiting) return;
    day.waiting = true;
    dirty.push(entry);
  }

  #advance(sink: FeedSink, dirty: Entry[], now: EpochMs): void {
    let kept = 0;
    for (const entry of dirty) {
      const { day } = entry;
      if (day === undefined || entry.owner !== sink) continue;
      if (day.dirty && day.isDue(now)) this.#derive(entry, now);
      day.waiting = day.dirty;
      if (day.waiting) dirty[kept++] = entry;
    }
    dirty.length = kept;
  }

  #derive(entry: Entry, now: EpochMs): void {
    this.#publish(entry, "snapshot", entry.day!.take(now), true);
  }

  /** The day under construction, begun or rolled over as `time` asks. A day's last state goes out before the next begins. */
  #dayOf(entry: Entry, time: EpochMs): DayBuilder {
    const day = (entry.day ??= new DayBuilder(entry.channel.instrument!, time));
    if (day.dirty && day.isOver(time)) this.#derive(entry, time);
    day.rollTo(time);
    return day;
  }

  readonly #strange = (cause: string): void => {
    this.anomalies.set(cause, (this.anomalies.get(cause) ?? 0) + 1);
  };
}
