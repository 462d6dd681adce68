import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Snapshot, Trade } from "@tickwire/protocol/model";
import { checkAll, MORNING, Recorder, startSim } from "../../../../../test/support/sim-market.ts";
import { Hub } from "../../core/hub.ts";
import { Market } from "../../core/market.ts";
import { FakeClock } from "../../../../../test/support/fake-clock.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DayReference } from "../../ports/feed.ts";
import { makeSimFeed } from "./feed.ts";
import { SIM_DEFAULTS } from "./options.ts";

const SECOND = 1_000;
const MINUTE = 60_000;

test("every event keeps the rules of a market, also across the change of the trading day", async () => {
  for (const seed of [1, 2]) {
    // 17:59:30 in China: half a minute before the trading day of the futures ends.
    const { clock, sink } = await startSim({ seed }, Date.UTC(2026, 2, 11, 9, 59, 30));
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
  const { clock, sink } = await startSim({ instruments, rate: 0.1 }, Date.UTC(2026, 2, 11, 15, 59));
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
  const { sink, feed } = await startSim();
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
          const { clock, sink } = await startSim({ seed: with_, rate, instruments: ["rb260*", "BTC*", "700.HK"] });
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
  const all = await startSim({ seed: 3 });
  all.clock.advance(20 * SECOND);
  for (const id of ["rb2605", "600519.SH", "EURUSD"]) {
    const alone = await startSim({ seed: 3, instruments: [id] });
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
    const { clock, sink } = await startSim({ rate, instruments: ["*05", "*.HK", "*USDT"] });
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
  const { clock, sink } = await startSim({ instruments: ["rb2605", "AAPL.US"] });
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
  const { clock, sink } = await startSim({ rate: 2, instruments: ["rb*"] }, MORNING + 123);
  clock.advance(30 * SECOND);
  for (const id of sink.instruments.keys()) {
    const times = sink.of(id).map(({ event }) => event.time);
    assert.ok(times.every((time) => time % 500 === 0));
    assert.equal(new Set(times).size, times.length);
    assert.ok(times.length >= 60);
  }
  const fine = await startSim({ rate: 20, instruments: ["rb2605"] });
  fine.clock.advance(5 * SECOND);
  assert.ok(fine.sink.events.some(({ event }) => event.time % 500 !== 0));
});

test("event times follow the clock and turns end with advance", async () => {
  const { clock, sink } = await startSim({ rate: 50, instruments: ["BTCUSDT"] });
  clock.advance(SECOND);
  assert.equal(sink.advances.at(-1), MORNING + SECOND);
  assert.equal(sink.advances.length, 51);
  for (const { event } of sink.events) assert.ok(sink.advances.includes(event.time));
});

test("a stall of ten seconds is left out, not made up for", async () => {
  const { clock, sink } = await startSim({ rate: 20, instruments: ["rb*", "*.HK"] });
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
      const { clock, sink } = await startSim({ rate: 2, instruments: ["rb2605"] });
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
  const { clock, sink } = await startSim({ instruments: ["ec2606", "600076.SH", "rb2605"] });
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
