import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { futureOf, listedFutures, profileOf, securities } from "@tickwire/protocol/catalog";
import { characterOf } from "./curve.ts";
import { Drift } from "./drift.ts";
import { Grid } from "./grid.ts";
import { makePace } from "./pace.ts";
import { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};
const many = (draw: () => number, count = 40_000): number[] => Array.from({ length: count }, draw);

const first = (seed: number, name: string): number => new Random(seed, name).bits();
const level = (id: string): number => characterOf(futureOf(id)!, 1)!.level;
const share = (id: string): number => characterOf(futureOf(id)!, 1)!.dailyVolume;

test("random streams have their distributions, and differ by seed and name", () => {
  const random = new Random(1, "rb2605");
  const uniform = many(() => random.uniform());
  assert.ok(Math.abs(mean(uniform) - 0.5) < 0.01 && Math.abs(deviation(uniform) - Math.sqrt(1 / 12)) < 0.01);
  assert.ok(uniform.every((value) => value > 0 && value < 1));
  const normal = many(() => random.normal());
  assert.ok(Math.abs(mean(normal)) < 0.02 && Math.abs(deviation(normal) - 1) < 0.02);
  assert.ok(normal.every((value) => Math.abs(value) < 3.5));
  const exponential = many(() => random.exponential());
  assert.ok(Math.abs(mean(exponential) - 1) < 0.03 && Math.abs(deviation(exponential) - 1) < 0.05);
  const firsts = new Set<number>();
  for (let seed = 0; seed < 100; seed++)
    for (const name of ["", "a", "rb2605", "rb2606"]) firsts.add(first(seed, name));
  assert.equal(firsts.size, 400);
  assert.equal(first(3, "x"), first(3, "x"));
});

test("neighbouring streams are not correlated", () => {
  const a = new Random(1, "rb2605");
  const b = new Random(1, "rb2606");
  assert.ok(Math.abs(mean(many(() => a.normal() * b.normal()))) < 0.02);
});

test("the schedule yields entries by due time, equal ones as they were added", () => {
  const moves = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 }), moves, (dues, gaps) => {
      const schedule = new Schedule<number>();
      const model = dues.map((due, item) => ({ due, item }));
      for (const { due, item } of model) schedule.add(due, item);
      for (const gap of gaps) {
        model.sort((x, y) => x.due - y.due || x.item - y.item);
        assert.deepEqual([schedule.due, schedule.next], [model[0]!.due, model[0]!.item]);
        model[0]!.due += gap;
        schedule.postpone(schedule.due + gap);
      }
    }),
  );
  assert.equal(new Schedule<number>().due, Infinity);
});

test("prices on a grid are the doubles of their decimals", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("au2606", "IF2603", "TS2603", "i2605", "rb2605", "lc2605"),
      fc.nat(200_000),
      (id, steps) => {
        const instrument = futureOf(id)!;
        const grid = new Grid(instrument);
        const price = grid.price(steps);
        assert.equal(Number(price.toFixed(instrument.priceDecimals)), price);
        assert.equal(grid.steps(price), steps);
        assert.ok(Math.abs(grid.money(steps * 7) - price * 7 * instrument.multiplier) <= 1e-9 * grid.money(steps * 7));
      },
    ),
  );
});

test("the path of a product stays near its level and does not depend on when it is asked", () => {
  const often = new Drift(new Random(5, "path"), 0.01, 0);
  const seldom = new Drift(new Random(5, "path"), 0.01, 0);
  const logs: number[] = [];
  for (let time = 0; time <= 40_000_000; time += 1_000) {
    const factor = often.factorAt(time);
    logs.push(Math.log(factor));
    if (time % 777_000 === 0) assert.equal(seldom.factorAt(time), factor);
  }
  assert.ok(logs.every((log) => Math.abs(log) < 0.05));
  assert.ok(deviation(logs) > 0.001, "and moves");
});

test("a pace has the rate that was asked for, in CTP's half seconds where they can hold it", () => {
  for (const [rate, future, slots] of [
    [0.1, true, true],
    [1, true, true],
    [2, true, true],
    [5, true, false],
    [1, false, false],
    [1_000, false, false],
  ] as const) {
    const pace = makePace(new Random(9, `${rate}`), rate, future);
    const gaps = many(() => pace.gap());
    assert.ok(Math.abs(mean(gaps) * rate - 1_000) < 30, `${rate}: ${mean(gaps)}`);
    assert.ok(gaps.every((gap) => (slots ? gap % 500 === 0 && gap > 0 : gap > 0)));
    assert.equal(pace.stamp(1_234_567, 1_234_600), slots ? 1_234_500 : 1_234_600);
    assert.ok(pace.first(1_234_567) > 0);
    assert.equal(pace.pause(501), slots ? 1_000 : 501);
  }
});

test("every instrument of the catalogue has a character near its profile; the curve of a product is smooth", () => {
  for (const instrument of [...listedFutures(), ...securities()]) {
    const character = characterOf(instrument, 1)!;
    const { price, dailyVolume } = profileOf(instrument)!;
    assert.ok(Math.abs(character.level / price - 1) < 0.08, instrument.id);
    assert.ok(character.dailyVolume <= dailyVolume);
  }
  assert.ok(Math.abs(level("rb2605") / level("rb2606") - 1) <= 0.004);
  assert.ok(share("rb2605") > 5 * share("rb2606") && share("rb2605") > share("rb2601"));
  assert.equal(characterOf({ ...futureOf("rb2605")!, id: "zz2605", product: "zz" }, 1), undefined);
});
