import assert from "node:assert/strict";
import { test } from "node:test";
import { PERIODS, type Kline } from "@tickwire/protocol/model";
import { Hub } from "./hub.ts";
import { KlineEngine } from "./klines.ts";
import { Market } from "./market.ts";
import { BTCUSDT } from "../../../../test/support/samples.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 11, 2);

function bar(time: number, volume: number): Kline {
  const prices = { open: 10, high: 12, low: 9, close: 11 };
  const rest = { openInterest: NaN, closed: true, revised: false, gap: false };
  return { id: "BTCUSDT", period: "1m", time, ...prices, volume, turnover: volume * 10, ...rest };
}

/** Trades of volume 1 in the minutes that are named, then enough time for all of them to be settled. */
function play(minutes: readonly number[], end: number) {
  const hub = new Hub();
  const market = new Market(hub);
  const engine = new KlineEngine(hub);
  market.tap(engine);
  const feed = market.sink();
  feed.advance(START);
  feed.instrument(BTCUSDT);
  for (const minute of minutes) {
    const time = START + minute * MINUTE;
    feed.advance(time);
    feed.trade({ id: "BTCUSDT", seq: 0, time, price: 10, volume: 1, turnover: 10, direction: 0 });
  }
  feed.advance(START + end * MINUTE + 20_000);
  return { engine, hub, feed };
}

test("minutes from elsewhere take the place of what was missed, in every period up to the day", () => {
  const { engine, hub } = play([0, 1, 4, 6], 6);
  const told: Kline[] = [];
  const encoding = {
    key: "all",
    kind: "kline:1m",
    conflate: false,
    encode: (event: Kline) => (told.push(event), ""),
  } as const;
  hub.subscribe("BTCUSDT", encoding, { deliver: () => undefined }, false);
  engine.amend(
    "BTCUSDT",
    [1, 2, 3, 6].map((minute) => bar(START + minute * MINUTE, 5)),
  );
  const volumes = engine.recent("BTCUSDT", 100).map(({ time, volume }) => [(time - START) / MINUTE, volume]);
  assert.deepEqual(
    volumes,
    [
      [0, 1],
      [1, 5],
      [2, 5],
      [3, 5],
      [4, 1],
      [6, 1],
    ],
    "minute 6 can still change",
  );
  for (const period of PERIODS.slice(4, 8)) assert.equal(engine.live("BTCUSDT", period)?.volume, 18, period);
  assert.equal(engine.live("BTCUSDT", "5m")?.volume, 1);
  assert.deepEqual(
    told.map(({ time, revised }) => [(time - START) / MINUTE, revised]),
    [
      [1, true],
      [2, true],
      [3, true],
    ],
  );
});

test("minutes from before its memory, and of what it does not know, are left to the store", () => {
  const { engine } = play([5, 6], 8);
  engine.amend("BTCUSDT", [bar(START, 5)]);
  engine.amend("ETHUSDT", [bar(START, 5)]);
  assert.equal(engine.recent("BTCUSDT", 100).length, 2);
  assert.deepEqual(engine.recent("ETHUSDT", 100), []);
});

test("what comes after an amendment is added up with it", () => {
  const { engine, feed } = play([0, 2], 3);
  engine.amend("BTCUSDT", [bar(START + MINUTE, 5)]);
  const time = START + 4 * MINUTE;
  feed.trade({ id: "BTCUSDT", seq: 0, time, price: 10, volume: 1, turnover: 10, direction: 0 });
  feed.advance(time + 2 * MINUTE);
  assert.equal(engine.live("BTCUSDT", "1h")?.volume, 8);
  assert.equal(engine.live("BTCUSDT", "5m")?.volume, 8);
});
