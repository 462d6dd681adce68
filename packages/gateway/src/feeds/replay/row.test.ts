import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_COLUMNS, Row, splitLine } from "./row.ts";

function parse(line: string): { row: Row; count: number } {
  const row = new Row();
  // Neighbours on both sides: a row must not read beyond its line.
  const bytes = Buffer.from(`9,9"${line}"9,9`);
  return { row, count: row.parse(bytes, 4, bytes.length - 4) };
}

test("a line is taken apart at its commas, quoted or not", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["a,b,c", ["a", "b", "c"]],
    ["a,,", ["a", "", ""]],
    [",", ["", ""]],
    ['"a","b,c",""', ["a", "b,c", ""]],
    ['"say ""so""",1', ['say "so"', "1"]],
    [' a ,"b "', ["a", "b"]],
  ];
  for (const [line, fields] of cases) assert.deepEqual(splitLine(line), fields, line);
});

test("fields come back as they were written, however they are quoted", () => {
  const field = fc.string({ unit: fc.constantFrom("a", "0", ".", ",", '"', "合") }).map((text) => text.trim());
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 8 }), (fields) => {
      assert.deepEqual(splitLine(fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(",")), fields);
    }),
  );
});

test("broken quotes and too many columns are no row", () => {
  for (const line of ['"a,b', '"a"b,c', 'a,"']) assert.equal(parse(line).count, 0, line);
  assert.equal(parse(",".repeat(MAX_COLUMNS - 1)).count, MAX_COLUMNS);
  assert.equal(parse(",".repeat(MAX_COLUMNS)).count, 0);
});

test("numbers are read as JavaScript reads them", () => {
  const double = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e200, max: 1e200 }).map(String);
  const decimal = fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, rest]) => `${whole}.${rest}`);
  fc.assert(
    fc.property(fc.oneof(double, decimal), fc.constantFrom("", '"', " "), (text, around) => {
      const { row } = parse(`1,${around}${text}${around},2`);
      assert.equal(row.number(1), Number(text) + 0);
      assert.equal(row.garbage, false);
    }),
  );
});

test("what is not available is NaN, in every spelling", () => {
  for (const text of [
    "",
    "N/A",
    "nan",
    "null",
    "1.79769e+308",
    "1.7976931348623157e308",
    "-1.7976931348623157E+308",
    "Infinity",
  ]) {
    const { row } = parse(`1,${text},2`);
    assert.ok(Number.isNaN(row.number(1)), text);
    assert.equal(row.garbage, false, text);
  }
  const { row } = parse("1,2");
  assert.ok(Number.isNaN(row.number(-1)) && Number.isNaN(row.number(2)));
  assert.equal(row.text(-1), "");
});

test("what is neither a number nor a mark for none is garbage", () => {
  for (const text of ["12a5", "1.2.3", "-", "N/B", "--5", "."]) {
    const { row } = parse(`1,${text},2`);
    row.number(1);
    assert.equal(row.garbage, text !== "-", text);
  }
});

test("times of day", () => {
  for (const [text, millis] of [
    ["09:00:01", 32_401_000],
    ["9:00:01", 32_401_000],
    [" 23:59:59 ", 86_399_000],
    ["00:00:00", 0],
    ["24:00:00", -1],
    ["09:60:00", -1],
    ["09:00:60", -1],
    ["09:00", -1],
    ["0a:00:00", -1],
    ["09-00-00", -1],
    ["", -1],
  ] as const) {
    assert.equal(parse(`1,${text},2`).row.clock(1), millis, text);
  }
  for (const [text, millis] of [
    ["92900400", 34_140_400],
    ["153048900", 55_848_900],
    ["500", 500],
    ["0", 0],
    ["240000000", -1],
    ["96000000", -1],
    ["N/A", -1],
    ["1.5", -1],
  ] as const) {
    assert.equal(parse(`1,${text},2`).row.packedClock(1), millis, text);
  }
});
