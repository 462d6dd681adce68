import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_KLINES } from "@tickwire/protocol/alltick";
import type { Kline } from "@tickwire/protocol/model";
import { isNewBar, readKlines } from "./kline-history.ts";

function bar(time: number, more: Partial<Kline> = {}): Kline {
  const figures = { open: 1, high: 1, low: 1, close: 1, volume: 1, turnover: 1, openInterest: NaN };
  return { id: "A", period: "1m", time, ...figures, closed: false, revised: false, gap: false, ...more };
}

test("any range of any series is read whole, in order, each bar once, in no more questions than pages", async () => {
  const times = fc
    .uniqueArray(fc.nat({ max: 5_000 }), { maxLength: 2_000 })
    .map((list) => list.toSorted((a, b) => a - b));
  const counts = fc.option(fc.integer({ min: 1, max: 600 }));
  await fc.assert(
    fc.asyncProperty(
      times,
      fc.option(fc.nat({ max: 5_000 })),
      fc.nat({ max: 6_000 }),
      counts,
      async (list, from, to, count) => {
        let asked = 0;
        const ask = async (limit: number, end: number): Promise<Kline[]> => {
          asked++;
          return list
            .filter((time) => time <= end)
            .slice(-limit)
            .map((time) => bar(time));
        };
        const read = await readKlines(ask, from ?? undefined, to, count ?? undefined);
        const until = list.filter((time) => time <= to);
        const wanted =
          from === null
            ? until.slice(-Math.min(MAX_KLINES, count ?? MAX_KLINES))
            : until.filter((time) => time >= from);
        assert.deepEqual(
          read.map(({ time }) => time),
          wanted,
        );
        assert.ok(asked <= Math.ceil(wanted.length / MAX_KLINES) + 1);
      },
    ),
    { numRuns: 50 },
  );
});

test("a service that does not look at the end is not asked for ever", async () => {
  let asked = 0;
  const read = await readKlines(
    async () => {
      asked++;
      return [bar(60), bar(120)];
    },
    0,
    Infinity,
  );
  assert.deepEqual([read.map(({ time }) => time), asked], [[60, 120], 2]);
});

test("a bar is news when it is later, further, closed or revised; never when it is an older state", () => {
  const newest = bar(60, { volume: 5 });
  const cases: readonly (readonly [Kline, Kline | undefined, boolean])[] = [
    [bar(60), undefined, true],
    [bar(120), newest, true],
    [bar(0), newest, false],
    [bar(0, { closed: true, revised: true }), newest, true],
    [bar(60, { volume: 6 }), newest, true],
    [bar(60, { volume: 4, close: 9 }), newest, false],
    [bar(60, { volume: 5 }), newest, false],
    [bar(60, { volume: 5, close: 2 }), newest, true],
    [bar(60, { volume: 5, closed: true }), newest, true],
    [bar(60, { volume: 6 }), bar(60, { closed: true }), false],
    [bar(60, { closed: true }), bar(60, { closed: true }), false],
  ];
  for (const [at, [one, before, news]] of cases.entries()) assert.equal(isNewBar(one, before), news, `case ${at}`);
});
