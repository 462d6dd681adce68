import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gap } from "../ports/feed.ts";
import { GapBook } from "./gap-book.ts";
import { Hub } from "./hub.ts";
import { KlineEngine } from "./klines.ts";
import type { Kline } from "@tickwire/protocol/model";
import { Market } from "./market.ts";
import { listen, MIDNIGHT, sampleInstrument, sampleTrade } from "../../../../test/support/core-stage.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Trades from nine to ten, then closed until the next day. */
const MORNING = { ...sampleInstrument("m"), hours: hoursOf([["09:00", "10:00"]]) };
const gap = (from: number, to: number, stated: Partial<Gap> = {}): Gap => ({
  feed: "f",
  from: MIDNIGHT + from,
  to: MIDNIGHT + to,
  codes: [],
  cause: "connection",
  filledBy: "",
  ...stated,
});

function hoursOf(day: readonly (readonly [string, string])[]) {
  const { zone, holidays, dayStart } = sampleInstrument("m").hours;
  return { zone, holidays, dayStart, day };
}

/** A feed with the instruments `a` and `m`, bars of both, and what was kept of them. */
function open() {
  const hub = new Hub();
  const market = new Market(hub);
  const book = new GapBook();
  const kept: Kline[] = [];
  const engine = new KlineEngine(hub, {
    keepBar: (bar) => kept.push(bar),
    covers: (...asked) => book.covers(...asked),
  });
  for (const tap of [book, engine]) market.tap(tap);
  const sink = market.sink("f");
  sink.advance(MIDNIGHT - 1);
  sink.instrument(sampleInstrument("a"));
  sink.instrument(MORNING);
  return { hub, market, book, engine, sink, kept };
}

test("a gap covers the bars that it reaches into, of the instruments that it names, while nothing has filled it", () => {
  const { book, sink, market } = open();
  const a = sampleInstrument("a");
  sink.gap(gap(90_000, 130_000));
  const minutes = [0, 1, 2, 3].map((n) => book.covers(a, "1m", MIDNIGHT + n * MINUTE));
  assert.deepEqual(minutes, [false, true, true, false]);
  assert.ok(book.covers(a, "1d", MIDNIGHT) && book.covers(a, "5m", MIDNIGHT));
  assert.ok(!book.covers(MORNING, "1d", MIDNIGHT), "it was closed all the time");
  sink.gap(gap(90_000, 130_000, { filledBy: "kline" }));
  assert.ok(!book.covers(a, "1d", MIDNIGHT));
  sink.gap(gap(9 * HOUR, 9 * HOUR + 1, { codes: ["m"] }));
  assert.ok(book.covers(MORNING, "1d", MIDNIGHT) && !book.covers(a, "1d", MIDNIGHT));
  market.sink("other").gap(gap(0, 24 * HOUR, { feed: "other", cause: "mute" }));
  assert.ok(!book.covers(a, "1d", MIDNIGHT), "of another feed");
});

test("closed minutes are told again with the flag, and without it when the gap is filled; longer bars and forming ones follow", () => {
  const { hub, engine, sink, kept } = open();
  const fives = listen(hub.channel("a"), "kline:5m");
  for (const at of [10_000, 70_000, 190_000]) sink.trade(sampleTrade("a", MIDNIGHT + at, 5, 1));
  sink.advance(MIDNIGHT + 200_000);
  kept.length = 0;
  sink.gap(gap(70_000, 190_000));
  assert.deepEqual(
    kept.map(({ time, gap: flag, closed }) => [time - MIDNIGHT, flag, closed]),
    [[MINUTE, true, true]],
  );
  assert.deepEqual(
    engine.recent("a", 9).map(({ gap: flag }) => flag),
    [false, true, true],
  );
  assert.equal(engine.live("a", "5m")?.gap, true);
  sink.trade(sampleTrade("a", MIDNIGHT + 310_000, 5, 1));
  sink.advance(MIDNIGHT + 311_000);
  assert.deepEqual(
    fives.filter(({ closed }) => closed).map(({ gap: flag }) => flag),
    [true],
  );
  kept.length = 0;
  sink.gap(gap(70_000, 190_000, { filledBy: "kline" }));
  assert.deepEqual(
    kept.map(({ time, gap: flag }) => [time - MIDNIGHT, flag]),
    [
      [MINUTE, false],
      [3 * MINUTE, false],
    ],
  );
  assert.equal(engine.live("a", "1d")?.gap, false);
});

test("gaps from before the start are known too", () => {
  const { book, engine, market, sink } = open();
  book.load(sink, [gap(0, MINUTE)]);
  sink.trade(sampleTrade("a", MIDNIGHT + 59_000, 5, 1));
  assert.equal(engine.live("a", "1h")?.gap, true);
  assert.equal(market.gaps.size, 0);
});

test("however many instruments break, none pushes out another's gap; of one instrument the newest are known", () => {
  const { book, sink } = open();
  sink.gap(gap(0, MINUTE, { codes: ["a"] }));
  sink.gap(gap(2 * MINUTE, 3 * MINUTE));
  for (let n = 0; n < 5_000; n++) sink.gap(gap(n, MINUTE, { codes: [`c${n}`] }));
  const names = Array.from({ length: 5_000 }, (_, n) => `c${n}`);
  sink.gap(gap(5 * MINUTE, 6 * MINUTE, { codes: [...names, "a"] }));
  const a = sampleInstrument("a");
  const minutes = (): boolean[] => [0, 1, 2, 3, 4, 5].map((n) => book.covers(a, "1m", MIDNIGHT + n * MINUTE));
  assert.deepEqual(minutes(), [true, false, true, false, false, true]);
  sink.gap(gap(5 * MINUTE, 6 * MINUTE, { codes: [...names, "a"], filledBy: "kline" }));
  assert.deepEqual(minutes(), [true, false, true, false, false, false]);
  for (let n = 0; n < 1_000; n++) sink.gap(gap(n, MINUTE + n, { codes: ["a"], cause: `${n}` }));
  sink.gap(gap(3 * MINUTE, 4 * MINUTE, { codes: ["a"] }));
  assert.deepEqual(minutes(), [true, true, true, true, false, false]);
});
