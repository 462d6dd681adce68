import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PriceGrid } from "./price-grid.ts";

/** Steps of catalogues and of instruments that upstreams announce, as decimal texts. */
const TICKS = ["1", "0.2", "0.5", "0.02", "0.05", "0.005", "0.002", "5", "10", "50", "0.01", "0.0001", "0.00001"];
const ODD_TICKS = ["2.5", "0.25", "0.0025", "1.5", "0.3", "0.00000001", "12.5"];
const anyTick = fc.constantFrom(...TICKS, ...ODD_TICKS);
const anySteps = fc.integer({ min: -10_000_000, max: 100_000_000 });

/** The decimal text of so many steps, by whole numbers alone. */
function textOf(tick: string, steps: number): string {
  const decimals = tick.split(".")[1]?.length ?? 0;
  const digits = BigInt(tick.replace(".", "")) * BigInt(Math.abs(steps));
  const text = String(digits).padStart(decimals + 1, "0");
  const at = text.length - decimals;
  return `${steps < 0 ? "-" : ""}${text.slice(0, at)}.${text.slice(at)}0`;
}

test("the price of a step is the double of its decimal text, and finds back", () => {
  const check = fc.property(anyTick, anySteps, (tick, steps) => {
    const grid = new PriceGrid(Number(tick));
    const price = grid.price(steps);
    assert.equal(price, Number(textOf(tick, steps)));
    assert.equal(grid.steps(price), steps);
    assert.ok(grid.holds(price) && grid.holds(price * (1 + Number.EPSILON)));
    assert.equal(grid.nearest(price), price);
  });
  fc.assert(check, { numRuns: 2_000 });
});

test("the nearest price is at most half a step away, and a price between two steps is held by none", () => {
  const part = fc.double({ min: 0.001, max: 0.999, noNaN: true });
  const check = fc.property(anyTick, fc.nat(1_000_000), part, (tick, steps, share) => {
    const step = Number(tick);
    const grid = new PriceGrid(step);
    const price = (steps + share) * step;
    assert.ok(Math.abs(grid.nearest(price) - price) <= (0.5 + 1e-6) * step);
    assert.ok(!grid.holds(price));
  });
  fc.assert(check);
});

test("order of prices is order of steps; no price has no step", () => {
  const check = fc.property(anyTick, anySteps, anySteps, (tick, a, b) => {
    const grid = new PriceGrid(Number(tick));
    assert.equal(Math.sign(grid.price(a) - grid.price(b)), Math.sign(a - b));
  });
  fc.assert(check);
  const grid = new PriceGrid(0.2);
  assert.ok(Number.isNaN(grid.price(NaN)) && Number.isNaN(grid.steps(NaN)) && !grid.holds(NaN));
});

test("a step is a fraction in lowest terms", () => {
  const fractions = ["0.02", "2.5", "5", "0.3", "0.00000001"].map((tick) => {
    const { numerator, denominator } = new PriceGrid(Number(tick));
    return [numerator, denominator];
  });
  assert.deepEqual(fractions, [
    [1, 50],
    [5, 2],
    [5, 1],
    [3, 10],
    [1, 100_000_000],
  ]);
});
