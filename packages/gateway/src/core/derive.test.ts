import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_SIDE, sameSide } from "@tickwire/protocol/model";
import fc from "fast-check";
import { tradeBetween } from "./derive.ts";
import { sampleInstrument, sampleSnapshot } from "../../../../test/support/core-stage.ts";

const instrument = sampleInstrument("a");
const quote = { bids: { prices: [99], volumes: [1] }, asks: { prices: [101], volumes: [1] } };

function derive(before: Parameters<typeof sampleSnapshot>[0], after: Parameters<typeof sampleSnapshot>[0]) {
  const strange: string[] = [];
  const trade = tradeBetween(sampleSnapshot(before), sampleSnapshot(after), instrument, (cause) => strange.push(cause));
  return { trade, strange };
}

test("a trade is the difference of the cumulative figures, at the last price and the later time", () => {
  const { trade, strange } = derive(
    { id: "a", time: 1, last: 100, volume: 5, turnover: 5000 },
    { id: "a", time: 2, last: 100, volume: 8, turnover: 8010 },
  );
  assert.deepEqual(trade, { id: "a", seq: 0, time: 2, price: 100, volume: 3, turnover: 3010, direction: 0 });
  assert.deepEqual(strange, []);
});

test("a new trading day counts from zero", () => {
  const { trade, strange } = derive(
    { id: "a", time: 1, last: 100, volume: 500, turnover: 500_000 },
    { id: "a", time: 2, tradingDay: "20260303", last: 100, volume: 8, turnover: 8000 },
  );
  assert.equal(trade?.volume, 8);
  assert.equal(trade?.turnover, 8000);
  assert.deepEqual(strange, []);
});

test("nothing traded, nothing derived; a volume that went back is told", () => {
  const five = { id: "a", time: 1, last: 100, volume: 5, turnover: 5000 };
  assert.deepEqual(derive(five, { ...five, time: 2 }), { trade: undefined, strange: [] });
  assert.deepEqual(derive(five, { ...five, time: 2, volume: 4 }), { trade: undefined, strange: ["volume-back"] });
});

test("where turnover is unknown or went back, price times volume stands in; only the latter is strange", () => {
  const before = { id: "a", time: 1, last: 100, volume: 5 };
  const after = { id: "a", time: 2, last: 100, volume: 7 };
  for (const [from, to, strange] of [
    [NaN, NaN, []],
    [5000, NaN, []],
    [5000, 4990, ["turnover-back"]],
    [5000, 5000, ["turnover-back"]],
  ] as const) {
    const derived = derive({ ...before, turnover: from }, { ...after, turnover: to });
    assert.equal(derived.trade?.turnover, 2000);
    assert.deepEqual(derived.strange, strange);
  }
});

test("the quote before the trade tells who crossed, then the quote after it", () => {
  const sides: readonly [number, object, object, number][] = [
    [101, quote, {}, 1],
    [99, quote, {}, 2],
    [100, quote, {}, 0],
    [100, quote, { asks: { prices: [100], volumes: [1] } }, 1],
    [100, quote, { bids: { prices: [100], volumes: [1] } }, 2],
    [101, {}, quote, 1],
    [100, {}, {}, 0],
    [101, { bids: quote.bids }, {}, 0],
    [99, { bids: quote.bids }, {}, 2],
  ];
  for (const [last, before, after, direction] of sides) {
    const { trade } = derive(
      { id: "a", time: 1, last: 100, ...before },
      { id: "a", time: 2, last, volume: 1, turnover: 1, ...after },
    );
    assert.equal(trade?.direction, direction, JSON.stringify({ last, before, after }));
  }
});

test("sides are the same exactly when their levels are", () => {
  const side = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })), { maxLength: 3 })
    .map((levels) => ({ prices: levels.map(([price]) => price), volumes: levels.map(([, volume]) => volume) }));
  fc.assert(fc.property(side, side, (a, b) => sameSide(a, b) === (JSON.stringify(a) === JSON.stringify(b))));
  assert.ok(sameSide(EMPTY_SIDE, { prices: [], volumes: [] }));
});
