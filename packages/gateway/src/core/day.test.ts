import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_SIDE } from "@tickwire/protocol/model";
import fc from "fast-check";
import { DayBuilder } from "./day.ts";
import { MIDNIGHT, sampleBook, sampleInstrument, sampleTrade } from "../../../../test/support/core-stage.ts";

const DAY = 86_400_000;
const instrument = sampleInstrument("a");
const trades = fc.array(fc.record({ price: fc.integer({ min: 1, max: 50 }), volume: fc.integer({ min: 1, max: 9 }) }), {
  minLength: 1,
  maxLength: 20,
});

test("a day is what its trades say", () => {
  fc.assert(
    fc.property(trades, (list) => {
      const day = new DayBuilder(instrument, MIDNIGHT);
      list.forEach(({ price, volume }, index) => day.addTrade(sampleTrade("a", MIDNIGHT + index, price, volume)));
      const prices = list.map(({ price }) => price);
      const volume = list.reduce((sum, one) => sum + one.volume, 0);
      const turnover = list.reduce((sum, one) => sum + one.price * one.volume * 10, 0);
      const { open, high, low, last, average, ...rest } = day.snapshot();
      assert.deepEqual(
        { open, high, low, last },
        { open: prices[0], high: Math.max(...prices), low: Math.min(...prices), last: prices.at(-1) },
      );
      assert.deepEqual({ volume: rest.volume, turnover: rest.turnover }, { volume, turnover });
      assert.equal(average, turnover / volume / 10);
      assert.equal(rest.time, MIDNIGHT + list.length - 1);
      assert.deepEqual([rest.tradingDay, rest.actionDay], ["20260302", "20260302"]);
    }),
  );
});

test("before the first trade there are no prices, but volume and turnover are 0", () => {
  const { open, last, average, volume, turnover, bids } = new DayBuilder(instrument, MIDNIGHT).snapshot();
  assert.deepEqual([open, last, average, volume, turnover], [NaN, NaN, NaN, 0, 0]);
  assert.equal(bids, EMPTY_SIDE);
});

test("the next day begins from nothing but the last price and the book", () => {
  const day = new DayBuilder(instrument, MIDNIGHT);
  day.setReference({ time: MIDNIGHT, preClose: 8, preSettlement: 7, upperLimit: 9, lowerLimit: 5 });
  day.addTrade(sampleTrade("a", MIDNIGHT, 6, 2));
  day.setBook(sampleBook("a", MIDNIGHT + 1, 5, 6));
  assert.equal(day.snapshot().preClose, 8);
  day.rollTo(MIDNIGHT + DAY - 1);
  assert.equal(day.snapshot().volume, 2, "the day lasts to its last millisecond");
  day.rollTo(MIDNIGHT + DAY);
  const next = day.snapshot();
  assert.equal(next.tradingDay, "20260303");
  assert.deepEqual([next.preClose, next.preSettlement, next.upperLimit, next.lowerLimit], [6, NaN, NaN, NaN]);
  assert.deepEqual([next.open, next.high, next.low, next.volume, next.turnover], [NaN, NaN, NaN, 0, 0]);
  assert.deepEqual(next.bids.prices, [5]);
});

test("a day without trades leaves the previous close as it was", () => {
  const day = new DayBuilder(instrument, MIDNIGHT);
  day.setReference({ time: MIDNIGHT, preClose: 8, preSettlement: NaN, upperLimit: NaN, lowerLimit: NaN });
  day.rollTo(MIDNIGHT + DAY);
  assert.equal(day.snapshot().preClose, 8);
});

test("a trade of a day that is over changes nothing", () => {
  const day = new DayBuilder(instrument, MIDNIGHT);
  day.addTrade(sampleTrade("a", MIDNIGHT, 6, 2));
  const before = day.snapshot();
  day.addTrade(sampleTrade("a", MIDNIGHT - 1, 9, 5));
  assert.deepEqual(day.snapshot(), before);
});

test("figures of another day than the one under way are not taken", () => {
  const day = new DayBuilder(instrument, MIDNIGHT);
  day.setReference({ time: MIDNIGHT - 1, preClose: 8, preSettlement: 8, upperLimit: 9, lowerLimit: 7 });
  assert.equal(day.snapshot().preClose, NaN);
});
