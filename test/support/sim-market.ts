/** A simulator whose time the test owns, and the rules of a market, checked on everything that it said. */
import assert from "node:assert/strict";
import type { Book, Instrument, Snapshot, Trade } from "@tickwire/protocol/model";
import { FakeClock } from "./fake-clock.ts";
import { makeSimFeed } from "../../packages/gateway/src/feeds/sim/feed.ts";
import { SIM_DEFAULTS, type SimOptions } from "../../packages/gateway/src/feeds/sim/options.ts";
import type { DayReference, Feed, FeedSink } from "../../packages/gateway/src/ports/feed.ts";

/** Wednesday 2026-03-11, 10:00 in China. */
export const MORNING = Date.UTC(2026, 2, 11, 2);

/** Something that a feed said, by its kind. */
export type Event =
  | { readonly kind: "snapshot"; readonly event: Snapshot }
  | { readonly kind: "trade"; readonly event: Trade }
  | { readonly kind: "book"; readonly event: Book }
  | { readonly kind: "reference"; readonly event: DayReference & { readonly id: string } };

/** Keeps everything that a feed says. */
export class Recorder implements FeedSink {
  readonly instruments = new Map<string, Instrument>();
  readonly events: Event[] = [];
  readonly advances: number[] = [];
  readonly anomalies: string[] = [];
  refuses: (id: string) => boolean = () => false;

  instrument(instrument: Instrument): boolean {
    if (this.refuses(instrument.id)) return false;
    assert.equal(this.instruments.has(instrument.id), false, `${instrument.id} announced twice`);
    this.instruments.set(instrument.id, instrument);
    return true;
  }
  trade(event: Trade): void {
    this.events.push({ kind: "trade", event });
  }
  book(event: Book): void {
    this.events.push({ kind: "book", event });
  }
  snapshot(event: Snapshot): void {
    this.events.push({ kind: "snapshot", event });
  }
  reference(id: string, reference: DayReference): void {
    this.events.push({ kind: "reference", event: { id, ...reference } });
  }
  advance(now: number): void {
    this.advances.push(now);
  }
  gap(): void {}

  anomaly(cause: string): void {
    this.anomalies.push(cause);
  }

  of(id: string): Event[] {
    return this.events.filter(({ event }) => event.id === id);
  }
  /** Ticks of the instruments: snapshots of futures, trades of the others. */
  get ticks(): number {
    return this.events.filter(({ kind }) => kind === "snapshot" || kind === "trade").length;
  }
}

/** A simulation that was started, its clock, and what it said. */
export interface Run {
  readonly feed: Feed;
  readonly clock: FakeClock;
  readonly sink: Recorder;
}

/** Starts a simulation; what `options` do not say has its default. */
export async function startSim(options: Partial<SimOptions> = {}, now = MORNING): Promise<Run> {
  const clock = new FakeClock(now);
  const sink = new Recorder();
  const feed = makeSimFeed({ ...SIM_DEFAULTS, ...options }, clock);
  await feed.start(sink);
  return { feed, clock, sink };
}

/** Whether a price is the double of a decimal on the instrument's grid. */
function onGrid(price: number, { priceTick }: Instrument): boolean {
  const steps = Math.round(price / priceTick);
  return price === (priceTick < 1 ? steps / Math.round(1 / priceTick) : steps * priceTick);
}

function checkBook(
  book: Pick<Book, "id" | "bids" | "asks">,
  instrument: Instrument,
  lower: number,
  upper: number,
): void {
  const { bids, asks } = book;
  for (const [side, sign] of [
    [bids, -1],
    [asks, 1],
  ] as const) {
    assert.equal(side.prices.length, side.volumes.length);
    assert.ok(side.prices.length <= instrument.levels, `${book.id}: levels`);
    side.prices.forEach((price, i) => {
      assert.ok(onGrid(price, instrument), `${book.id}: ${price} is off the grid`);
      assert.ok(!(price < lower) && !(price > upper) && price > 0, `${book.id}: ${price} is out of the limits`);
      if (i > 0) assert.ok((price - side.prices[i - 1]!) * sign > 0, `${book.id}: levels are not sorted`);
      assert.ok(side.volumes[i]! > 0);
      assert.equal(Number(side.volumes[i]!.toFixed(instrument.volumeDecimals)), side.volumes[i]);
    });
  }
  if (bids.prices.length > 0 && asks.prices.length > 0)
    assert.ok(bids.prices[0]! < asks.prices[0]!, `${book.id}: crossed`);
  else if (instrument.levels > 0) {
    const alone = bids.prices[0] ?? asks.prices[0];
    assert.ok(alone === lower || alone === upper, `${book.id}: one side is empty away from a limit`);
  }
}

function checkSnapshot(snapshot: Snapshot, instrument: Instrument, before: Snapshot | undefined): void {
  const { id, open, high, low, last, upperLimit, lowerLimit, volume, turnover, preSettlement } = snapshot;
  for (const price of [open, high, low, last, upperLimit, lowerLimit, preSettlement, snapshot.preClose]) {
    assert.ok(onGrid(price, instrument), `${id}: ${price} is off the grid`);
  }
  assert.ok(lowerLimit <= low && low <= Math.min(open, last) && Math.max(open, last) <= high && high <= upperLimit, id);
  assert.ok(lowerLimit < preSettlement && preSettlement < upperLimit);
  checkBook(snapshot, instrument, lowerLimit, upperLimit);
  assert.ok(
    Number.isInteger(volume) && volume > 0 && Number.isInteger(snapshot.openInterest) && snapshot.openInterest > 0,
  );
  const unit = turnover / volume / instrument.multiplier;
  assert.ok(unit >= low * (1 - 1e-12) && unit <= high * (1 + 1e-12), `${id}: turnover of ${unit} a unit`);
  assert.equal(snapshot.average, unit);
  if (before === undefined) return;
  assert.ok(snapshot.time >= before.time && snapshot.tradingDay >= before.tradingDay);
  if (snapshot.tradingDay === before.tradingDay) {
    assert.ok(volume >= before.volume && turnover >= before.turnover && high >= before.high && low <= before.low);
    const traded = volume - before.volume;
    if (traded > 0)
      assert.ok(Math.abs((turnover - before.turnover) / traded / instrument.multiplier / last - 1) < 1e-6);
    for (const field of ["open", "preSettlement", "preClose", "preOpenInterest", "upperLimit", "lowerLimit"] as const) {
      assert.equal(snapshot[field], before[field], `${id}: ${field} changed within the day`);
    }
  } else {
    assert.equal(snapshot.preClose, before.last);
    assert.equal(snapshot.preOpenInterest, before.openInterest);
    assert.ok(Math.abs(preSettlement - before.average) <= instrument.priceTick * 0.5001);
    assert.ok(volume < before.volume || before.volume < 100);
  }
}

/** Checks every event of a recording against the rules of a market; returns how many of each kind there were. */
export function checkAll({ events, instruments }: Recorder): Record<Event["kind"], number> {
  const counts = { snapshot: 0, trade: 0, book: 0, reference: 0 };
  const snapshots = new Map<string, Snapshot>();
  const times = new Map<string, number>();
  const books = new Map<string, Book>();
  const references = new Map<string, DayReference>();
  for (const { kind, event } of events) {
    counts[kind]++;
    const instrument = instruments.get(event.id);
    assert.ok(instrument !== undefined, `${event.id} was not announced`);
    assert.ok(event.time >= (times.get(event.id) ?? 0), `${event.id}: time went back`);
    times.set(event.id, event.time);
    if (kind === "snapshot") {
      checkSnapshot(event, instrument, snapshots.get(event.id));
      snapshots.set(event.id, event);
      continue;
    }
    if (kind === "reference") {
      references.set(event.id, event);
      // The book moves into the new day's limits before its first trade, unseen.
      books.delete(event.id);
      continue;
    }
    const { lowerLimit, upperLimit } = references.get(event.id)!;
    if (kind === "book") {
      checkBook(event, instrument, lowerLimit, upperLimit);
      books.set(event.id, event);
    } else {
      checkTrade(event, instrument, books.get(event.id));
      assert.ok(!(event.price < lowerLimit) && !(event.price > upperLimit), `${event.id}: beyond the limit`);
    }
  }
  return counts;
}

/** `book` is the one that stood before it, where one did. */
function checkTrade(trade: Trade, instrument: Instrument, book: Book | undefined): void {
  const { price, volume, turnover, direction } = trade;
  assert.ok(onGrid(price, instrument), `${trade.id}: ${price} is off the grid`);
  const money = price * volume * instrument.multiplier;
  assert.ok(Math.abs(turnover - money) <= 1e-9 * money);
  assert.equal(volume > 0, instrument.kind !== "index");
  assert.equal(Number(volume.toFixed(instrument.volumeDecimals)), volume);
  if (instrument.kind === "index") assert.equal(direction, 0);
  else if (instrument.market === "GLOBAL" && instrument.kind !== "crypto") assert.equal(direction, 1);
  else assert.ok(direction === 1 || direction === 2);
  if (book === undefined) return;
  const bid = book.bids.prices[0];
  const ask = book.asks.prices[0];
  if (instrument.kind === "stock" || instrument.kind === "crypto") {
    assert.equal(price, direction === 1 ? ask : bid, `${trade.id}: not at the quote`);
  } else if (instrument.kind !== "index") {
    assert.ok(price === bid || price === ask, `${trade.id}: not at the quote`);
  }
}
