import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeRequest } from "./decode-request.ts";
import { encodeTradingRequest } from "./encode-request.ts";
import type { Dialect } from "./messages.ts";
import { REQUESTS } from "./requests.ts";
import { fieldsOf, gbkLength, type Fields, type FieldSpec } from "./structs.ts";
import type { StructName } from "./struct-tables.ts";

const DIALECTS: readonly Dialect[] = ["seed", "legacy", "classic"];
/** These have kinds of their own. */
const ELSEWHERE: ReadonlySet<string> = new Set(["ReqUserLogin", "ReqUserLogout", "ReqQryInstrument"]);
const TRADING = [...REQUESTS.values()].filter(({ request }) => !ELSEWHERE.has(request));

const double = fc.oneof(
  fc.integer({ min: -1e9, max: 1e9 }).map((steps) => steps / 100),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e299, max: 1e299 }),
);

/** Any value that a field may hold. */
function valueOf({ type, maxBytes, allowed }: FieldSpec): fc.Arbitrary<string | number> {
  switch (type) {
    case "text":
    case "char": {
      const unit = allowed === undefined ? fc.constantFrom("a", "7", " ", "螺", '"') : fc.constantFrom(...allowed);
      return fc.string({ unit, maxLength: maxBytes }).filter((text) => gbkLength(text) <= maxBytes);
    }
    case "int":
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    case "bool":
      return fc.constantFrom(0, 1);
    case "double":
      return double.map((value) => value + 0 || 0);
  }
}

/** Any body of a struct, every field of it given. */
function bodyOf(struct: StructName): fc.Arbitrary<Fields> {
  const model = Object.fromEntries(fieldsOf(struct).map((spec) => [spec.name, valueOf(spec)]));
  return fc.record(model, { noNullPrototype: true });
}

/** What a body of a request is refused for. */
function detailOf(request: string, body: object | null, key = request): string {
  const decoded = decodeRequest(JSON.stringify({ MsgType: request, RequestID: 4, [key]: body }));
  assert.equal(decoded.requestId, 4);
  return decoded.kind === "malformed" ? decoded.detail : "";
}

test("every request comes back with the same fields in every dialect", () => {
  assert.equal(TRADING.length, 32);
  for (const { request, body: struct } of TRADING) {
    fc.assert(
      fc.property(fc.constantFrom(...DIALECTS), bodyOf(struct as StructName), fc.nat(), (dialect, body, requestId) => {
        const decoded = decodeRequest(encodeTradingRequest(dialect, request, body, requestId));
        assert.ok(decoded.kind === "trading", decoded.kind === "malformed" ? decoded.detail : decoded.kind);
        assert.deepEqual(decoded.body, body);
        assert.deepEqual([decoded.spec.request, decoded.requestId], [request, requestId]);
      }),
      { numRuns: 30 },
    );
  }
  assert.throws(() => encodeTradingRequest("seed", "ReqNothing", {}), /ReqNothing/);
});

test("what is absent or null is empty or 0, and strangers are dropped", () => {
  for (const { request, body: struct } of TRADING) {
    const specs = fieldsOf(struct as StructName);
    const nulls = Object.fromEntries(specs.map(({ name }) => [name, null]));
    for (const body of [null, {}, { stranger: [] }, nulls]) {
      const decoded = decodeRequest(JSON.stringify({ MsgType: request, RequestID: 1, [struct]: body }));
      assert.ok(decoded.kind === "trading", request);
      assert.deepEqual(
        Object.keys(decoded.body),
        specs.map(({ name }) => name),
      );
      for (const value of Object.values(decoded.body)) assert.ok(value === "" || value === 0);
    }
  }
});

/** A field, values that it may have, and values with what is said of them. */
const CASES: readonly (readonly [
  field: string,
  good: readonly unknown[],
  bad: readonly (readonly [unknown, string])[],
])[] = [
  [
    "LimitPrice",
    [0, -1.5, 3501, 1e20],
    [
      ["3501", 'must be a number, not "3501"'],
      [true, "must be a number, not true"],
      [[], "must be a number, not a list"],
    ],
  ],
  [
    "VolumeTotalOriginal",
    [0, -1, 2 ** 31 - 1, -(2 ** 31)],
    [
      ["1", 'must be an integer, not "1"'],
      [1.5, "must be an integer, not 1.5"],
      [true, "must be an integer, not true"],
      [2 ** 31, "must fit into 32 bits"],
      [-(2 ** 31) - 1, "must fit into 32 bits"],
    ],
  ],
  [
    "IsAutoSuspend",
    [0, 1, true, false],
    [
      [2, "must be 0 or 1, not 2"],
      ["0", 'must be 0 or 1, not "0"'],
    ],
  ],
  [
    "Direction",
    ["", "0", "1"],
    [
      ["2", 'must be of 0, 1, not "2"'],
      ["01", "must be one character"],
      ["买", "must be one character"],
      [0, "must be a string, not 0"],
    ],
  ],
  [
    "CombOffsetFlag",
    ["", "0", "03"],
    [
      ["7", 'must be of 0, 1, 2, 3, 4, 5, 6, not "7"'],
      ["00000", "must have at most 4 bytes in GBK"],
    ],
  ],
  [
    "OrderRef",
    ["123456789012", "螺螺螺螺螺螺"],
    [
      ["1234567890123", "must have at most 12 bytes in GBK"],
      ["螺螺螺螺螺螺1", "must have at most 12 bytes in GBK"],
      [12, "must be a string, not 12"],
      [{}, "must be a string, not an object"],
    ],
  ],
];

for (const [field, good, bad] of CASES) {
  test(`a wrong ${field} is told with its path, a right one passes`, () => {
    for (const value of good) assert.equal(detailOf("ReqOrderInsert", { [field]: value }, "InputOrder"), "");
    for (const [value, fault] of bad) {
      assert.equal(detailOf("ReqOrderInsert", { [field]: value }, "InputOrder"), `InputOrder.${field}: ${fault}`);
      assert.equal(detailOf("ReqOrderInsert", { [field]: value }), `ReqOrderInsert.${field}: ${fault}`);
    }
  });
}

test("numbers too big for JSON, and those that mean none", () => {
  const big = decodeRequest('{"MsgType":"ReqOrderInsert","InputOrder":{"LimitPrice":1e999}}');
  assert.ok(big.kind === "malformed");
  assert.equal(big.detail, "InputOrder.LimitPrice: must be a number, not Infinity");
  const none = decodeRequest('{"MsgType":"ReqOrderInsert","InputOrder":{"LimitPrice":1.7976931348623157e308}}');
  assert.ok(none.kind === "trading");
  assert.equal(none.body["LimitPrice"], 0);
});

test("queries, too, are checked", () => {
  assert.equal(
    detailOf("ReqQryInstrument", { ExchangeID: "SHFESHFES" }, "QryInstrument"),
    "QryInstrument.ExchangeID: must have at most 8 bytes in GBK",
  );
  assert.equal(
    detailOf("ReqQryOrder", { InsertTimeStart: 9 }, "QryOrder"),
    "QryOrder.InsertTimeStart: must be a string, not 9",
  );
});

test("no frame makes the decoder throw", () => {
  const frame = fc.constantFrom(...TRADING).chain(({ request, body: struct }) => {
    const names = fieldsOf(struct as StructName).map(({ name }) => name);
    const body = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
    return fc
      .tuple(fc.constantFrom(request, struct), body)
      .map(([key, fields]) => ({ MsgType: request, [key]: fields }));
  });
  fc.assert(
    fc.property(frame, (value) => {
      assert.match(decodeRequest(JSON.stringify(value)).kind, /^(trading|malformed)$/);
    }),
  );
});
