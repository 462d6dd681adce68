import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Instrument } from "@tickwire/protocol/model";
import { sampleInstrument } from "../../../../test/support/core-stage.ts";
import { InstrumentSearch, MAX_SEARCH_RESULTS } from "./search.ts";

/** Initials of exactly the syllables that the tests use. */
const SYLLABLES: Readonly<Record<string, string>> = { 螺: "l", 纹: "w", 钢: "g", 热: "r", 卷: "j", 板: "b", 线: "x" };
const initialsOf = (text: string): string => [...text].map((letter) => SYLLABLES[letter] ?? letter).join("");

function makeSearch(...rows: readonly (readonly [id: string, name: string])[]): InstrumentSearch {
  const search = new InstrumentSearch(initialsOf);
  for (const [id, name] of rows) search.instrument({ ...sampleInstrument(id), name });
  return search;
}

const ids = (found: readonly Instrument[]): string[] => found.map(({ id }) => id);

const STEEL = makeSearch(
  ["rb2610", "螺纹钢2610"],
  ["rb2605", "螺纹钢2605"],
  ["hc2605", "热卷板2605"],
  ["wr2605", "线材2605"],
  ["LWG", "Loss Wages Group"],
  ["ALWG.US", "A Lwg"],
  ["700.HK", "腾讯控股"],
);

test("finds by code, name and initials, in any case and width", () => {
  for (const [query, expected] of [
    ["rb2605", ["rb2605"]],
    ["RB26", ["rb2605", "rb2610"]],
    ["ｒｂ２６０５", ["rb2605"]],
    ["螺纹", ["rb2605", "rb2610"]],
    ["纹钢", ["rb2605", "rb2610"]],
    ["rjb", ["hc2605"]],
    ["wg2605", ["rb2605"]],
    ["腾讯", ["700.HK"]],
    ["700", ["700.HK"]],
    ["nothing", []],
    ["", []],
    ["  ", []],
  ] as const)
    assert.deepEqual(ids(STEEL.search(query, 10)), expected, query);
});

test("whole before beginning before part; code before name before initials", () => {
  assert.deepEqual(ids(STEEL.search("lwg", 10)), ["LWG", "rb2605", "rb2610", "ALWG.US"]);
});

test("every word must be found", () => {
  assert.deepEqual(ids(STEEL.search("螺纹 2610", 10)), ["rb2610"]);
  assert.deepEqual(ids(STEEL.search("2605 rb", 10)), ["rb2605"]);
  assert.deepEqual(ids(STEEL.search("螺纹 700", 10)), []);
});

test("results are bounded by the limit, by the most there may be, and by who asks", () => {
  assert.deepEqual(ids(STEEL.search("2605", 2)), ["hc2605", "rb2605"]);
  assert.deepEqual(ids(STEEL.search("26", 10, ({ id }) => id !== "rb2605")), ["hc2605", "rb2610", "wr2605"]);
  const many = makeSearch(...Array.from({ length: 300 }, (_, i) => [`x${i}`, "many"] as const));
  assert.equal(many.search("x", 1_000).length, MAX_SEARCH_RESULTS);
});

test("an instrument that is announced again is found under its new name only", () => {
  const search = makeSearch(["a", "螺纹"]);
  assert.deepEqual(ids(search.search("lw", 5)), ["a"]);
  search.instrument({ ...sampleInstrument("a"), name: "热卷" });
  assert.deepEqual([ids(search.search("lw", 5)), ids(search.search("rj", 5))], [[], ["a"]]);
});

test("every part of a code or name is found, whatever is asked nothing throws, and the order never depends on the arrival", () => {
  const rows = ["rb2605", "hc2605", "BTCUSDT", "EURUSD", "USDJPY", "700.HK"].map((id) => [id, `${id} 螺纹`] as const);
  fc.assert(
    fc.property(
      fc.shuffledSubarray(rows, { minLength: rows.length }),
      fc.string({ unit: "binary" }),
      fc.nat(5),
      fc.integer({ min: 1, max: 6 }),
      (shuffled, text, start, length) => {
        const search = makeSearch(...shuffled);
        for (const [id] of rows) {
          const part = id.slice(start, start + length);
          if (part !== "") assert.ok(ids(search.search(part, 100)).includes(id), `${id} by ${part}`);
          assert.deepEqual(ids(search.search(part, 100)), ids(makeSearch(...rows).search(part, 100)));
        }
        search.search(text, 100);
      },
    ),
    { numRuns: 30 },
  );
});
