import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isOpen, localTime, type Book, type Instrument, type Snapshot, type Trade } from "@tickwire/protocol/model";
import { Hub } from "../../core/hub.ts";
import { Market } from "../../core/market.ts";
import { FakeClock } from "../../fake-clock.ts";
import type { Clock, DayReference, Feed, FeedSink } from "../../ports.ts";
import { makeSimFeed } from "./feed.ts";
import { SIM_DEFAULTS, type SimOptions } from "./options.ts";

const SECOND = 1_000;
const MINUTE = 60_000;
/** Wednesday 2026-03-11, 10:00 in China. */
const MORNING = Date.UTC(2026, 2, 11, 2);

type Event =
  | { readonly kind: "snapshot"; readonly event: Snapshot }
  | { readonly kind: "trade"; readonly event: Trade }
  | { readonly kind: "book"; readonly event: Book }
  | { readonly kind: "reference"; readonly event: DayReference & { readonly id: string } };

/** Keeps everything that a feed says. */
class Recorder implements FeedSink {
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

interface Run {
  readonly feed: Feed;
  readonly clock: FakeClock;
  readonly sink: Recorder;
}

async function start(options: Partial<SimOptions> = {}, now = MORNING): Promise<Run> {
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
function checkAll({ events, instruments }: Recorder): Record<Event["kind"], number> {
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

test("every event keeps the rules of a market, also across the change of the trading day", async () => {
  for (const seed of [1, 2]) {
    // 17:59:30 in China: half a minute before the trading day of the futures ends.
    const { clock, sink } = await start({ seed }, Date.UTC(2026, 2, 11, 9, 59, 30));
    clock.advance(MINUTE);
    const counts = checkAll(sink);
    assert.ok(counts.snapshot > 48_000 && counts.trade > 5_500 && counts.book > 5_000, JSON.stringify(counts));
    const days = new Set(sink.of("rb2605").map(({ event }) => (event as Snapshot).tradingDay));
    assert.deepEqual([...days], ["20260311", "20260312"]);
    assert.deepEqual(sink.anomalies, []);
  }
});

test("the day of everything else changes with new references", async () => {
  const instruments = ["BTCUSDT", "600519.SH", "GOLD", "HSI.HK", "AAPL.US"];
  // From a minute before midnight in China to midnight in New York; GOLD's day ends at 17:00 there.
  const { clock, sink } = await start({ instruments, rate: 0.1 }, Date.UTC(2026, 2, 11, 15, 59));
  clock.advance((12 * 60 + 5) * MINUTE);
  checkAll(sink);
  for (const id of instruments) {
    const references = sink.of(id).filter(({ kind }) => kind === "reference");
    assert.equal(references.length, 2, id);
    const at = sink.events.indexOf(references[1]!);
    const lastTrade = sink.events.findLast(({ kind, event }, i) => i < at && kind === "trade" && event.id === id)!;
    assert.equal((references[1]!.event as DayReference).preClose, (lastTrade.event as Trade).price);
  }
});

test("the market finds nothing strange in it", async () => {
  const clock = new FakeClock(Date.UTC(2026, 2, 11, 9, 59));
  const market = new Market(new Hub());
  await makeSimFeed(SIM_DEFAULTS, clock).start(market.sink());
  clock.advance(2 * MINUTE);
  assert.deepEqual([...market.anomalies], []);
  assert.ok(market.counts.trade > 50_000 && market.counts.book > 90_000 && market.counts.snapshot > 90_000);
});

test("right after the start every instrument has a last value, and the whole catalogue is there", async () => {
  const { sink, feed } = await start();
  assert.ok(sink.instruments.size >= 940);
  const seen = new Set(
    sink.events.filter(({ kind }) => kind === "snapshot" || kind === "trade").map(({ event }) => event.id),
  );
  assert.deepEqual(seen, new Set(sink.instruments.keys()));
  const booked = new Set(sink.events.filter(({ kind }) => kind !== "trade").map(({ event }) => event.id));
  assert.deepEqual(booked, seen);
  assert.deepEqual(sink.advances, [MORNING]);
  assert.equal(feed.name, "sim");
  assert.equal(feed.timeline, "wall");
  assert.deepEqual([feed.status().state, feed.status().time], ["running", MORNING]);
});

test("same seed and same clock, same events; another seed, others", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.constantFrom(0.5, 1, 2, 7, 300),
      fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 12 }),
      async (seed, rate, stalls) => {
        const play = async (with_: number): Promise<string> => {
          const { clock, sink } = await start({ seed: with_, rate, instruments: ["rb260*", "BTC*", "700.HK"] });
          for (const ms of stalls) {
            clock.advance(300);
            clock.stall(ms);
          }
          return JSON.stringify([sink.events, sink.anomalies]);
        };
        const first = await play(seed);
        assert.equal(await play(seed), first);
        assert.notEqual(await play((seed + 1) % 2 ** 32), first);
      },
    ),
    { numRuns: 20 },
  );
});

test("an instrument's events do not depend on which others exist", async () => {
  const all = await start({ seed: 3 });
  all.clock.advance(20 * SECOND);
  for (const id of ["rb2605", "600519.SH", "EURUSD"]) {
    const alone = await start({ seed: 3, instruments: [id] });
    alone.clock.advance(20 * SECOND);
    assert.deepEqual([...alone.sink.instruments.keys()], [id]);
    assert.deepEqual(alone.sink.events, all.sink.of(id));
    assert.ok(alone.sink.events.length > 10);
  }
});

test("ticks come at the rate that was asked for", async () => {
  for (const [rate, seconds] of [
    [0.2, 200],
    [1, 100],
    [2, 60],
    [20, 10],
  ] as const) {
    const { clock, sink } = await start({ rate, instruments: ["*05", "*.HK", "*USDT"] });
    const first = sink.ticks;
    clock.advance(seconds * SECOND);
    const expected = rate * seconds * sink.instruments.size;
    const ticks = sink.ticks - first;
    // Five standard deviations of a Poisson count; that of the slots is smaller.
    assert.ok(Math.abs(ticks - expected) < 5 * Math.sqrt(expected) + sink.instruments.size, `${ticks} of ${expected}`);
    assert.deepEqual(sink.anomalies, []);
  }
});

test("a day's volume comes out near what the product trades", async () => {
  const { clock, sink } = await start({ instruments: ["rb2605", "AAPL.US"] });
  clock.advance(20 * MINUTE);
  const part = (20 * MINUTE) / 86_400_000;
  const snapshots = sink.of("rb2605").map(({ event }) => event as Snapshot);
  const lots = snapshots.at(-1)!.volume - snapshots[0]!.volume;
  assert.ok(Math.abs(lots / (600_000 * part) - 1) < 0.15, `${lots} lots`);
  const trades = sink.of("AAPL.US").filter(({ kind }) => kind === "trade");
  const shares = trades.reduce((sum, { event }) => sum + (event as Trade).volume, 0);
  assert.ok(Math.abs(shares / (45e6 * part) - 1) < 0.15, `${shares} shares`);
});

test("whoever hears of a tick may want another contract", async () => {
  const clock = new FakeClock(MORNING);
  const sink = new Recorder();
  const feed = makeSimFeed({ ...SIM_DEFAULTS, rate: 50, instruments: ["rb*"] }, clock);
  await feed.start(sink);
  let year = 27;
  sink.advance = () => {};
  const take = sink.snapshot.bind(sink);
  sink.snapshot = (event) => {
    take(event);
    if (event.id === "rb2605" && year < 60) feed.want(`rb${year++}05`);
  };
  clock.advance(5 * SECOND);
  assert.equal(sink.instruments.size, 12 + 33);
  const counts = [...sink.instruments.keys()].map((id) => sink.of(id).length);
  assert.ok(Math.min(...counts) > 150 && Math.max(...counts) < 320, counts.join(" "));
  checkAll(sink);
});

test("futures tick on half seconds as CTP's do, at most once on each, and finer when they must", async () => {
  const { clock, sink } = await start({ rate: 2, instruments: ["rb*"] }, MORNING + 123);
  clock.advance(30 * SECOND);
  for (const id of sink.instruments.keys()) {
    const times = sink.of(id).map(({ event }) => event.time);
    assert.ok(times.every((time) => time % 500 === 0));
    assert.equal(new Set(times).size, times.length);
    assert.ok(times.length >= 60);
  }
  const fine = await start({ rate: 20, instruments: ["rb2605"] });
  fine.clock.advance(5 * SECOND);
  assert.ok(fine.sink.events.some(({ event }) => event.time % 500 !== 0));
});

test("event times follow the clock and turns end with advance", async () => {
  const { clock, sink } = await start({ rate: 50, instruments: ["BTCUSDT"] });
  clock.advance(SECOND);
  assert.equal(sink.advances.at(-1), MORNING + SECOND);
  assert.equal(sink.advances.length, 51);
  for (const { event } of sink.events) assert.ok(sink.advances.includes(event.time));
});

test("a stall of ten seconds is left out, not made up for", async () => {
  const { clock, sink } = await start({ rate: 20, instruments: ["rb*", "*.HK"] });
  clock.advance(2 * SECOND);
  const before = sink.ticks;
  clock.stall(10 * SECOND);
  const expected = 20 * sink.instruments.size * 0.2;
  assert.ok(Math.abs(sink.ticks - before - expected) < 5 * Math.sqrt(expected), `${sink.ticks - before} ticks at once`);
  assert.deepEqual(sink.anomalies, ["sim-late"]);
  const after = sink.ticks;
  clock.advance(2 * SECOND);
  const usual = 40 * sink.instruments.size;
  assert.ok(Math.abs(sink.ticks - after - usual) < 5 * Math.sqrt(usual));
  assert.deepEqual(sink.anomalies, ["sim-late"]);
  checkAll(sink);
});

test("slots stay apart after stalls of any length", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 10 }), async (stalls) => {
      const { clock, sink } = await start({ rate: 2, instruments: ["rb2605"] });
      for (const ms of stalls) {
        clock.advance(600);
        clock.stall(ms);
      }
      const times = sink.events.map(({ event }) => event.time);
      assert.equal(new Set(times).size, times.length);
    }),
    { numRuns: 50 },
  );
});

test("a process that cannot keep up ends its turn, and no instrument starves", async () => {
  const fake = new FakeClock(MORNING);
  let cost = 0;
  // Every look at the clock costs a millisecond, and the clock is looked at every so many events.
  const slow: Clock = {
    now: () => fake.now() + cost++,
    after: fake.after.bind(fake),
    every: fake.every.bind(fake),
  };
  const sink = new Recorder();
  await makeSimFeed({ ...SIM_DEFAULTS, rate: 100_000, instruments: ["*USDT"] }, slow).start(sink);
  fake.advance(100);
  for (const list of [sink.events, sink.advances, sink.anomalies]) list.length = 0;
  fake.advance(200);
  const turns = sink.advances.length;
  assert.ok(turns > 2);
  assert.equal(sink.anomalies.length, turns);
  assert.ok(sink.ticks < turns * 256 * 45 && sink.ticks > turns * 256 * 35, `${sink.ticks} in ${turns} turns`);
  const counts = [...sink.instruments.keys()].map((id) => sink.of(id).length);
  assert.ok(Math.min(...counts) > 0.9 * Math.max(...counts), counts.join(" "));
});

test("a clock that is set back does not take the events with it", async () => {
  const fake = new FakeClock(MORNING);
  let offset = 0;
  const clock: Clock = {
    now: () => fake.now() + offset,
    after: fake.after.bind(fake),
    every: fake.every.bind(fake),
  };
  const sink = new Recorder();
  await makeSimFeed({ ...SIM_DEFAULTS, rate: 20, instruments: ["rb2605", "BTCUSDT"] }, clock).start(sink);
  fake.advance(SECOND);
  const newest = Math.max(...sink.events.map(({ event }) => event.time));
  offset = -30 * SECOND;
  const { length } = sink.events;
  fake.advance(10 * SECOND);
  assert.ok(sink.events.length > length + 300, "it goes on");
  assert.ok(sink.events.slice(length).every(({ event }) => event.time >= newest - 100));
  fake.advance(25 * SECOND);
  assert.ok(sink.events.at(-1)!.event.time > newest);
  checkAll(sink);
});

test("a future and an A-share visit their upper limit every few minutes, with bids only", async () => {
  const { clock, sink } = await start({ instruments: ["ec2606", "600076.SH", "rb2605"] });
  clock.advance(12 * MINUTE);
  const visits = (id: string): number => {
    let count = 0;
    let there = false;
    for (const { kind, event } of sink.of(id)) {
      if (kind !== "snapshot" && kind !== "book") continue;
      const alone = event.asks.prices.length === 0 && event.bids.prices.length > 0;
      if (kind === "snapshot" && alone) assert.equal(event.bids.prices[0], event.upperLimit);
      if (alone && !there) count++;
      there = alone;
    }
    return count;
  };
  assert.ok(visits("ec2606") >= 4);
  assert.ok(visits("600076.SH") >= 4);
  assert.equal(visits("rb2605"), 0);
  assert.ok(sink.of("ec2606").some(({ event }) => (event as Snapshot).last === (event as Snapshot).upperLimit));
  checkAll(sink);
});

test("contracts that nobody listed are made on demand, and tick", async () => {
  const { feed, clock, sink } = await start({}, Date.UTC(2026, 2, 11, 2, 0, 0, 123));
  clock.advance(5 * SECOND + 3);
  const { length } = sink.events;
  assert.equal(feed.want("rb2505"), true);
  assert.equal(sink.instruments.get("rb2505")?.name, "螺纹钢2505");
  assert.deepEqual(
    sink.events.slice(length).map(({ kind, event }) => `${kind} ${event.id}`),
    ["snapshot rb2505"],
  );
  assert.equal(feed.want("rb2505"), true, "known by now, and announced once");
  for (const id of ["nonsense", "rb2613", "RB2505", "", "ZZZZ.US"]) assert.equal(feed.want(id), false, id);
  clock.advance(MINUTE);
  const ticks = sink.of("rb2505");
  assert.ok(ticks.length > 30 && ticks.every(({ event }) => event.time % 500 === 0));
  checkAll(sink);
});

test("a CZCE contract made on demand is of the decade nearest to the clock", async () => {
  const { feed, sink } = await start({ instruments: ["AP*"] });
  assert.equal(feed.want("AP010"), true);
  assert.equal(sink.instruments.get("AP010")?.future?.deliveryYear, 2030);
  assert.equal(feed.want("rb2505"), false, "not among the instruments asked for");
});

test("on demand has an end", async () => {
  const { feed, sink } = await start({ instruments: ["rb*", "cu*", "al*", "zn*", "hc*"] });
  const listed = sink.instruments.size;
  let refused = 0;
  for (const product of ["rb", "cu", "al", "zn", "hc"]) {
    for (let year = 30; year < 72; year++) {
      for (let month = 1; month <= 12; month++) {
        if (!feed.want(`${product}${year}${String(month).padStart(2, "0")}`)) refused++;
      }
    }
  }
  assert.equal(sink.instruments.size, listed + 2_000);
  assert.equal(refused, 5 * 42 * 12 - 2_000);
  assert.deepEqual(new Set(sink.anomalies), new Set(["sim-full"]));
});

test("what another feed owns is left to it", async () => {
  const clock = new FakeClock(MORNING);
  const sink = new Recorder();
  sink.refuses = (id) => id === "rb2605" || id === "rb2505";
  const feed = makeSimFeed({ ...SIM_DEFAULTS, instruments: ["rb*"] }, clock);
  await feed.start(sink);
  clock.advance(10 * SECOND);
  assert.deepEqual(sink.of("rb2605"), []);
  assert.equal(feed.want("rb2505"), false);
  assert.ok(sink.of("rb2606").length > 3);
});

test("real sessions: ticks only while the exchange is open", async () => {
  // Friday 2026-03-13, 08:59:30 in China: nothing but crypto, forex, metals and the like is open.
  const { clock, sink } = await start({ sessions: "real" }, Date.UTC(2026, 2, 13, 0, 59, 30));
  const { length } = sink.events;
  clock.advance(MINUTE);
  const kinds = new Map<string, number>();
  for (const { event } of sink.events.slice(length)) {
    const instrument = sink.instruments.get(event.id)!;
    assert.ok(isOpen(instrument.hours, event.time), `${event.id} at ${localTime("Asia/Shanghai", event.time)}`);
    const label = `${instrument.market} ${instrument.kind}`;
    kinds.set(label, (kinds.get(label) ?? 0) + 1);
  }
  assert.deepEqual(
    new Set(kinds.keys()),
    new Set([
      "CN-FUTURES future",
      ...["forex", "metal", "energy", "commodity", "cfd-index", "crypto"].map((kind) => `GLOBAL ${kind}`),
    ]),
  );
  const first = sink.of("rb2605")[1]!.event.time;
  assert.ok(first >= Date.UTC(2026, 2, 13, 1) && first < Date.UTC(2026, 2, 13, 1, 0, 20));
});

test("real sessions: the night of Friday ticks for Monday, and the weekend is quiet", async () => {
  const { clock, sink } = await start(
    { sessions: "real", instruments: ["au2606", "BTCUSDT"] },
    Date.UTC(2026, 2, 13, 12, 59, 50),
  );
  clock.advance(30 * SECOND);
  const night = sink.of("au2606").slice(1);
  assert.ok(night.length > 5 && night.every(({ event }) => (event as Snapshot).tradingDay === "20260316"));
  const weekend = await start({ sessions: "real", instruments: ["au2606", "BTCUSDT"] }, Date.UTC(2026, 2, 14, 4));
  weekend.clock.advance(MINUTE);
  assert.equal(weekend.sink.of("au2606").length, 1);
  assert.ok(weekend.sink.of("BTCUSDT").length > 50);
});

test("real sessions: a machine that slept through the opening is there within half a minute", async () => {
  const { clock, sink } = await start({ sessions: "real", instruments: ["au2606"] }, Date.UTC(2026, 2, 13, 11));
  clock.stall(2.5 * 60 * MINUTE);
  const { length } = sink.events;
  clock.advance(45 * SECOND);
  assert.ok(sink.events.length > length + 3);
});

test("an expired contract can be asked for by name, and a mistake is refused", async () => {
  const { sink } = await start({ instruments: ["rb2505", "700.HK"] });
  assert.deepEqual([...sink.instruments.keys()].toSorted(), ["700.HK", "rb2505"]);
  await assert.rejects(start({ instruments: ["rb2613"] }), /^Error: instruments: there is no instrument "rb2613"/);
  await assert.rejects(start({ instruments: ["xyz*"] }), /^Error: instruments: nothing matches xyz\*/);
});

test("stop is final, idempotent and quiet", async () => {
  const { feed, clock, sink } = await start({ instruments: ["rb*"] });
  await feed.stop();
  await feed.stop();
  const { length } = sink.events;
  clock.advance(10 * SECOND);
  assert.equal(sink.events.length, length);
  assert.equal(clock.pending, 0);
  assert.equal(feed.want("rb2505"), false);
  assert.equal(feed.status().state, "ended");
  await assert.rejects(feed.start(sink));
});

test("nothing is wanted of a feed that has not started", () => {
  const feed = makeSimFeed(SIM_DEFAULTS, new FakeClock(MORNING));
  assert.equal(feed.want("rb2505"), false);
  assert.equal(feed.status().state, "idle");
});
