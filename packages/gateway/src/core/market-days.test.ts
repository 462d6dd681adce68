import assert from "node:assert/strict";
import { test } from "node:test";
import type { Snapshot } from "@tickwire/protocol/model";
import fc from "fast-check";
import { MIDNIGHT, openMarket, sampleBook, sampleTrade } from "../../../../test/support/core-stage.ts";

const DAY = 86_400_000;

const event = fc.oneof(
  fc.record({
    do: fc.constant("trade" as const),
    ms: fc.integer({ min: 0, max: 400 }),
    price: fc.integer({ min: 1, max: 50 }),
    volume: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    do: fc.constant("book" as const),
    ms: fc.integer({ min: 0, max: 400 }),
    bid: fc.integer({ min: 1, max: 50 }),
  }),
  fc.record({ do: fc.constant("advance" as const), ms: fc.integer({ min: 0, max: 400 }) }),
);

/** The day as trades and books make it, written as plainly as can be. */
interface PlainDay {
  time: number;
  prices: number[];
  volume: number;
  turnover: number;
  bid: number | undefined;
}

function assertDay(snapshot: Snapshot, { time, prices, volume, turnover, bid }: PlainDay): void {
  assert.deepEqual(
    [
      snapshot.time,
      snapshot.open,
      snapshot.high,
      snapshot.low,
      snapshot.last,
      snapshot.volume,
      snapshot.turnover,
      snapshot.bids.prices[0],
    ],
    [
      time,
      prices[0] ?? NaN,
      prices.length ? Math.max(...prices) : NaN,
      prices.length ? Math.min(...prices) : NaN,
      prices.at(-1) ?? NaN,
      volume,
      turnover,
      bid,
    ],
  );
}

test("derived snapshots: at most one in half a second, each the day as it is, and the last state never lost", () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 60 }), (events) => {
      const { sink, snapshots } = openMarket();
      const day: PlainDay = { time: MIDNIGHT, prices: [], volume: 0, turnover: 0, bid: undefined };
      let now = MIDNIGHT;
      let publishedAt = -Infinity;
      let seen = 0;
      const check = (): void => {
        assert.ok(snapshots.length - seen <= 1);
        if (snapshots.length === seen) return;
        assert.ok(now - publishedAt >= 500, `${now - publishedAt} ms after the one before`);
        publishedAt = now;
        seen++;
        assertDay(snapshots.at(-1)!, day);
      };
      for (const one of events) {
        now += one.ms;
        if (one.do === "advance") sink.advance(now);
        else {
          day.time = now;
          if (one.do === "book") {
            day.bid = one.bid;
            sink.book(sampleBook("a", now, one.bid, one.bid + 1));
          } else {
            day.prices.push(one.price);
            day.volume += one.volume;
            day.turnover += one.volume * one.price * 10;
            sink.trade(sampleTrade("a", now, one.price, one.volume));
          }
        }
        check();
      }
      sink.advance((now += 500));
      check();
      if (events.some((one) => one.do !== "advance")) assertDay(snapshots.at(-1)!, day);
      const settled = snapshots.length;
      sink.advance(now + 10_000);
      assert.equal(snapshots.length, settled, "nothing changed, nothing is published");
    }),
  );
});

test("the last state of a day goes out even when the next trade comes in the next day", () => {
  const { sink, snapshots } = openMarket();
  const end = MIDNIGHT + DAY;
  sink.trade(sampleTrade("a", end - 300, 5, 1));
  sink.trade(sampleTrade("a", end - 100, 6, 2));
  sink.trade(sampleTrade("a", end + 50, 7, 4));
  sink.advance(end + 550);
  const figures = snapshots.map(({ tradingDay, time, volume, last, open, preClose }) => [
    tradingDay,
    time - end,
    volume,
    last,
    open,
    preClose,
  ]);
  assert.deepEqual(figures, [
    ["20260302", -300, 1, 5, 5, NaN],
    ["20260302", -100, 3, 6, 5, NaN],
    ["20260303", 50, 4, 7, 7, 6],
  ]);
});

test("a feed's reference figures stand in derived snapshots until the next day", () => {
  const { sink, snapshots } = openMarket();
  sink.reference("a", { time: MIDNIGHT, preClose: 4, preSettlement: 5, upperLimit: 6, lowerLimit: 3 });
  assert.equal(snapshots.length, 0);
  sink.trade(sampleTrade("a", MIDNIGHT + 1, 5, 1));
  sink.trade(sampleTrade("a", MIDNIGHT + DAY, 5, 1));
  const figures = snapshots.map(({ preClose, preSettlement, upperLimit, lowerLimit }) => [
    preClose,
    preSettlement,
    upperLimit,
    lowerLimit,
  ]);
  assert.deepEqual(figures, [
    [4, 5, 6, 3],
    [5, NaN, NaN, NaN],
  ]);
});

const numbered = (seq: number, ms: number) => ({ ...sampleTrade("a", MIDNIGHT + ms, 5, 1), seq });
const whole = (volume: number) => ({
  time: MIDNIGHT + 100,
  preClose: 4,
  preSettlement: NaN,
  upperLimit: NaN,
  lowerLimit: NaN,
  today: { open: 2, high: 9, low: 1, last: 5, volume, turnover: 50 * volume },
});

test("what the upstream counts of the day completes it: nothing twice, whatever came twice, late or ahead of it", () => {
  const { sink, snapshots } = openMarket();
  for (const seq of [7, 8, 8, 9, 8]) sink.trade(numbered(seq, seq));
  for (const volume of [10, 10, 6]) sink.reference("a", whole(volume));
  sink.trade(numbered(10, 600));
  const { open, high, low, last, volume, turnover, preClose } = snapshots.at(-1)!;
  assert.deepEqual([open, high, low, last, volume, turnover, preClose], [2, 9, 1, 5, 11, 550, 4]);
});
