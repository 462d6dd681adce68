import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BTCUSDT, makeSnapshot, RB2605 } from "../../../../test/support/samples.ts";
import { tickerBase, tickerOf } from "./ticker.ts";

const KNOWN = { last: 3535, preSettlement: 3500, preClose: 3400, open: 3490, high: 3540, low: 3480 };

test("a future's change is counted from the settlement, everything else's from the close of the day before", () => {
  const future = tickerOf(RB2605, makeSnapshot("rb2605", KNOWN));
  assert.deepEqual([future.base, future.change, future.changePercent], [3500, 35, 1]);
  const coin = tickerOf(BTCUSDT, makeSnapshot("BTCUSDT", KNOWN));
  assert.deepEqual([coin.base, coin.change], [3400, 135]);
  for (const kind of ["stock", "index", "forex", "metal", "energy", "commodity", "cfd-index"] as const)
    assert.equal(tickerBase(kind, makeSnapshot("x", KNOWN)), 3400, kind);
});

test("the day's figures and the best quotes come over as they are; open interest is of futures", () => {
  const { volume, turnover, open, high, low, openInterest, bid, bidVolume, ask, askVolume } = tickerOf(
    RB2605,
    makeSnapshot("rb2605", KNOWN),
  );
  assert.deepEqual([volume, turnover, open, high, low], [12345, 432_125_000, 3490, 3540, 3480]);
  assert.deepEqual([openInterest, bid, bidVolume, ask, askVolume], [234_567, 3499, 100, NaN, NaN]);
  assert.equal(tickerOf(BTCUSDT, makeSnapshot("BTCUSDT", KNOWN)).openInterest, NaN);
});

test("without a last price or a base there is no change", () => {
  for (const missing of [{ last: NaN }, { preSettlement: NaN }]) {
    const { change, changePercent } = tickerOf(RB2605, makeSnapshot("rb2605", { ...KNOWN, ...missing }));
    assert.deepEqual([change, changePercent], [NaN, NaN]);
  }
  assert.equal(tickerOf(RB2605, makeSnapshot("rb2605", { ...KNOWN, preSettlement: 0 })).changePercent, NaN);
});

test("base plus change is the last price, and the percentage has the sign of the change", () => {
  const price = fc.integer({ min: -100_000, max: 100_000 });
  fc.assert(
    fc.property(price, price, (last, preSettlement) => {
      const { base, change, changePercent } = tickerOf(RB2605, makeSnapshot("rb2605", { last, preSettlement }));
      assert.equal(base + change, last);
      if (base !== 0) assert.equal(Math.sign(changePercent), Math.sign(change));
      if (base !== 0) assert.ok(Math.abs((changePercent * Math.abs(base)) / 100 - change) < 1e-6);
    }),
  );
});
