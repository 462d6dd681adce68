import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeFrames } from "./frames.ts";
import { readTradeFrame } from "./trade-frame.ts";

const digits = (most: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{1,${most}}$`));
const decimal = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(digits(9), digits(6)).map(([whole, fraction]) => `${whole}.${fraction}`) },
  { weight: 1, arbitrary: digits(18) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "-1.5", "1e3", ".5", "5.", "1.2.3", "0.1", "84160.55", "9007199254740993.5", "null"),
  },
);
const whole = fc.oneof(
  { weight: 12, arbitrary: fc.nat({ max: 2 ** 31 - 1 }).map(String) },
  { weight: 6, arbitrary: fc.constantFrom("1786012345123", "1786012345") },
  { weight: 3, arbitrary: fc.nat({ max: 2 ** 31 - 1 }).map((value) => `"${value}"`) },
  { weight: 1, arbitrary: fc.constantFrom('"01"', '"7', '""', '"1.5"', "01", "-1", "1.5", "") },
);
const code = fc.oneof(
  fc.constantFrom("BTCUSDT", "700.HK", "螺纹", ""),
  fc.string({ maxLength: 6 }),
  fc.constant('a\\"b'),
);

function frame(
  id: string,
  [seq, time, direction]: readonly string[],
  [price, volume, turnover]: readonly string[],
): string {
  return (
    `{"cmd_id":22998,"data":{"code":"${id}","seq":${seq},"tick_time":${time},"price":"${price}",` +
    `"volume":"${volume}","turnover":"${turnover}","trade_direction":${direction}}}`
  );
}

test("what it reads is what decodeFrames reads, and whatever it cannot read it leaves alone", () => {
  const direction = fc.oneof({ weight: 9, arbitrary: fc.constantFrom("0", "1", "2") }, { weight: 1, arbitrary: whole });
  const numbersOf = fc.tuple(whole, whole, direction);
  const garbage = fc.tuple(fc.nat({ max: 200 }), fc.string({ maxLength: 2 }));
  let read = 0;
  fc.assert(
    fc.property(
      code,
      numbersOf,
      fc.tuple(decimal, decimal, decimal),
      fc.option(garbage),
      (id, numbers, decimals, noise) => {
        const clean = frame(id, numbers, decimals);
        const text = noise === null ? clean : clean.slice(0, noise[0]) + noise[1] + clean.slice(noise[0] + 1);
        const trade = readTradeFrame(text);
        if (trade === undefined) return;
        read++;
        assert.deepEqual(decodeFrames(text), [{ kind: "trade", trade }]);
      },
    ),
    { numRuns: 2_000 },
  );
  assert.ok(read > 100, `${read} were read`);
});

test("an ordinary push is read, of today and of older services", () => {
  for (const numbers of [
    ["48210771", "1786012345123", "1"],
    ['"48210771"', '"1786012345123"', "1"],
  ]) {
    assert.deepEqual(readTradeFrame(frame("BTCUSDT", numbers, ["84160.55", "0.01320", "1110.919260"])), {
      id: "BTCUSDT",
      seq: 48_210_771,
      time: 1_786_012_345_123,
      price: 84_160.55,
      volume: 0.0132,
      turnover: 1_110.91926,
      direction: 1,
    });
  }
});
