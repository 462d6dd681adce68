import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { faultsOf } from "../../../../test/support/json-schema.ts";
import { HTTP_DATA } from "./http-calls.ts";
import { figure, list, record, text, textOrNull, whole, type Shape } from "./schema.ts";

const SHAPE = record("Shape", "A shape.", {
  name: text("Name", { maxLength: 3 }),
  side: text("Side", { values: ["buy", "sell"], fallback: "buy" }),
  count: whole("Count", { min: 1, max: 10 }),
  type: whole("Type", { values: [1, 2], fallback: 1 }),
  items: list("Items", whole("Item"), { min: 1, max: 2 }),
  note: textOrNull("Note"),
});

const GOOD = { name: "abc", side: "sell", count: 3, type: 2, items: [1], note: "x" };

test("what a shape prints accepts is read, and as it stands", () => {
  assert.deepEqual(faultsOf(SHAPE.json, GOOD, SHAPE.json), []);
  assert.deepEqual(SHAPE.read(GOOD), GOOD);
  const candidate = fc.record(
    {
      name: fc.oneof(fc.string({ maxLength: 4 }), fc.integer()),
      side: fc.constantFrom("buy", "sell", "hold"),
      count: fc.integer({ min: -1, max: 12 }),
      type: fc.integer({ min: 0, max: 3 }),
      items: fc.array(fc.oneof(fc.integer(), fc.double()), { maxLength: 3 }),
      note: fc.option(fc.string()),
    },
    { requiredKeys: ["name", "count", "items"], noNullPrototype: true },
  );
  let accepted = 0;
  fc.assert(
    fc.property(candidate, (value) => {
      const fits = faultsOf(SHAPE.json, value, SHAPE.json).length === 0;
      const read = SHAPE.read(value);
      if (fits) accepted++;
      assert.equal(read !== undefined, fits, JSON.stringify(value));
      if (fits) assert.deepEqual(read, { side: "buy", type: 1, ...value, note: value.note ?? "" });
    }),
    { numRuns: 2_000 },
  );
  assert.ok(accepted > 20, `${accepted} of the candidates had the shape`);
});

test("reading is more lenient than the document in one thing: numeric strings are numbers", () => {
  assert.deepEqual(SHAPE.read({ ...GOOD, count: "3", type: "2", items: ["1"] }), GOOD);
  for (const count of ["", "x", "3 ", "0x3", "11", "1.5", true, [3]]) {
    assert.equal(SHAPE.read({ ...GOOD, count }), undefined, String(count));
  }
  assert.equal(figure("", "1").read("-12.50"), -12.5);
  assert.deepEqual([figure("", "1").read(""), figure("", "1").read(null)], [NaN, NaN]);
});

test("missing and null stand for the fallback; without one they spoil the record, as keys of Object do", () => {
  const { side: _side, type: _type, ...required } = GOOD;
  assert.deepEqual(SHAPE.read({ ...required, type: null }), { ...GOOD, side: "buy", type: 1 });
  for (const key of ["name", "count", "items"]) {
    const { [key as "name"]: _gone, ...rest } = GOOD;
    assert.equal(SHAPE.read(rest), undefined, key);
  }
  assert.equal(record("R", "", { constructor: text("") }).read({}), undefined);
});

test("every shape of the service's requests reads no primitive and no list", () => {
  for (const shape of Object.values<Shape<unknown>>(HTTP_DATA)) {
    for (const value of [null, undefined, 1, "x", true, []]) assert.equal(shape.read(value), undefined);
  }
});
