import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { affordable, charge, formatFen, lotValue, roundFen } from "./money.ts";

/** What so many lots cost at 10.4 each. */
const cost = (volume: number) => roundFen(volume * 10.4);

test("halves go away from zero, those that binary noise has made smaller, too", () => {
  assert.deepEqual([0.5, 1.5, 2.4999, -0.5, -1.5, -0.2].map(roundFen), [1, 2, 2, -1, -2, 0]);
  assert.ok(Object.is(roundFen(-0.2), 0));
  assert.equal(1.005 * 100, 100.49999999999999);
  assert.equal(roundFen(1.005 * 100), 101);
  assert.equal(roundFen(19742599.89 * 100), 1_974_259_989);
});

/** Ten million yuan. */
const EXACT_UP_TO = 1e9;

test("a charge up to ten million yuan is the exact one, rounded once", () => {
  const rates = fc.record({ money: fc.nat(300_000_000), lots: fc.nat(100_000) });
  const value = fc.integer({ min: 1, max: 200_000_000 });
  fc.assert(
    fc.property(rates, value, fc.integer({ min: 1, max: 100 }), ({ money, lots }, worth, volume) => {
      const share = Math.trunc(money / 1000) / 1e6;
      const exact =
        BigInt(worth) * BigInt(volume) * BigInt(Math.trunc(money / 1000)) + BigInt(volume * lots) * 1_000_000n;
      const rounded = Number((exact * 2n + 1_000_000n) / 2_000_000n);
      fc.pre(rounded <= EXACT_UP_TO);
      assert.equal(charge({ byMoney: share, byVolume: lots / 100 }, worth, volume), rounded);
    }),
    { numRuns: 2000 },
  );
});

test("what one lot is worth", () => {
  assert.equal(lotValue(562.34, 1000), 56_234_000);
  assert.equal(lotValue(4123.2, 300), 123_696_000);
  assert.equal(lotValue(102.005, 10_000), 102_005_000);
});

test("the most that money pays for", () => {
  assert.equal(affordable(104, 10.4, cost, 9), 10);
  assert.equal(affordable(103, 10.4, cost, 9), 9);
  assert.equal(affordable(10, 10.4, cost, 9), 1);
  assert.deepEqual([affordable(0, 10.4, cost, 9), affordable(-1, 10.4, cost, 9), affordable(5, 0, cost, 9)], [0, 0, 9]);
});

test("money as text", () => {
  assert.deepEqual([0, 5, 123_456, -7, -12_300].map(formatFen), ["0.00", "0.05", "1234.56", "-0.07", "-123.00"]);
});
