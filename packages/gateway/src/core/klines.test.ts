import assert from "node:assert/strict";
import { test } from "node:test";
import { PERIODS, type Instrument, type Kline, type Period } from "@tickwire/protocol/model";
import type { FeedSink } from "../ports/feed.ts";
import { Hub } from "./hub.ts";
import type { KlineOptions } from "./kline-options.ts";
import { KlineEngine } from "./klines.ts";
import { Market } from "./market.ts";
import {
  listen,
  MIDNIGHT,
  sampleInstrument,
  sampleSnapshot,
  sampleTrade,
} from "../../../../test/support/core-stage.ts";
import { COMMODITY_HOURS } from "../../../../test/support/hours.ts";

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Chinese futures with a night session; 2026-03-02 is a Monday. */
const FUTURE: Instrument = { ...sampleInstrument("rb"), hours: COMMODITY_HOURS };
const NINE = MIDNIGHT + 9 * HOUR;

interface Opened {
  readonly engine: KlineEngine;
  readonly sink: FeedSink;
  readonly hub: Hub;
  readonly kept: Kline[];
  readonly refused: string[];
}

/** An engine and one instrument, whose feed began at `now`. */
function open(now: number, instrument: Instrument = sampleInstrument("a"), options: KlineOptions = {}): Opened {
  const kept: Kline[] = [];
  const refused: string[] = [];
  const hub = new Hub();
  const market = new Market(hub);
  const engine = new KlineEngine(hub, {
    keepBar: (bar) => kept.push(bar),
    quarantine: (cause, kind, event) => refused.push(`${cause} ${kind} ${event.time - MIDNIGHT}`),
    ...options,
  });
  market.tap(engine);
  const sink = market.sink();
  if (now > 0) sink.advance(now);
  sink.instrument(instrument);
  return { engine, sink, hub, kept, refused };
}

/** Open, high, low, close, volume. */
const prices = (bar: Kline | undefined): number[] | undefined =>
  bar && [bar.open, bar.high, bar.low, bar.close, bar.volume];
const flags = ({ closed, revised, gap }: Kline): string =>
  [closed && "closed", revised && "revised", gap && "gap"].filter(Boolean).join(" ");

test("a minute is named by its open, a tick on the boundary begins the next one, quiet minutes are absent", () => {
  const { engine, sink } = open(MIDNIGHT);
  for (const [at, price] of [
    [0, 10],
    [59_999, 12],
    [60_000, 9],
    [240_000, 11],
  ] as const) {
    sink.trade(sampleTrade("a", MIDNIGHT + at, price, 2));
  }
  const bars = engine.recent("a", 10);
  assert.deepEqual(
    bars.map(({ time }) => (time - MIDNIGHT) / MINUTE),
    [0, 1, 4],
  );
  assert.deepEqual(bars.map(prices), [
    [10, 12, 10, 12, 4],
    [9, 9, 9, 9, 2],
    [11, 11, 11, 11, 2],
  ]);
  assert.deepEqual(
    bars.map(({ turnover }) => turnover),
    [440, 180, 220],
  );
  assert.deepEqual(bars.map(flags), ["closed", "closed", ""]);
  assert.deepEqual(prices(engine.live("a", "5m")), [10, 12, 9, 11, 8]);
});

test("bars close by the clock at the end of their period, each exactly once, without a trade", () => {
  const { sink, hub, kept } = open(MIDNIGHT);
  const told = Object.fromEntries(PERIODS.map((period) => [period, listen(hub.channel("a"), `kline:${period}`)]));
  sink.trade(sampleTrade("a", MIDNIGHT + 100, 10, 1));
  const ends: readonly (readonly [Period, number])[] = [
    ["1m", MINUTE],
    ["5m", 5 * MINUTE],
    ["15m", 15 * MINUTE],
    ["30m", 30 * MINUTE],
    ["1h", HOUR],
    ["2h", 2 * HOUR],
    ["4h", 4 * HOUR],
    ["1d", 24 * HOUR],
    ["1w", 7 * 24 * HOUR],
    ["1M", 30 * 24 * HOUR],
  ];
  for (const [period, length] of ends) {
    sink.advance(MIDNIGHT + length - 1);
    assert.equal(told[period]!.filter(({ closed }) => closed).length, 0, period);
    sink.advance(MIDNIGHT + length);
    assert.deepEqual(told[period]!.filter(({ closed }) => closed).map(prices), [[10, 10, 10, 10, 1]], period);
  }
  sink.advance(MIDNIGHT + 60 * 24 * HOUR);
  for (const period of PERIODS) assert.equal(told[period]!.filter(({ closed }) => closed).length, 1, period);
  assert.deepEqual(
    kept.map(({ period }) => period),
    ["1m", "1d"],
  );
});

test("a forming bar is told at most twice a second, its last state not lost, and only to who listens", () => {
  const { sink, hub } = open(MIDNIGHT);
  const told = listen(hub.channel("a"), "kline:5m");
  for (let ms = 0; ms < 3_000; ms += 20) {
    sink.trade(sampleTrade("a", MIDNIGHT + ms, 10 + ms, 1));
    sink.advance(MIDNIGHT + ms);
  }
  sink.advance(MIDNIGHT + 3_500);
  assert.deepEqual(
    told.map(({ volume }) => volume),
    [6, 31, 56, 81, 106, 131, 150],
  );
  assert.equal(hub.channel("a").last["kline:1m"], undefined);
});

test("a newcomer gets the bar as it is, of every period, though nobody listened", () => {
  const { sink, hub } = open(MIDNIGHT);
  sink.trade(sampleTrade("a", MIDNIGHT, 10, 1));
  sink.trade(sampleTrade("a", MIDNIGHT + MINUTE, 11, 1));
  for (const period of PERIODS) {
    const got: string[] = [];
    const encode = (bar: Kline): string => String(prices(bar));
    const encoding = { key: "x", kind: `kline:${period}` as const, conflate: false, encode };
    hub.channel("a").subscribe(encoding, { deliver: ({ text }) => got.push(text) }, true);
    assert.deepEqual(got, [period === "1m" ? "11,11,11,11,1" : "10,11,10,11,2"], period);
  }
});

test("late ticks amend a closed bar and mark it revised; later ones are kept out and handed over", () => {
  const { engine, sink, hub, kept, refused } = open(MIDNIGHT);
  const five = listen(hub.channel("a"), "kline:5m");
  sink.trade(sampleTrade("a", MIDNIGHT + 290 * SECOND, 10, 1));
  sink.advance(MIDNIGHT + 300 * SECOND);
  sink.trade(sampleTrade("a", MIDNIGHT + 299 * SECOND, 12, 2));
  sink.trade(sampleTrade("a", MIDNIGHT + 230 * SECOND, 7, 4));
  sink.advance(MIDNIGHT + 305 * SECOND);
  sink.trade(sampleTrade("a", MIDNIGHT + 289 * SECOND, 9, 8));
  sink.advance(MIDNIGHT + 305 * SECOND + 1);
  sink.trade(sampleTrade("a", MIDNIGHT + 299 * SECOND, 99, 99));
  sink.advance(MIDNIGHT + 400 * SECOND);
  assert.deepEqual(refused, ["late trade 230000", "late trade 299000"]);
  assert.equal(engine.quarantined.get("late"), 2);
  assert.deepEqual(engine.recent("a", 9).map(prices), [[9, 12, 9, 12, 11]]);
  assert.deepEqual(five.map((bar) => [flags(bar), bar.volume]).at(-1), ["closed revised", 11]);
  assert.deepEqual(kept.map((bar) => [flags(bar), bar.volume])[0], ["closed", 1]);
});

test("ticks stamped just outside a session count for it, others for no bar", () => {
  const { engine, sink, refused } = open(NINE - HOUR, FUTURE);
  const at = (clock: number, price: number): void => sink.trade(sampleTrade("rb", NINE + clock, price, 1));
  at(-MINUTE, 10); // the auction
  at(500, 11);
  at(75 * MINUTE - 500, 12);
  at(75 * MINUTE, 13);
  at(75 * MINUTE + 3_000, 14);
  at(76 * MINUTE, 99);
  at(90 * MINUTE, 15);
  sink.snapshot(sampleSnapshot({ id: "rb", time: NINE + 6.5 * HOUR, last: 99, volume: 5 }));
  const bars = engine.recent("rb", 9);
  assert.deepEqual(
    bars.map(({ time }) => (time - NINE) / MINUTE),
    [0, 74, 90],
  );
  assert.deepEqual(bars.map(prices), [
    [10, 11, 10, 11, 2],
    [12, 14, 12, 14, 3],
    [15, 15, 15, 15, 1],
  ]);
  assert.deepEqual(refused, ["outside-session trade 36960000", "outside-session snapshot 55800000"]);
});

test("a market that is always open has its trading days still, and bars on a Sunday", () => {
  const { engine, sink, refused, kept } = open(0, { ...FUTURE, hours: { ...FUTURE.hours, always: true } });
  const sunday = MIDNIGHT - 12 * HOUR;
  sink.trade(sampleTrade("rb", sunday, 10, 1));
  sink.trade(sampleTrade("rb", MIDNIGHT + 18 * HOUR - 1, 11, 1));
  sink.trade(sampleTrade("rb", MIDNIGHT + 18 * HOUR, 12, 1));
  assert.deepEqual(refused, []);
  assert.deepEqual(
    kept.filter(({ period }) => period === "1d").map((bar) => [bar.time, prices(bar)]),
    [[MIDNIGHT, [10, 11, 10, 11, 2]]],
  );
  assert.deepEqual(engine.live("rb", "1d")!.time, MIDNIGHT + 24 * HOUR);
});

test("a first snapshot at the very start of a trading day counts from zero, in the middle of it does not", () => {
  const state = { id: "rb", last: 12, open: 10, high: 13, low: 9, volume: 100, turnover: 11_500, openInterest: 7 };
  const early = open(0, FUTURE);
  // The day begins at 21:00 on the evening before: for a Monday, on Friday.
  const friday = MIDNIGHT - 51 * HOUR;
  early.sink.snapshot(sampleSnapshot({ ...state, time: friday + 500 }));
  const [bar] = early.engine.recent("rb", 1);
  assert.deepEqual([...prices(bar)!, bar!.turnover, bar!.openInterest], [10, 13, 9, 12, 100, 11_500, 7]);

  const middle = open(0, FUTURE);
  middle.sink.snapshot(sampleSnapshot({ ...state, time: NINE + 500 }));
  assert.deepEqual(middle.engine.recent("rb", 1), []);
  middle.sink.snapshot(sampleSnapshot({ ...state, time: NINE + 1_000, last: 14, volume: 103, openInterest: 8 }));
  const [joined] = middle.engine.recent("rb", 1);
  assert.deepEqual([...prices(joined)!, joined!.openInterest], [14, 14, 14, 14, 3, 8]);
  assert.deepEqual(
    PERIODS.map((period) => middle.engine.live("rb", period)!.gap),
    PERIODS.map(() => true),
  );
});

test("a snapshot's last price is the close and within high and low, its open interest the bar's; without a change nothing is revised", () => {
  const { engine, sink, kept } = open(NINE, FUTURE);
  const state = { id: "rb", volume: 1, turnover: 100, openInterest: 5 };
  sink.snapshot(sampleSnapshot({ ...state, time: NINE, last: 10, volume: 0, turnover: 0 }));
  sink.snapshot(sampleSnapshot({ ...state, time: NINE + 500, last: 10 }));
  sink.snapshot(sampleSnapshot({ ...state, time: NINE + 1_000, last: 11, openInterest: 6 }));
  sink.advance(NINE + MINUTE);
  sink.snapshot(sampleSnapshot({ ...state, time: NINE + MINUTE - 1, last: 11, openInterest: 6 }));
  sink.advance(NINE + MINUTE + SECOND);
  assert.deepEqual(
    kept.map((bar) => [flags(bar), prices(bar), bar.openInterest]),
    [["closed", [10, 11, 10, 11, 1], 6]],
  );
  assert.equal(engine.recent("rb", 5).length, 1);
});

test("after a restart the bar in progress goes on from its stored ticks, with a gap", () => {
  const before = open(MIDNIGHT);
  const at = [0, 70, 80, 130, 140].map((second) => MIDNIGHT + second * SECOND);
  const trades = at.map((time, i) => Object.assign(sampleTrade("a", time, 10 + i, 1), { seq: i + 1 }));
  for (const trade of trades) before.sink.trade(trade);
  const stored = before.kept.filter(({ period }) => period === "1m");
  assert.equal(stored.length, 2);

  const hub = new Hub();
  const market = new Market(hub);
  const kept: Kline[] = [];
  const engine = new KlineEngine(hub, { keepBar: (bar) => kept.push(bar) });
  market.tap(engine);
  assert.equal(engine.restore("a", stored, [], trades), true);
  const sink = market.sink();
  sink.advance(MIDNIGHT + 150 * SECOND);
  sink.instrument(sampleInstrument("a"));
  assert.equal(engine.restore("a", stored, [], trades), false);
  sink.trade(sampleTrade("a", MIDNIGHT + 151 * SECOND, 5, 1));
  assert.deepEqual(
    engine.recent("a", 9).map((bar) => [prices(bar), flags(bar)]),
    [
      [[10, 10, 10, 10, 1], "closed"],
      [[11, 12, 11, 12, 2], "closed"],
      [[13, 14, 5, 5, 3], "gap"],
    ],
  );
  assert.deepEqual(prices(engine.live("a", "1d")), [10, 14, 5, 5, 6]);
  sink.advance(MIDNIGHT + 180 * SECOND);
  assert.deepEqual(
    kept.map((bar) => [bar.time - MIDNIGHT, flags(bar)]),
    [[2 * MINUTE, "closed gap"]],
  );
});

test("what is stored begins with the feed's past where the store itself began on the way", () => {
  const rest = { turnover: 1, openInterest: NaN, closed: true, revised: false, gap: false };
  const bar = (period: "1m" | "1d", time: number, price: number, volume: number): Kline => ({
    id: "a",
    period,
    time,
    open: price,
    high: price,
    low: price,
    close: price,
    volume,
    ...rest,
  });
  const asked: number[] = [];
  const past = (_id: string, period: "1m" | "1d", end: number): Kline[] => {
    asked.push(end - MIDNIGHT);
    // It reaches up to this run's start, over what the last run has stored.
    const bars = period === "1m" ? [8, 9, 10, 11].map((at) => bar("1m", MIDNIGHT + at * MINUTE, 50 + at, 100)) : [];
    return bars.filter(({ time }) => time < end);
  };
  const hub = new Hub();
  const market = new Market(hub);
  const engine = new KlineEngine(hub, { past });
  market.tap(engine);
  engine.restore("a", [bar("1m", MIDNIGHT + 10 * MINUTE, 7, 1)], [], []);
  const sink = market.sink();
  sink.advance(MIDNIGHT + 12 * MINUTE);
  sink.instrument(sampleInstrument("a"));
  sink.trade(sampleTrade("a", MIDNIGHT + 12 * MINUTE, 5, 1));
  const day = engine.live("a", "1d");
  assert.deepEqual(prices(day), [58, 59, 5, 5, 202]);
  assert.equal(day?.gap, true);
  assert.deepEqual(asked, [10 * MINUTE]);
});

test("the longer bars that were under way begin with the feed's past", () => {
  const past = (id: string, period: "1m" | "1d", end: number, limit: number): Kline[] => {
    const time = period === "1m" ? MIDNIGHT + 9 * MINUTE : MIDNIGHT - 24 * HOUR;
    assert.ok(time < end && limit > 0);
    const rest = { turnover: 1, openInterest: NaN, closed: true, revised: false, gap: false };
    return [{ id, period, time, open: 1, high: 99, low: 1, close: 2, volume: period === "1m" ? 100 : 1_000, ...rest }];
  };
  const { engine, sink } = open(MIDNIGHT + 10 * MINUTE, sampleInstrument("a"), { past });
  sink.trade(sampleTrade("a", MIDNIGHT + 10 * MINUTE, 5, 1));
  assert.deepEqual(prices(engine.live("a", "5m")), [5, 5, 5, 5, 1]);
  assert.deepEqual(prices(engine.live("a", "15m")), [1, 99, 1, 5, 101]);
  assert.deepEqual(prices(engine.live("a", "1d")), [1, 99, 1, 5, 101]);
  // Sunday the 1st of March is in the month, and in the week before.
  assert.deepEqual(prices(engine.live("a", "1w")), [1, 99, 1, 5, 101]);
  assert.deepEqual(prices(engine.live("a", "1M")), [1, 99, 1, 5, 1_101]);
  assert.equal(engine.live("a", "15m")!.gap, false);
});

test("memory is bounded: the newest minutes are kept", () => {
  const { engine, sink } = open(MIDNIGHT, sampleInstrument("a"), { keep: 100 });
  for (let minute = 0; minute < 250; minute++) sink.trade(sampleTrade("a", MIDNIGHT + minute * MINUTE, minute, 1));
  const bars = engine.recent("a", 1_000);
  assert.deepEqual(
    [bars.length <= 102, bars.length >= 100, bars.at(-1)!.open, bars[0]!.open],
    [true, true, 249, 250 - bars.length],
  );
});

test("a trade without a price makes no bar", () => {
  const { engine, sink, refused } = open(MIDNIGHT);
  sink.trade(sampleTrade("a", MIDNIGHT, NaN, 1));
  assert.deepEqual([engine.recent("a", 1), refused], [[], ["no-price trade 0"]]);
});

test("bars begin anew when a feed listed earlier takes the instrument over, and close by that feed's time", () => {
  const kept: Kline[] = [];
  const hub = new Hub();
  const market = new Market(hub);
  const engine = new KlineEngine(hub, { keepBar: (bar) => kept.push(bar) });
  market.tap(engine);
  const [earlier, later] = [market.sink(), market.sink()];
  later.advance(MIDNIGHT + HOUR);
  later.instrument(sampleInstrument("a"));
  later.trade(sampleTrade("a", MIDNIGHT + HOUR, 50, 1));
  earlier.advance(MIDNIGHT);
  earlier.instrument(sampleInstrument("a"));
  earlier.trade(sampleTrade("a", MIDNIGHT + SECOND, 10, 2));
  later.advance(MIDNIGHT + 2 * HOUR);
  assert.deepEqual(kept, [], "the other feed's time closes nothing");
  assert.deepEqual(engine.recent("a", 10).map(prices), [[10, 10, 10, 10, 2]]);
  earlier.advance(MIDNIGHT + MINUTE);
  assert.deepEqual(kept.map(prices), [[10, 10, 10, 10, 2]]);
});
