import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mergeKlines, periodSpan, PERIODS, type Kline, type Period } from "@tickwire/protocol/model";
import fc from "fast-check";
import { Hub } from "../core/hub.ts";
import { Market } from "../core/market.ts";
import { MIDNIGHT, sampleInstrument } from "../../../../test/support/core-stage.ts";
import { BarService } from "./bars.ts";
import { MemoryHistory } from "./memory.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const A = sampleInstrument("a");

function bar(period: "1m" | "1d", time: number, n: number, closed = true): Kline {
  const prices = { open: n, high: n + 2, low: n - 2, close: n + 1 };
  return {
    id: "a",
    period,
    time,
    ...prices,
    volume: n,
    turnover: n,
    openInterest: NaN,
    closed,
    revised: false,
    gap: false,
  };
}

/**
 * A service whose instrument has bars of every minute up to `now`: those before `storedFrom` from its feed, then stored
 * ones, from `liveFrom` on live ones, the last one forming. What is stored and live overlaps; the store's is then wrong.
 */
function makeService(storedFrom: number, liveFrom: number, now: number, count: number) {
  const minutes: Kline[] = [];
  for (let n = count; n >= 0; n--) minutes.push(bar("1m", now - n * MINUTE, 100 + (n % 17), n > 0));
  const history = new MemoryHistory();
  for (const each of minutes) {
    const { time } = each;
    if (time >= storedFrom && each.closed) history.appendBar(time < liveFrom ? each : { ...each, high: 999 });
  }
  const live = minutes.filter(({ time }) => time >= liveFrom);
  const days = mergeKlines(minutes, A.hours, "1d", now);
  const first = days.findIndex(({ time }) => time >= storedFrom);
  const today = days.at(-1)!;
  if (first >= 0) for (const day of days.slice(first, -1)) history.appendBar(day);
  const service = new BarService({
    covers: () => false,
    live: { live: (_id, period) => (period === "1d" && live.length > 0 ? today : undefined), recent: () => live },
    history,
    past: (_id, period, end, limit) => {
      const all = period === "1m" ? minutes : days;
      return all.filter(({ time, closed }) => time < end && time < storedFrom && closed).slice(-limit);
    },
    onError: (error) => assert.fail(String(error)),
  });
  const market = new Market(new Hub());
  market.tap(service);
  const sink = market.sink();
  sink.instrument(A);
  sink.advance(now + MINUTE - 1);
  return { service, minutes, history };
}

describe("bars", () => {
  it("joins past, store and live bars as if one source had them all", async () => {
    const boundary = fc.integer({ min: 0, max: 1_500 });
    await fc.assert(
      fc.asyncProperty(
        ...([
          boundary,
          boundary,
          fc.integer({ min: 0, max: 2_000 }),
          fc.constantFrom(...PERIODS.slice(0, 7)),
          fc.integer({ min: 1, max: 400 }),
          fc.boolean(),
        ] as const),
        async (a, b, offset, period: Period, limit, paged) => {
          const now = MIDNIGHT + 20 * DAY + offset * MINUTE;
          const [live, stored] = [Math.min(a, b), Math.max(a, b)];
          const { service, minutes } = makeService(now - stored * MINUTE, now - live * MINUTE, now, 1_500);
          const all = mergeKlines(minutes, A.hours, period, now);
          const end = paged ? now - 200 * MINUTE : Infinity;
          const expected = all.filter(({ time }) => time <= end).slice(-limit);
          const got = await service.bars("a", period, end, limit);
          // Where the range ends in the past its last bar is whole.
          assert.deepEqual(got, expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("makes weeks and months of days, the present one included", async () => {
    const now = MIDNIGHT + 3 * DAY + 5 * MINUTE;
    const { service, minutes } = makeService(now - 2 * DAY, now - 10 * MINUTE, now, 2_900);
    const days = mergeKlines(minutes, A.hours, "1d", now);
    for (const period of ["1d", "1w", "1M"] as const) {
      assert.deepEqual(
        await service.bars("a", period, Infinity, 10),
        mergeKlines(days, A.hours, period, now + MINUTE - 1),
        period,
      );
    }
  });

  it("has a closed day before the store has it", async () => {
    const now = MIDNIGHT + 5 * MINUTE;
    const { service } = makeService(now, now, now, 5);
    const yesterday = bar("1d", periodSpan(A.hours, "1d", MIDNIGHT - 1).time, 7);
    service.keep(yesterday);
    assert.deepEqual((await service.bars("a", "1d", Infinity, 5))[0], yesterday);
  });

  it("does not tell a replay its future, and leaves a bar open whose period is not over", async () => {
    const history = new MemoryHistory();
    for (let n = 0; n < 60; n++) history.appendBar(bar("1m", MIDNIGHT + n * MINUTE, 10));
    const none = { live: () => undefined, recent: () => [] };
    const service = new BarService({ live: none, history, past: () => [], covers: () => false, onError: assert.fail });
    const market = new Market(new Hub());
    market.tap(service);
    const sink = market.sink();
    sink.instrument(A);
    sink.advance(MIDNIGHT + 10 * MINUTE);
    const bars = await service.bars("a", "1m", Infinity, 100);
    assert.equal(bars.length, 11);
    assert.equal(bars.at(-1)!.closed, false);
    assert.ok(bars.every(({ time }) => time <= MIDNIGHT + 10 * MINUTE));
    assert.equal((await service.bars("a", "1h", Infinity, 100)).at(-1)!.closed, false);
    assert.equal(periodSpan(A.hours, "1h", MIDNIGHT).time, MIDNIGHT);
  });

  it("answers nothing for what it does not know, and goes on when the store fails", async () => {
    const errors: unknown[] = [];
    const minute = bar("1m", MIDNIGHT, 5, false);
    const down = new Error("down");
    const service = new BarService({
      covers: () => false,
      live: { live: () => undefined, recent: () => [minute] },
      history: { readBars: () => Promise.reject(down), readMerged: () => Promise.reject(down) },
      past: () => [],
      onError: (error) => errors.push(error),
    });
    assert.deepEqual(await service.bars("a", "1m", Infinity, 5), []);
    const market = new Market(new Hub());
    market.tap(service);
    market.sink().instrument(A);
    assert.deepEqual(await service.bars("a", "1m", Infinity, 5), [minute]);
    assert.ok(errors.length > 0);
    assert.deepEqual(await service.bars("a", "1m", Infinity, 0), []);
  });

  it("flags what a gap covers, stored or live, whatever the bars themselves say", async () => {
    const history = new MemoryHistory();
    for (const n of [0, 1, 2, 3]) history.appendBar(bar("1m", MIDNIGHT + n * MINUTE, 10));
    const service = new BarService({
      live: { live: () => undefined, recent: () => [bar("1m", MIDNIGHT + 4 * MINUTE, 10)] },
      history,
      past: () => [],
      covers: (_instrument, period, time) => period === "1m" && [1, 4].includes((time - MIDNIGHT) / MINUTE),
      onError: assert.fail,
    });
    service.instrument(A, new Market(new Hub()).sink());
    const bars = await service.bars("a", "1m", Infinity, 9);
    assert.deepEqual(
      bars.map(({ gap }) => gap),
      [false, true, false, false, true],
    );
  });
});
