import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import samples from "../../../../test/fixtures/alltick-http.json" with { type: "json" };
import { ALLTICK_ERRORS, type AllTickError } from "../errors.ts";
import type { Instrument, InstrumentKind, Market } from "../model/instrument.ts";
import { levelsOf } from "./codes.ts";
import {
  encodeBatchKlines,
  encodeDepthTicks,
  encodeHttpError,
  encodeHttpOk,
  encodeKlines,
  encodeRateRefusal,
  encodeStaticInfo,
  encodeTokenRefusal,
  encodeTradeTicks,
  fromBarStamp,
  httpStatusOf,
  toBarStamp,
} from "./http-answers.ts";
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
import { encodeSuspensions, readSuspensions, type SuspensionExchange } from "./http-suspensions.ts";

type Data = Readonly<Record<string, unknown>>;

/** What a server makes of a path with a query, as it comes out of `URLSearchParams`. */
function decodeTarget<C extends HttpCall>(call: C, target: string, body = "", post = false) {
  const query = new URLSearchParams(target.slice(target.indexOf("?"))).get("query") ?? "";
  return decodeHttpRequest(call, { post, query, body });
}

function query<C extends HttpCall>(call: C, json: string) {
  return decodeHttpRequest(call, { post: false, query: json, body: "" });
}

function kindOf(code: string): [InstrumentKind, Market] {
  if (code.endsWith(".HK")) return ["stock", "HK"];
  if (code.endsWith(".US")) return ["stock", "US"];
  if (/\.S[HZ]$/.test(code)) return ["stock", "CN"];
  if (code.endsWith("USDT")) return ["crypto", "GLOBAL"];
  return [/^[A-Z]{6}$/.test(code) ? "forex" : "metal", "GLOBAL"];
}

const decimalsIn = (text: string): number => text.split(".")[1]?.length ?? 0;

/** An instrument that is written with the decimals of a sample. */
function instrumentOf(code: string, price: string, volume: string, levels?: number): Instrument {
  const [kind, market] = kindOf(code);
  return {
    id: code,
    kind,
    market,
    exchange: "TEST",
    product: code,
    name: code,
    priceTick: 0.01,
    priceDecimals: decimalsIn(price),
    volumeDecimals: decimalsIn(volume),
    multiplier: 1,
    levels: levels ?? levelsOf(kind, market),
    currency: "USD",
    hours: { zone: "America/New_York", holidays: "NONE", day: [["00:00", "24:00"]], dayStart: "00:00" },
  };
}

/** Samples write turnovers with decimals of their own: they are compared as numbers. */
const withPlainTurnover = (text: string): string =>
  text.replace(/"turnover":"([^"]*)"/g, (_, figure: string) => `"turnover":${Number(figure)}`);

describe("answers: every sample is written again as it was, key by key", () => {
  const same = (data: Data, written: string): void =>
    assert.equal(withPlainTurnover(written), withPlainTurnover(JSON.stringify(data)));

  test("kline", () => {
    for (const { data } of samples.klineAnswers) {
      const { code, period, bars } = decodeKlines(data)!;
      const [first] = data.kline_list;
      const instrument = instrumentOf(code, first?.open_price ?? "0", first?.volume ?? "0");
      same(data, encodeKlines({ code, period, bars, instrument }, "exchange"));
      assert.ok(bars.slice(0, -1).every(({ closed }) => closed));
    }
  });

  test("batch-kline", () => {
    for (const { data } of samples.batchAnswers) {
      const groups = decodeBatchKlines(data).map((group, at) => {
        const [first] = data.kline_list[at]!.kline_data;
        return { ...group, instrument: instrumentOf(group.code, first!.open_price, first!.volume) };
      });
      same(data, encodeBatchKlines(groups, "exchange"));
    }
  });

  test("trade-tick", () => {
    for (const { data } of samples.tradeAnswers) {
      const ticks = decodeTradeTicks(data).map((event, at) => {
        const { price, volume } = data.tick_list[at]!;
        return { code: event.id, event, instrument: instrumentOf(event.id, price, volume) };
      });
      assert.equal(ticks.length, data.tick_list.length);
      same(data, encodeTradeTicks(ticks));
    }
  });

  test("depth-tick", () => {
    for (const { data } of samples.depthAnswers) {
      const ticks = decodeDepthTicks(data).map((event, at) => {
        const { bids } = data.tick_list[at]!;
        return {
          code: event.id,
          event,
          instrument: instrumentOf(event.id, bids[0]!.price, bids[0]!.volume, bids.length),
        };
      });
      same(data, encodeDepthTicks(ticks));
    }
  });

  test("static_info", () => {
    for (const { data } of samples.staticAnswers) {
      const listings = decodeStaticInfo(data).map((listing) => ({ code: listing.id, listing }));
      same(data, encodeStaticInfo(listings));
    }
  });

  test("the envelope: ret, msg, trace, data", () => {
    const [sample] = samples.tradeAnswers;
    assert.equal(encodeHttpOk(sample!.trace, JSON.stringify(sample!.data)), JSON.stringify(sample));
  });

  test("errors, with their status", () => {
    const errors: readonly AllTickError[] = Object.values(ALLTICK_ERRORS);
    for (const { status, body } of samples.errors) {
      if (status === 429) {
        const refusal = JSON.parse(encodeRateRefusal(ALLTICK_ERRORS.rateLimit)) as Data;
        assert.deepEqual({ ...refusal, ...body }, refusal);
        assert.deepEqual(decodeHttpReply(429, JSON.stringify(body)), {
          ok: false,
          ret: 429,
          msg: "Too many requests",
          trace: "",
        });
        continue;
      }
      const { ret, msg, trace = "" } = body;
      const error = errors.find((known) => known.ret === ret && known.msg === msg)!;
      assert.equal(httpStatusOf(error), status);
      assert.equal(status === 401 ? encodeTokenRefusal(error) : encodeHttpError(error, trace), JSON.stringify(body));
      assert.deepEqual(decodeHttpReply(status, JSON.stringify(body)), { ok: false, ret, msg, trace });
    }
  });

  test("suspension lists", () => {
    for (const [at, sample] of samples.suspensionAnswers.entries()) {
      if (!("data" in sample) || sample.data === undefined) continue;
      const exchange: SuspensionExchange = at < 2 ? "sse" : at === 2 ? "nyse" : "nasdaq";
      const lists = readSuspensions({ [exchange]: sample.data })!;
      const page = "totalPages" in sample ? { page: "1", size: "10" } : { page: null, size: null };
      const written = JSON.parse(encodeSuspensions(exchange, lists[exchange], page, sample.timestamp)) as Data;
      // The sample shows one of the page's items.
      const pages = "totalPages" in sample ? { totalPages: 1 } : {};
      assert.deepEqual(written, { ...sample, totalCount: sample.data.length, ...pages });
    }
  });
});

test("suspensions: newest first, in pages, null where nothing is known", () => {
  const items = Array.from({ length: 41 }, (_, at) => ({
    symbol: `S${at}`,
    publishDate: `2026-08-04 18:30:${String(at).padStart(2, "0")}`,
  }));
  const lists = readSuspensions({ sse: items, nyse: null })!;
  const answer = (page: string | null, size: string | null) =>
    JSON.parse(encodeSuspensions("sse", lists.sse, { page, size }, "T")) as {
      data: { symbol: string; haltReason: null }[];
      totalPages: number;
      currentPage: number;
      currentSize: number;
    };
  assert.deepEqual(lists.nyse, []);
  assert.equal(answer(null, null).data.length, 41);
  const last = answer("5", "10");
  assert.deepEqual([last.totalPages, last.currentPage, last.currentSize], [5, 5, 1]);
  assert.deepEqual([last.data[0]!.symbol, last.data[0]!.haltReason], ["S0", null]);
  assert.equal(answer("x", "10").data[0]!.symbol, "S40");
  assert.equal(answer("9", "10").currentSize, 0);
  assert.equal(answer("1", "100000").currentSize, 41);
  for (const bad of [{ sse: [{ symbol: "A" }] }, { sse: [7] }, { nasdaq: {} }, [], "x", null]) {
    assert.equal(readSuspensions(bad), undefined);
  }
});

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
    const data = (json: string): string => `{"trace":"x","data":${json}}`;
    const bar = (changed: object): string =>
      data(JSON.stringify({ code: "A", kline_type: 1, query_kline_num: 1, ...changed }));
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
      assert.deepEqual(query("kline", bar(changed)), invalid, JSON.stringify(changed));
    }
    for (const json of ["{}", "[]", "null", '{"symbol_list":[]}', '{"symbol_list":["A"]}', '{"symbol_list":[{}]}']) {
      const asked = query("trade-tick", data(json));
      assert.notEqual(asked.fault, "none", json);
    }
    const header = { fault: ALLTICK_ERRORS.httpHeaderInvalid, trace: "" };
    assert.deepEqual(query("kline", '{"trace":"x"}'), header);
    assert.deepEqual(query("kline", '{"trace":{},"data":{}}'), header);
    assert.deepEqual(query("kline", `{"trace":"${"x".repeat(1025)}","data":{}}`), header);
    assert.deepEqual(decodeHttpRequest("kline", { post: true, query: "", body: "{" }), header);
    const unreadable = { fault: ALLTICK_ERRORS.queryInvalid, trace: "" };
    for (const text of ["", " ", "{", "[]", "7", "null", "%7B", "{'a\":1}"]) {
      assert.deepEqual(query("kline", text), unreadable, text);
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

test("what the client writes the server reads, whatever the texts hold", () => {
  const code = fc.string({ unit: "binary", maxLength: 20 });
  const number = fc.integer({ min: 1, max: 9_000 });
  const bars = fc
    .tuple(code, fc.integer({ min: 1, max: 10 }), number, fc.nat())
    .map(([id, kline_type, query_kline_num, kline_timestamp_end]) => {
      return { code: id, kline_type, kline_timestamp_end, query_kline_num, adjust_type: 0 };
    });
  const list = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { minLength: 1, maxLength: 4 });
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

test("an answer whose body cannot be read is judged by its status", () => {
  assert.deepEqual(decodeHttpReply(502, "<html>"), { ok: false, ret: 502, msg: "HTTP status 502", trace: "" });
  assert.deepEqual(decodeHttpReply(200, "[]"), { ok: false, ret: 200, msg: "HTTP status 200", trace: "" });
  const noData = decodeHttpReply(200, '{"ret":200,"msg":"ok"}');
  assert.equal(noData.ok, false);
});

test("the end of a question: seconds, milliseconds recognised, 0 is now", () => {
  const end = (kline_timestamp_end: number): number => klineEnd({ kline_timestamp_end } as KlineQuery);
  assert.deepEqual(
    [end(0), end(1_786_010_400), end(1_786_010_400_000)],
    [Infinity, 1_786_010_400_000, 1_786_010_400_000],
  );
});

test("days anchored at UTC midnight: there and back, for every date; shorter bars stay", () => {
  const instrument = instrumentOf("AAPL.US", "0.000000", "0");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_000 }), (day) => {
      const utc = Date.UTC(2024, 0, 1 + day);
      const local = fromBarStamp(utc, "1d", instrument, "utc");
      assert.equal(toBarStamp(local, "1d", instrument, "utc"), utc);
      assert.ok(local - utc === 5 * 3_600_000 || local - utc === 4 * 3_600_000);
      for (const [period, anchor] of [
        ["1m", "utc"],
        ["1d", "exchange"],
      ] as const) {
        assert.equal(toBarStamp(utc, period, instrument, anchor), utc);
        assert.equal(fromBarStamp(utc, period, instrument, anchor), utc);
      }
    }),
  );
  assert.equal(fromBarStamp(Infinity, "1d", instrument, "utc"), Infinity);
});

test("static_info is a call of the stock endpoint alone; names of Object are no calls", () => {
  assert.deepEqual([isHttpCall("stock", "static_info"), isHttpCall("general", "static_info")], [true, false]);
  assert.ok(isHttpCall("general", "kline"));
  for (const name of ["constructor", "toString", "", "Kline"]) assert.equal(isHttpCall("general", name), false);
});
