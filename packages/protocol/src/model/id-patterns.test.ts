import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isPattern, makeIdFilter, readIdPatterns } from "./id-patterns.ts";

test("filters take ids and patterns with one star", () => {
  const accepts = makeIdFilter(["rb*", "*.HK", "a*a", "BTCUSDT"]);
  for (const id of ["rb", "rb2605", "700.HK", "aa", "a1a", "BTCUSDT"]) assert.equal(accepts(id), true, id);
  for (const id of ["RB2605", "700.HKD", "a", "BTCUSD", "xBTCUSDT", ""]) assert.equal(accepts(id), false, id);
  assert.equal(makeIdFilter([])("anything"), true);
});

test("a pattern accepts exactly what a regular expression of it does", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 5 });
  fc.assert(
    fc.property(text, text, fc.boolean(), text, (head, tail, star, id) => {
      const entry = star ? `${head}*${tail}` : `${head}${tail}`;
      const expression = new RegExp(`^${entry.replaceAll(".", "\\.").replace("*", ".*")}$`);
      assert.equal(isPattern(entry), star);
      assert.equal(makeIdFilter([entry])(id), expression.test(id));
    }),
  );
});

test("lists are read by commas, and refused where an entry says nothing or too much", () => {
  assert.deepEqual(readIdPatterns(" rb*, 700.HK ,*.US"), ["rb*", "700.HK", "*.US"]);
  assert.deepEqual(readIdPatterns("rb*,*"), [], "a star alone is every id");
  for (const bad of ["", "a,,b", "a,", "a*b*", "**"]) assert.equal(readIdPatterns(bad), undefined, bad);
});
