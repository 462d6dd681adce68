import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import samples from "../../../../test/fixtures/alltick-http.json" with { type: "json" };
import { ALLTICK_ERRORS } from "../errors.ts";
import { isHttpCall, klineEnd, type HttpCall, type HttpData, type KlineQuery } from "./http-calls.ts";
import {
  decodeBatchKlines,
  decodeDepthTicks,
  decodeHttpReply,
  decodeKlines,
  decodeStaticInfo,
  decodeTradeTicks,
} from "./http-replies.ts";
import { decodeHttpRequest, encodeHttpRequest } from "./http-requests.ts";

/** What a server makes of a path with a query, as it comes out of `URLSearchParams`. */
function decodeTarget<C extends HttpCall>(call: C, target: string, body = "", post = false) {
  const query = new URLSearchParams(target.slice(target.indexOf("?"))).get("query") ?? "";
  return decodeHttpRequest(call, { post, query, body });
}

function decodeQuery<C extends HttpCall>(call: C, json: string) {
  return decodeHttpRequest(call, { post: false, query: json, body: "" });
}

describe("requests: every sample is read", () => {
  const SETS = [
    ["kline", samples.klineRequests],
    ["trade-tick", samples.tradeRequests],
    ["depth-tick", samples.depthRequests],
    ["static_info", samples.staticRequests],
  ] as const;
  for (const [call, requests] of SETS) {
    test(call, () => {
      for (const { url_tail, query_json } of requests) {
        const asked = decodeTarget(call, url_tail);
        assert.equal(asked.fault, "none");
        assert.equal(asked.trace, "trace" in query_json ? query_json.trace : "");
      }
    });
  }

  test("batch-kline, as POST, as GET with a body, and in the query", () => {
    for (const { body } of samples.batchRequests) {
      const json = JSON.stringify(body);
      for (const input of [
        { post: true, query: "", body: json },
        { post: false, query: "", body: json },
        { post: false, query: json, body: "" },
      ]) {
        const asked = decodeHttpRequest("batch-kline", input);
        assert.deepEqual(asked, { fault: "none", trace: body.trace, data: body.data });
      }
    }
  });
});

const framed = (json: string): string => `{"trace":"x","data":${json}}`;

const framedQuery = (changed: object): string =>
  framed(JSON.stringify({ code: "A", kline_type: 1, query_kline_num: 1, ...changed }));

describe("what real clients send", () => {
  const READ: KlineQuery = {
    code: "EURUSD",
    kline_type: 1,
    kline_timestamp_end: 0,
    query_kline_num: 5000,
    adjust_type: 0,
  };
  const JSON_TEXT = '{"trace": "t 1", "data": {"code": "EURUSD", "kline_type": 1, "query_kline_num": 5000}}';
  const reads = (target: string, trace = "t 1"): void =>
    assert.deepEqual(decodeTarget("kline", target), { fault: "none", trace, data: READ });

  test("braces that are not encoded, plus signs for spaces, single quotes", () => {
    reads(`?token=T&query=${JSON_TEXT}`);
    reads(`?token=T&query=${JSON_TEXT.replaceAll(" ", "+")}`);
    reads(`?token=T&query=${encodeURIComponent(JSON_TEXT)}`);
    reads(`?token=T&query=${JSON_TEXT.replaceAll('"', "'")}`);
    reads(`?query=${encodeURIComponent(JSON.stringify(JSON.parse(JSON_TEXT), undefined, 2))}&token=T`);
  });

  test("numeric strings, a missing or null trace, extra keys, nulls for what may be missing", () => {
    reads(`?query={"data":{"code":"EURUSD","kline_type":"1","query_kline_num":"5000","adjust_type":"0"}}`, "");
    reads(`?query={"trace":null,"x":1,"data":{"code":"EURUSD","kline_type":1,"query_kline_num":5000,"y":[]}}`, "");
    reads(`?query={"data":{"code":"EURUSD","kline_type":1,"query_kline_num":5000,"kline_timestamp_end":null}}`, "");
  });

  test("what is refused, and how", () => {
    const invalid = { fault: ALLTICK_ERRORS.dataInvalid, trace: "x" };
    for (const changed of [
      { kline_type: 1440 },
      { kline_type: 0 },
      { kline_type: "1m" },
      { kline_type: 1.5 },
      { query_kline_num: 0 },
      { query_kline_num: null },
      { kline_timestamp_end: -1 },
      { adjust_type: 1 },
      { code: 700 },
      { code: "A".repeat(81) },
    ]) {
      assert.deepEqual(decodeQuery("kline", framedQuery(changed)), invalid, JSON.stringify(changed));
    }
    for (const json of ["{}", "[]", "null", '{"symbol_list":[]}', '{"symbol_list":["A"]}', '{"symbol_list":[{}]}']) {
      const asked = decodeQuery("trade-tick", framed(json));
      assert.notEqual(asked.fault, "none", json);
    }
    const header = { fault: ALLTICK_ERRORS.httpHeaderInvalid, trace: "" };
    assert.deepEqual(decodeQuery("kline", '{"trace":"x"}'), header);
    assert.deepEqual(decodeQuery("kline", '{"trace":{},"data":{}}'), header);
    assert.deepEqual(decodeQuery("kline", `{"trace":"${"x".repeat(1025)}","data":{}}`), header);
    assert.deepEqual(decodeHttpRequest("kline", { post: true, query: "", body: "{" }), header);
    const unreadable = { fault: ALLTICK_ERRORS.queryInvalid, trace: "" };
    for (const text of ["", " ", "{", "[]", "7", "null", "%7B", "{'a\":1}"]) {
      assert.deepEqual(decodeQuery("kline", text), unreadable, text);
    }
    const empty = decodeHttpRequest("batch-kline", { post: true, query: "", body: " \n" });
    assert.deepEqual(empty, { fault: ALLTICK_ERRORS.bodyEmpty, trace: "" });
  });

  test("nothing at all throws", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"data":${json}}`),
        ),
        fc.boolean(),
        (text, post) => {
          for (const call of ["kline", "batch-kline", "trade-tick", "instruments"] as const) {
            decodeHttpRequest(call, { post, query: text, body: text });
            decodeHttpRequest(call, { post, query: "", body: text });
          }
          const reply = decodeHttpReply(200, text);
          if (!reply.ok) return;
          decodeKlines(reply.data);
          decodeBatchKlines(reply.data);
          decodeTradeTicks(reply.data);
          decodeDepthTicks(reply.data);
          decodeStaticInfo(reply.data);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const list = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 4 });

test("what the client writes the server reads, whatever the texts hold", () => {
  const code = fc.string({ unit: "binary", maxLength: 20 });
  const number = fc.integer({ min: 1, max: 9_000 });
  const bars = fc
    .tuple(code, fc.integer({ min: 1, max: 10 }), number, fc.nat())
    .map(([id, kline_type, query_kline_num, kline_timestamp_end]) => {
      return { code: id, kline_type, kline_timestamp_end, query_kline_num, adjust_type: 0 };
    });
  const symbols = list(code.map((id) => ({ code: id }))).map((symbol_list) => ({ symbol_list }));
  const request: fc.Arbitrary<[HttpCall, HttpData[HttpCall]]> = fc.oneof(
    fc.tuple(fc.constant("kline" as const), bars),
    fc.tuple(
      fc.constant("batch-kline" as const),
      list(bars).map((data_list) => ({ data_list })),
    ),
    fc.tuple(fc.constantFrom("trade-tick" as const, "depth-tick" as const, "static_info" as const), symbols),
  );
  fc.assert(
    fc.property(request, fc.string({ maxLength: 64 }), fc.string({ minLength: 1 }), ([call, data], trace, token) => {
      const { method, target, body } = encodeHttpRequest("stock", call, data, token, trace);
      const url = new URL(target, "http://localhost");
      assert.equal(url.searchParams.get("token"), token);
      const asked = decodeTarget(call, target, body, method === "POST");
      assert.deepEqual(asked, { fault: "none", trace, data });
    }),
    { numRuns: 300 },
  );
});

const end = (kline_timestamp_end: number): number => klineEnd({ kline_timestamp_end } as KlineQuery);

test("the end of a question: seconds, milliseconds recognised, 0 is now", () => {
  assert.deepEqual(
    [end(0), end(1_786_010_400), end(1_786_010_400_000)],
    [Infinity, 1_786_010_400_000, 1_786_010_400_000],
  );
});

test("static_info is a call of the stock endpoint alone; names of Object are no calls", () => {
  assert.deepEqual([isHttpCall("stock", "static_info"), isHttpCall("general", "static_info")], [true, false]);
  assert.ok(isHttpCall("general", "kline"));
  for (const name of ["constructor", "toString", "", "Kline"]) assert.equal(isHttpCall("general", name), false);
});
