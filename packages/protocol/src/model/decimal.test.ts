import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decimalsOf, formatDecimal } from "./decimal.ts";

/** Decimal text made from digits alone, no floating point: `digits` with a point `places` from the right. */
function decimalText(digits: string, places: number, decimals: number): string {
  const padded = digits.padStart(places + 1, "0");
  const whole = padded.slice(0, padded.length - places).replace(/^0+(?=\d)/, "");
  const fraction = (places === 0 ? "" : padded.slice(-places)).padEnd(decimals, "0");
  return decimals === 0 ? whole : `${whole}.${fraction}`;
}

const digits15 = fc.array(fc.nat(9), { minLength: 1, maxLength: 15 }).map((digits) => digits.join(""));

test("every decimal of up to 15 digits comes back digit by digit", () => {
  const cases = fc.tuple(digits15, fc.nat(12), fc.nat(3), fc.boolean());
  fc.assert(
    fc.property(cases, ([digits, places, extra, negative]) => {
      const decimals = places + extra;
      const text = decimalText(digits, places, decimals);
      const expected = negative && /[1-9]/.test(text) ? `-${text}` : text;
      assert.equal(formatDecimal(Number(negative ? `-${text}` : text), decimals), expected);
    }),
    { numRuns: 3000 },
  );
});

test("arithmetic noise does not show", () => {
  assert.equal(formatDecimal(0.1 + 0.2, 6), "0.300000");
  assert.equal(formatDecimal(1.1 * 3, 15), "3.300000000000000");
  assert.equal(formatDecimal(1.0835 - 0.0001, 5), "1.08340");
  assert.equal(formatDecimal(84160.55 * 0.0132, 6), "1110.919260");
  assert.equal(formatDecimal(123456789012.12, 6), "123456789012.120000");
});

test("away from ties it agrees with toFixed", () => {
  const value = fc.double({ min: -1e8, max: 1e8, noNaN: true });
  fc.assert(
    fc.property(value, fc.nat(6), (number, decimals) => {
      const distance = Math.abs(((Math.abs(number) * 10 ** decimals) % 1) - 0.5);
      fc.pre(distance > 1e-6);
      const reference = number.toFixed(decimals);
      assert.equal(formatDecimal(number, decimals), /[1-9]/.test(reference) ? reference : reference.replace("-", ""));
    }),
    { numRuns: 2000 },
  );
});

test("whatever the double, the text is a plain decimal with the decimals asked for", () => {
  fc.assert(
    fc.property(fc.double(), fc.nat(15), (number, decimals) => {
      const text = formatDecimal(number, decimals);
      assert.match(text, decimals === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${decimals}}$`));
      assert.ok(!/^-[0.]*$/.test(text), text);
      assert.ok(!/^-?0\d/.test(text), text);
      if (Math.abs(number) < 1e21) {
        const tolerance = 0.5000001 * 10 ** -decimals + Math.abs(number) * 1e-14;
        assert.ok(Math.abs(Number(text) - number) <= tolerance, `${number} ${decimals} ${text}`);
      }
    }),
    { numRuns: 3000 },
  );
});

test("what is absent is zero, and zero has no sign", () => {
  for (const value of [NaN, Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE, 1e21, 0, -0, -0.0000001]) {
    assert.equal(formatDecimal(value, 6), "0.000000", String(value));
    assert.equal(formatDecimal(value, 0), "0", String(value));
  }
});

test("carries, edges and sizes", () => {
  assert.equal(formatDecimal(0.995, 2), "1.00");
  assert.equal(formatDecimal(9.9999999, 6), "10.000000");
  assert.equal(formatDecimal(2.5, 0), "3");
  assert.equal(formatDecimal(-2.5, 0), "-3");
  assert.equal(formatDecimal(-37.63, 2), "-37.63");
  assert.equal(formatDecimal(0.0000001234, 10), "0.0000001234");
  assert.equal(formatDecimal(2 ** 30, 2), "1073741824.00");
  assert.equal(formatDecimal(99999.99999999999, 10), "100000.0000000000");
  assert.equal(formatDecimal(5781920000000000, 6), "5781920000000000.000000");
  assert.equal(formatDecimal(2 ** 60, 2), "1152921504606846976.00");
});

test("decimals that no instrument has do not break it", () => {
  assert.equal(formatDecimal(1.5, -1), "0");
  assert.equal(formatDecimal(1.5, 16), "0");
  assert.equal(formatDecimal(1.5, 1.5), "0");
  assert.equal(formatDecimal(1.5, NaN), "0");
});

test("decimals of price steps", () => {
  const steps = [5, 1, 0.5, 0.2, 0.02, 0.005, 0.25, 1e-8, 0.1 + 0.2, 0, NaN, -1];
  assert.deepEqual(steps.map(decimalsOf), [0, 0, 1, 1, 2, 3, 2, 8, 1, 0, 0, 0]);
});
