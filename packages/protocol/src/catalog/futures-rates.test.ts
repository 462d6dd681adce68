import assert from "node:assert/strict";
import { test } from "node:test";
import { FUTURE_PRODUCTS, futureProductOf, futureRates } from "./mod.ts";

test("fees by turnover and by lot", () => {
  const rebar = futureRates(futureProductOf("rb")!);
  assert.deepEqual(rebar.openFee, { byMoney: 0.0001, byVolume: 0 });
  const gold = futureRates(futureProductOf("au")!);
  assert.deepEqual(gold.closeFee, { byMoney: 0, byVolume: 10 });
  assert.deepEqual(gold.closeTodayFee, { byMoney: 0, byVolume: 0 });
  const iron = futureRates(futureProductOf("i")!);
  assert.deepEqual([iron.closeFee.byMoney, iron.closeTodayFee.byMoney], [6e-5, 3e-5]);
});

test("every product has a margin on both sides, and a fee for opening", () => {
  for (const product of FUTURE_PRODUCTS) {
    const { longMargin, shortMargin, openFee } = futureRates(product);
    assert.equal(longMargin.byMoney, product.marginRatio, product.id);
    assert.deepEqual(shortMargin, longMargin, product.id);
    assert.ok(openFee.byMoney > 0 || openFee.byVolume > 0, product.id);
  }
});

test("a product whose fee is not known costs a ten-thousandth", () => {
  const { commission: _, ...unknown } = futureProductOf("rb")!;
  const usual = { byMoney: 0.0001, byVolume: 0 };
  const { openFee, closeFee, closeTodayFee } = futureRates(unknown);
  assert.deepEqual([openFee, closeFee, closeTodayFee], [usual, usual, usual]);
});
