import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readPrice, readQuantity, readVolume, wireNumber } from "./numbers.ts";

const DBL_MAX = Number.MAX_VALUE;

test("a decimal that was meant comes out as it was meant, whatever noise it carries", () => {
  const decimal = fc.tuple(
    fc.integer({ min: -1e12, max: 1e12 }),
    fc.integer({ min: 0, max: 8 }),
    fc.integer({ min: -3, max: 3 }),
  );
  fc.assert(
    fc.property(decimal, ([scaled, decimals, ulps]) => {
      const meant = scaled / 10 ** decimals;
      const noisy = meant * (1 + ulps * Number.EPSILON);
      assert.equal(`${wireNumber(noisy, decimals)}`, `${meant}`);
    }),
  );
});

test("known noise goes away", () => {
  assert.equal(`${wireNumber(962.1800000000001, 2)}`, "962.18");
  assert.equal(`${wireNumber(0.1 + 0.2, 8)}`, "0.3");
  assert.equal(`${wireNumber(123456789012.34567, 8)}`, "123456789012.346");
});

test("what is not available is 0, and so is nothing else", () => {
  for (const none of [NaN, Infinity, -Infinity, DBL_MAX, -DBL_MAX, 1e300]) assert.equal(wireNumber(none, 4), 0);
  assert.equal(wireNumber(1e18, 2), 1e18);
  assert.equal(`${wireNumber(-0.001, 2)}`, "0");
});

test("everything written is a JSON number", () => {
  fc.assert(
    fc.property(fc.double(), fc.integer({ min: 0, max: 12 }), (value, decimals) => {
      assert.equal(typeof JSON.parse(`${wireNumber(value, decimals)}`), "number");
    }),
  );
});

test("marks for none are read as NaN; a price of 0 too, a volume as 0", () => {
  for (const none of [
    DBL_MAX,
    1.79769e308,
    "1.79769e+308",
    Infinity,
    NaN,
    null,
    undefined,
    "",
    " ",
    "N/A",
    {},
    [],
    true,
  ]) {
    assert.deepEqual([readQuantity(none), readPrice(none), readVolume(none)], [NaN, NaN, 0]);
  }
  assert.deepEqual(
    [readQuantity(0), readPrice(0), readPrice("0.00"), readPrice("-12.5"), readVolume(7)],
    [0, NaN, NaN, -12.5, 7],
  );
});
