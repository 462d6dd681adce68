/** What holds for every stream of ticks: bars do not depend on the order of arrival, and longer ones are merges of minutes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeKlines, PERIODS, periodSpan, Sum, type Kline, type Trade } from "@tickwire/protocol/model";
import fc from "fast-check";
import { Hub } from "./hub.ts";
import { KlineEngine } from "./klines.ts";
import { Market } from "./market.ts";
import { listen, MIDNIGHT, sampleInstrument } from "../../../../test/support/core-stage.ts";

const LATENESS = 5_000;
const INSTRUMENT = { ...sampleInstrument("a"), volumeDecimals: 3 };

/** Trades with cents and thousandths, some at equal times; `gap` to the one before, up to hours. */
const trades = fc
  .array(
    fc.record({
      gap: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 90_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * 3_600_000 }) },
      ),
      cents: fc.integer({ min: 1, max: 20_000 }),
      thousandths: fc.integer({ min: 1, max: 5_000 }),
      delay: fc.integer({ min: 0, max: LATENESS }),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((steps) => {
    let time = MIDNIGHT;
    return steps.map(({ gap, cents, thousandths, delay }, i) => {
      time += gap;
      const [price, volume] = [cents / 100, thousandths / 1_000];
      const trade: Trade = { id: "a", seq: i + 1, time, price, volume, turnover: price * volume * 10, direction: 0 };
      return { trade, arrival: time + delay };
    });
  });

interface Outcome {
  /** The last that was told of each bar, and the bars that are still forming. */
  readonly bars: readonly Kline[];
  readonly engine: KlineEngine;
}

/** Lets the trades arrive; time passes with the arrivals when `clocked`, else with the trades themselves. */
function run(arrivals: readonly { readonly trade: Trade; readonly arrival: number }[], clocked: boolean): Outcome {
  const hub = new Hub();
  const market = new Market(hub);
  const known = new Map<string, Kline>();
  const engine = new KlineEngine(hub, { latenessMs: LATENESS });
  market.tap(engine);
  const sink = market.sink();
  sink.advance(MIDNIGHT);
  sink.instrument(INSTRUMENT);
  const told = PERIODS.map((period) => listen(hub.channel("a"), `kline:${period}`));
  for (const { trade, arrival } of arrivals) {
    if (clocked) sink.advance(arrival);
    sink.trade(trade);
  }
  sink.advance(arrivals.at(-1)!.arrival);
  sink.advance(Math.max(...arrivals.map(({ arrival }) => arrival)) + 60_000);
  for (const bar of told.flat()) known.set(`${bar.period} ${bar.time}`, bar);
  for (const period of PERIODS) {
    const bar = engine.live("a", period)!;
    known.set(`${period} ${bar.time}`, bar);
  }
  return { bars: [...known.values()], engine };
}

const figures = (bars: readonly Kline[]): string[] =>
  bars
    .map(({ period, time, open, high, low, close, volume, turnover }) => {
      return [period, time - MIDNIGHT, open, high, low, close, volume, turnover].join(" ");
    })
    .toSorted();

test("any order of arrival within the lateness window gives the same bars", () => {
  fc.assert(
    fc.property(trades, (stamped) => {
      const inOrder = run(
        stamped.map(({ trade }) => ({ trade, arrival: trade.time })),
        true,
      );
      const shuffled = run(
        stamped.toSorted((a, b) => a.arrival - b.arrival),
        true,
      );
      assert.deepEqual([...shuffled.engine.quarantined], []);
      assert.deepEqual(figures(shuffled.bars), figures(inOrder.bars));
    }),
    { numRuns: 150 },
  );
});

test("bars of every longer period are the merges of their minutes, in every field, and lose nothing", () => {
  fc.assert(
    fc.property(trades, fc.boolean(), (stamped, clocked) => {
      const { bars, engine } = run(
        stamped.toSorted((a, b) => a.arrival - b.arrival),
        clocked,
      );
      const minutes = bars.filter(({ period }) => period === "1m").toSorted((a, b) => a.time - b.time);
      const now = Math.max(...stamped.map(({ arrival }) => arrival)) + 60_000;
      for (const period of PERIODS.slice(1)) {
        const merged = mergeKlines(minutes, INSTRUMENT.hours, period, now);
        const live = engine.live("a", period)!;
        // It was joined on the second day of a month: that month has a gap, and nothing else.
        const gap = period === "1M" && live.time < MIDNIGHT;
        assert.deepEqual(live, { ...merged.at(-1)!, gap }, period);
        const told = bars.filter((bar) => bar.period === period).toSorted((a, b) => a.time - b.time);
        assert.deepEqual(figures(told), figures(merged), period);
      }
      const volume = new Sum();
      for (const { trade } of stamped) volume.add(trade.volume);
      const sum = new Sum();
      for (const minute of minutes) sum.add(minute.volume);
      assert.equal(sum.value, volume.value);
      assert.equal(
        volume.value,
        stamped.reduce((total, { trade }) => total + Math.round(trade.volume * 1_000), 0) / 1_000,
      );
    }),
    { numRuns: 150 },
  );
});

test("a minute is what its trades say, written as plainly as can be", () => {
  fc.assert(
    fc.property(trades, (stamped) => {
      const { bars } = run(
        stamped.toSorted((a, b) => a.arrival - b.arrival),
        true,
      );
      for (const bar of bars.filter(({ period }) => period === "1m")) {
        const { start, end } = periodSpan(INSTRUMENT.hours, "1m", bar.time);
        const own = stamped.map(({ trade }) => trade).filter(({ time }) => time >= start && time < end);
        const cents = own.map(({ price }) => price);
        const volume = own.reduce((total, trade) => total + Math.round(trade.volume * 1_000), 0) / 1_000;
        const plain = [own[0]!.price, Math.max(...cents), Math.min(...cents), own.at(-1)!.price, volume];
        assert.deepEqual([bar.open, bar.high, bar.low, bar.close, bar.volume], plain);
      }
    }),
    { numRuns: 150 },
  );
});
