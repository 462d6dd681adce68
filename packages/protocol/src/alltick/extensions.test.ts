import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PERIODS } from "../model/kline.ts";
import { ALLTICK_EXTENSIONS, decodeCursor, encodeCursor, type ExtensionRequest } from "./extensions.ts";
import { ALLTICK_COMMANDS } from "./messages.ts";
import { decodeRequest, encodeRequest } from "./requests.ts";

/** What a `data` is read as; its fault when it cannot be. */
function read(cmd_id: number, data: unknown): unknown {
  const decoded = decodeRequest(JSON.stringify({ cmd_id, seq_id: 1, trace: "t", data }));
  return decoded.fault === "none" ? decoded.request : decoded.fault;
}

test("no number meets the vendor's block, no two are the same, and every reply's is free", () => {
  const ids: number[] = Object.values(ALLTICK_EXTENSIONS);
  const vendor: number[] = Object.values(ALLTICK_COMMANDS);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.ok(id < 22_000 || id > 22_999, String(id));
    assert.ok(!ids.includes(id + 1) || id === ALLTICK_EXTENSIONS.klinePush, String(id));
    assert.ok(!vendor.includes(id));
  }
});

/** The request for these bars. */
function symbols(...rows: readonly (readonly [string, string])[]): object {
  return { kind: "subscribe-kline", symbols: rows.map(([id, frame]) => ({ code: id, period: frame })) };
}

test("bars are asked for by one type or several, for all entries or one", () => {
  const list = [{ code: "A" }, { code: "B" }];
  for (const [data, expected] of [
    [{ symbol_list: [{ code: "A", kline_type: 1 }] }, symbols(["A", "1m"])],
    [{ symbol_list: [{ code: "A", kline_type: "8" }] }, symbols(["A", "1d"])],
    [{ symbol_list: [{ code: "A", kline_type: [1, "10"] }] }, symbols(["A", "1m"], ["A", "1M"])],
    [{ symbol_list: list, kline_type: 5 }, symbols(["A", "1h"], ["B", "1h"])],
    [
      { symbol_list: [...list, { code: "C", kline_type: 9 }], kline_type: [2] },
      symbols(["A", "5m"], ["B", "5m"], ["C", "1w"]),
    ],
    [{ symbol_list: list }, "data"],
    [{ symbol_list: list, kline_type: 0 }, "data"],
    [{ symbol_list: list, kline_type: 11 }, "data"],
    [{ symbol_list: list, kline_type: 1.5 }, "data"],
    [{ symbol_list: list, kline_type: [] }, "data"],
    [{ symbol_list: list, kline_type: [1, null] }, "data"],
    [{ symbol_list: [], kline_type: 1 }, "data"],
    [{ kline_type: 1 }, "data"],
  ] as const)
    assert.deepEqual(read(32_000, data), expected, JSON.stringify(data));
});

test("the past is asked for with defaults, caps and leniency", () => {
  const trades = { kind: "trade-history", code: "A", from: 0, to: Infinity, limit: 500 };
  const klines = { kind: "kline-history", code: "A", period: "1m", end: Infinity, limit: 500 };
  for (const [cmd, data, expected] of [
    [32_010, { code: "A" }, trades],
    [32_010, { code: "A", from_ms: 5, to_ms: "9", limit: "7" }, { ...trades, from: 5, to: 9, limit: 7 }],
    [32_010, { code: "A", limit: 9_999, cursor: "" }, { ...trades, limit: 1_000 }],
    [32_010, { code: "A", cursor: "5.7" }, { ...trades, after: { time: 5, seq: 7 } }],
    [32_010, { code: "A", cursor: "5" }, "data"],
    [32_010, { code: "A", cursor: 5 }, "data"],
    [32_010, { code: "A", from_ms: -1 }, "data"],
    [32_010, { code: "A", to_ms: 1.5 }, "data"],
    [32_010, { code: "A", limit: 0 }, "data"],
    [32_010, { code: "A", limit: "" }, "data"],
    [32_010, {}, "data"],
    [32_010, null, "data"],
    [32_012, { code: "A", kline_type: 1 }, klines],
    [32_012, { code: "A", kline_type: "1", kline_timestamp_end: 0, query_kline_num: 1_000 }, klines],
    [
      32_012,
      { code: "A", kline_type: 10, kline_timestamp_end: 1_786_012_345, query_kline_num: 2 },
      { ...klines, period: "1M", end: 1_786_012_345_000, limit: 2 },
    ],
    [
      32_012,
      { code: "A", kline_type: 1, kline_timestamp_end: 1_786_012_345_678 },
      { ...klines, end: 1_786_012_345_678 },
    ],
    [32_012, { code: "A", kline_type: 1440 }, "data"],
    [32_012, { code: "A" }, "data"],
    [32_012, { code: 5, kline_type: 1 }, "data"],
  ] as const)
    assert.deepEqual(read(cmd, data), expected, JSON.stringify(data));
});

test("search, cancel and list", () => {
  for (const [cmd, data, expected] of [
    [32_008, { query: "lwg" }, { kind: "search", query: "lwg", limit: 20 }],
    [32_008, { query: "螺纹 2605", limit: 1_000 }, { kind: "search", query: "螺纹 2605", limit: 100 }],
    [32_008, { query: " " }, "data"],
    [32_008, { query: "x".repeat(65) }, "data"],
    [32_008, { query: 5 }, "data"],
    [32_008, {}, "data"],
    [32_004, { cancel_type: "2" }, { kind: "cancel-extension", cancelType: 2 }],
    [32_004, { cancel_type: 3 }, "data"],
    [32_004, {}, "data"],
    [32_006, null, { kind: "list-subscriptions" }],
  ] as const)
    assert.deepEqual(read(cmd, data), expected, JSON.stringify(data));
  assert.equal(read(32_001, {}), "header", "the number of a reply is no request");
  assert.equal(read(32_998, {}), "header", "nor is that of a push");
});

const code = fc.string({ minLength: 1, maxLength: 12 });
const codes = fc.array(code, { minLength: 1, maxLength: 4 });
const period = fc.constantFrom(...PERIODS);
const time = fc.integer({ min: 1, max: 4e12 });
const request: fc.Arbitrary<ExtensionRequest> = fc.oneof(
  fc.record({
    kind: fc.constant("subscribe-kline" as const),
    symbols: fc.array(fc.record({ code, period }), { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant("subscribe-ticker" as const), codes }),
  fc.record({ kind: fc.constant("cancel-extension" as const), cancelType: fc.constantFrom(0, 1, 2) }),
  fc.record({ kind: fc.constant("list-subscriptions" as const) }),
  fc.record({
    kind: fc.constant("search" as const),
    query: fc.constantFrom("lwg", "茅台"),
    limit: fc.integer({ min: 1, max: 100 }),
  }),
  fc.record(
    {
      kind: fc.constant("trade-history" as const),
      code,
      from: time,
      to: fc.oneof(time, fc.constant(Infinity)),
      limit: fc.integer({ min: 1, max: 1_000 }),
      after: fc.record({ time, seq: fc.integer({ min: 0, max: 1e15 - 1 }) }),
    },
    { requiredKeys: ["kind", "code", "from", "to", "limit"] },
  ),
  fc.record({
    kind: fc.constant("kline-history" as const),
    code,
    period,
    end: fc.oneof(
      fc.integer({ min: 1, max: 4e9 }).map((seconds) => seconds * 1_000),
      fc.constant(Infinity),
    ),
    limit: fc.integer({ min: 1, max: 500 }),
  }),
);

test("what a client writes the server reads", () => {
  fc.assert(
    fc.property(request, fc.nat(), (asked, seq) => {
      const text = encodeRequest(asked, seq, "t");
      assert.doesNotMatch(text, /\b(?:null|true|false)\b(?=[,}\]])/);
      const decoded = decodeRequest(text);
      assert.ok(decoded.fault === "none");
      assert.deepEqual(decoded.request, structuredClone(asked));
    }),
  );
});

test("whatever comes as data, nothing throws", () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(ALLTICK_EXTENSIONS)), fc.json(), (cmd, json) => {
      decodeRequest(`{"cmd_id":${cmd},"data":${json}}`);
    }),
  );
});

test("a cursor is read as it was written; anything else is none", () => {
  assert.equal(encodeCursor(undefined), "");
  fc.assert(
    fc.property(time, fc.nat(), (at, seq) =>
      assert.deepEqual(decodeCursor(encodeCursor({ time: at, seq })), { time: at, seq }),
    ),
  );
  for (const text of ["", "1", "1.", ".1", "1.1.1", "-1.1", "1.1 ", "1e3.1", "1".repeat(16) + ".1"])
    assert.equal(decodeCursor(text), undefined, text);
});
