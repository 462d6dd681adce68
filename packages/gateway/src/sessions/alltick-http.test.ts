import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HTTP_RESULTS, type HttpCall } from "@tickwire/protocol/alltick";
import type { Kline, Period } from "@tickwire/protocol/model";
import { AllTickFixture } from "../../../../test/support/alltick-fixture.ts";
import { faultsOf } from "../../../../test/support/json-schema.ts";
import type { Bars } from "../ports/history.ts";
import type { AllTickConfig } from "./alltick-config.ts";

const TOKEN_REQUIRED = '{"msg":"token is required","trace":"","ret":401}';
const TOKEN_INVALID = '{"msg":"token invalid","trace":"","ret":401}';
const TOO_MANY = '{"error_msg":"Too many requests","ret":429,"msg":"Too many requests"}';

interface Body {
  readonly ret: number;
  readonly msg: string;
  readonly trace: string;
  readonly data: Record<string, never> & {
    readonly tick_list?: readonly Record<string, unknown>[];
    readonly kline_list?: readonly Record<string, unknown>[];
    readonly static_info_list?: readonly Record<string, unknown>[];
    readonly ticker_list?: readonly Record<string, unknown>[];
    readonly instrument_list?: readonly { readonly code: string }[];
    readonly total_count?: number;
  };
}

/** The path of a call with its JSON. */
function target(call: string, data: unknown, token = "professional", base = "quote-b-api"): string {
  return `/${base}/${call}?token=${token}&query=${encodeURIComponent(JSON.stringify({ trace: "t", data }))}`;
}

const symbols = (...codes: readonly string[]) => ({ symbol_list: codes.map((code) => ({ code })) });
const bars = (code: string, query_kline_num = 2, more: object = {}) => ({
  code,
  kline_type: 1,
  query_kline_num,
  ...more,
});

/** Bars that end at `end` or at `now`, as many as there are asked for; remembers the questions. */
class FakeBars implements Bars {
  readonly questions: (readonly [id: string, period: Period, end: number, limit: number])[] = [];

  bars(id: string, period: Period, end: number, limit: number): Promise<readonly Kline[]> {
    this.questions.push([id, period, end, limit]);
    const last = Math.floor(Math.min(end, 1_786_012_345_000) / 60_000) * 60_000;
    const list = Array.from({ length: limit }, (_, at) => sampleBar(id, period, last - (limit - 1 - at) * 60_000));
    return Promise.resolve(list);
  }
}

function sampleBar(id: string, period: Period, time: number): Kline {
  const prices = { open: 1, high: 3, low: 0.5, close: 2 };
  const flags = { closed: false, revised: false, gap: false };
  return { id, period, time, ...prices, volume: 7, turnover: 14, openInterest: NaN, ...flags };
}

function open(config: Partial<AllTickConfig> = {}, codes: readonly string[] = []) {
  const fixture = new AllTickFixture(config, codes);
  const past = new FakeBars();
  fixture.past = { ...fixture.past, bars: past };
  const ask = async (path: string, body?: string): Promise<Body & { readonly status: number }> => {
    const { status, text } = await fixture.ask(path, body);
    return { ...(JSON.parse(text) as Body), status };
  };
  return { fixture, past, ask };
}

describe("who may ask, and for what", () => {
  test("a token comes first, on every path, existing or not", async () => {
    const { fixture } = open();
    for (const path of ["/quote-b-api/kline", "/quote-b-api/nope", "/quote-stock-b-api/", "/api/suspension/sse"]) {
      assert.deepEqual(await fixture.ask(path), { status: 401, text: TOKEN_REQUIRED });
      assert.deepEqual(await fixture.ask(`${path}?token=`), { status: 401, text: TOKEN_REQUIRED });
      assert.deepEqual(await fixture.ask(`${path}?token=bad`), { status: 401, text: TOKEN_INVALID });
    }
    assert.equal(fixture.usage.of("").refusals.token, 12);
  });

  test("an unknown path is 402, static_info on the other base too", async () => {
    const { ask } = open();
    for (const path of [
      "/quote-b-api/nope",
      "/quote-b-api/",
      "/quote-b-api/static_info",
      "/quote-stock-b-api/kline/x",
    ]) {
      const { status, ret, msg, data } = await ask(`${path}?token=free`);
      assert.deepEqual([status, ret, msg, data], [402, 402, "query invalid", {}], path);
    }
  });

  test("keys come in the vendor's order, the trace comes back", async () => {
    const { fixture } = open();
    const { text } = await fixture.ask(target("trade-tick", symbols("BTCUSDT")));
    assert.equal(text, '{"ret":200,"msg":"ok","trace":"t","data":{"tick_list":[]}}');
  });

  test("statuses: 400, 402 and 601", async () => {
    const { ask } = open();
    const seen = async (path: string, body?: string) => {
      const { status, ret, msg, trace } = await ask(path, body);
      return [status, ret, msg, trace];
    };
    const path = "/quote-b-api/batch-kline?token=professional";
    assert.deepEqual(await seen(path, ""), [200, 601, "body empty", ""]);
    assert.deepEqual(await seen(path, "{"), [400, 400, "request header param invalid", ""]);
    assert.deepEqual(await seen(path, '{"trace":"x","data":{}}'), [400, 400, "request data param invalid", "x"]);
    assert.deepEqual(await seen(path), [402, 402, "query invalid", ""]);
    assert.deepEqual(await seen(`${path}&query=%7B`), [402, 402, "query invalid", ""]);
    const day = target("kline", bars("EURUSD", 1, { kline_type: 1440 }));
    assert.deepEqual(await seen(day), [400, 400, "request data param invalid", "t"]);
  });
});

describe("codes", () => {
  test("unknown, of the other endpoint, with leading zeros: 600 when none is left, else passed over", async () => {
    const { fixture, ask } = open();
    fixture.trade("700.HK");
    const stock = (call: string, data: unknown) => ask(target(call, data, "professional", "quote-stock-b-api"));
    for (const code of ["NOPE", "EURUSD", "00700.HK", "700.hk"]) {
      const { status, ret, msg, data } = await stock("trade-tick", symbols(code));
      assert.deepEqual([status, ret, msg, data], [200, 600, "code invalid", {}], code);
      assert.equal((await stock("kline", bars(code))).ret, 600);
      assert.equal((await stock("batch-kline", { data_list: [bars(code)] })).ret, 600);
      assert.equal((await stock("static_info", symbols(code))).ret, 600);
      assert.equal((await stock("ticker", symbols(code))).ret, 600);
    }
    const { ret, data } = await stock("trade-tick", symbols("NOPE", "700.HK", "EURUSD"));
    assert.deepEqual([ret, data.tick_list?.map(({ code }) => code)], [200, ["700.HK"]]);
  });

  test("an alias is answered under the name that was asked for", async () => {
    const { fixture, past, ask } = open();
    fixture.trade("GOLD", 4101.35);
    const { data } = await ask(target("trade-tick", symbols("XAUUSD")));
    assert.deepEqual([data.tick_list?.[0]?.["code"], data.tick_list?.[0]?.["price"]], ["XAUUSD", "4101.35"]);
    await ask(target("kline", bars("XAUUSD")));
    assert.equal(past.questions[0]?.[0], "GOLD");
  });

  test("codes that the token may not ask for: 604 when there were no others", async () => {
    const { fixture, ask } = open({}, ["BTCUSDT"]);
    fixture.trade("BTCUSDT");
    const refused = await ask(target("trade-tick", symbols("ETHUSDT", "NOPE")));
    assert.deepEqual([refused.status, refused.ret, refused.msg], [200, 604, "code unauthorized"]);
    assert.equal((await ask(target("kline", bars("ETHUSDT")))).ret, 604);
    assert.equal((await ask(target("trade-tick", symbols("ETHUSDT", "BTCUSDT")))).data.tick_list?.length, 1);
    const { data } = await ask(target("instruments", {}));
    assert.deepEqual(
      data.instrument_list?.map(({ code }) => code),
      ["BTCUSDT"],
    );
    assert.equal(fixture.usage.of("professional").refusals.code, 2);
  });

  test("more than the plan allows: the first ones, or 603", async () => {
    const many = ["BTCUSDT", "NOPE", "ETHUSDT", "SOLUSDT", "XRPUSDT", "EURUSD", "GBPUSD"];
    for (const overLimit of ["truncate", "reject"] as const) {
      const { fixture, ask } = open({ overLimit });
      for (const code of many) if (code !== "NOPE") fixture.trade(code);
      const { status, ret, msg, data } = await ask(target("trade-tick", symbols(...many), "free"));
      if (overLimit === "reject") assert.deepEqual([status, ret, msg, data], [200, 603, "token level not enough", {}]);
      else
        assert.deepEqual(
          data.tick_list?.map(({ code }) => code),
          many.slice(0, 6).filter((code) => code !== "NOPE"),
        );
      const groups = { data_list: many.map((code) => bars(code)) };
      const batch = await ask(target("batch-kline", groups, "free"));
      assert.equal(
        overLimit === "reject" ? batch.ret : batch.data.kline_list?.length,
        overLimit === "reject" ? 603 : 5,
      );
    }
  });
});

describe("bars", () => {
  test("kline: ascending, seven strings, at most 500, 0 is now", async () => {
    const { past, ask } = open();
    const { data } = await ask(target("kline", bars("BTCUSDT", 5000)));
    assert.equal(data.kline_list?.length, 500);
    assert.deepEqual(past.questions, [["BTCUSDT", "1m", Infinity, 500]]);
    const stamps = data.kline_list.map(({ timestamp }) => Number(timestamp));
    assert.deepEqual(
      stamps,
      stamps.toSorted((a, b) => a - b),
    );
    assert.deepEqual(data.kline_list.at(-1), {
      timestamp: "1786012320",
      open_price: "1.00",
      close_price: "2.00",
      high_price: "3.00",
      low_price: "0.50",
      volume: "7",
      turnover: "14.000000",
    });
  });

  test("kline: pages by `oldest - 1` meet without gap or overlap", async () => {
    const { ask } = open();
    const seen: number[] = [];
    let end = 0;
    for (let page = 0; page < 3; page++) {
      const { data } = await ask(target("kline", bars("EURUSD", 10, { kline_timestamp_end: end })));
      const stamps = data.kline_list!.map(({ timestamp }) => Number(timestamp));
      seen.unshift(...stamps);
      end = stamps[0]! - 1;
    }
    assert.equal(seen.length, 30);
    for (const [at, stamp] of seen.entries()) if (at > 0) assert.equal(stamp - seen[at - 1]!, 60);
  });

  test("kline: a bar that begins at the end is the last one", async () => {
    const { ask } = open();
    const { data } = await ask(target("kline", bars("EURUSD", 1, { kline_timestamp_end: 1_786_010_400 })));
    assert.equal(data.kline_list?.[0]?.["timestamp"], "1786010400");
  });

  test("batch-kline: two bars a group, in the order of the request, the same by GET and POST", async () => {
    const { ask } = open();
    const data_list = [bars("EURUSD", 5), bars("NOPE"), bars("BTCUSDT", 1, { kline_type: "8" })];
    const body = JSON.stringify({ data: { data_list } });
    const posted = await ask("/quote-b-api/batch-kline?token=professional", body);
    const groups = posted.data.kline_list as unknown as { code: string; kline_type: number; kline_data: unknown[] }[];
    assert.deepEqual(
      groups.map(({ code, kline_type, kline_data }) => [code, kline_type, kline_data.length]),
      [
        ["EURUSD", 1, 2],
        ["BTCUSDT", 8, 1],
      ],
    );
    const got = await ask(target("batch-kline", { data_list }));
    assert.deepEqual(got.data, posted.data);
  });

  test("a store that is down is an error of the request, not an empty list", async () => {
    const { fixture, ask } = open();
    fixture.past = { ...fixture.past, bars: { bars: () => Promise.reject(new Error("down")) } };
    await assert.rejects(ask(target("kline", bars("EURUSD"))), /down/);
  });
});

describe("ticks and instruments", () => {
  test("trade-tick and depth-tick: seq and tick_time are strings; sides of stocks are filled", async () => {
    const { fixture, ask } = open();
    fixture.trade("700.HK", 380.6);
    fixture.book("700.HK", 1);
    const base = "quote-stock-b-api";
    const trade = (await ask(target("trade-tick", symbols("700.HK"), "professional", base))).data.tick_list![0]!;
    assert.deepEqual(
      [typeof trade["seq"], trade["tick_time"], trade["price"], trade["trade_direction"]],
      ["string", "1786012345000", "380.600000", 1],
    );
    const book = (await ask(target("depth-tick", symbols("700.HK"), "professional", base))).data.tick_list![0]!;
    const asks = book["asks"] as { price: string; volume: string }[];
    assert.equal(asks.length, 10);
    assert.deepEqual(
      [asks[0], asks[9]],
      [
        { price: "101.000000", volume: "5" },
        { price: "0.000000", volume: "0" },
      ],
    );
  });

  test("a code that has had no event is left out", async () => {
    const { fixture, ask } = open();
    fixture.trade("BTCUSDT");
    const { data } = await ask(target("trade-tick", symbols("ETHUSDT", "BTCUSDT")));
    assert.deepEqual(
      data.tick_list?.map(({ code }) => code),
      ["BTCUSDT"],
    );
    assert.deepEqual((await ask(target("depth-tick", symbols("ETHUSDT")))).data, { tick_list: [] });
  });

  test("static_info: strings throughout, empty where nothing is known", async () => {
    const { ask } = open();
    const base = "quote-stock-b-api";
    const { data } = await ask(target("static_info", symbols("700.HK", "rb2605", "AAPL.US"), "professional", base));
    assert.deepEqual(
      data.static_info_list?.map(({ symbol, name_cn }) => [symbol, name_cn]),
      [
        ["700.HK", "腾讯控股"],
        ["AAPL.US", "苹果"],
      ],
    );
    for (const info of data.static_info_list ?? []) {
      for (const value of Object.values(info)) assert.equal(typeof value, "string");
    }
  });

  test("instruments: all of the endpoint, filtered, searched, in pages", async () => {
    const { ask } = open();
    const codes = async (data: object): Promise<[number | undefined, string[] | undefined]> => {
      const answer = (await ask(target("instruments", data))).data;
      return [answer.total_count, answer.instrument_list?.map(({ code }) => code)];
    };
    assert.deepEqual(await codes({ kind: "crypto" }), [4, ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"]]);
    assert.deepEqual(await codes({ kind: "crypto", size: 3, page: 2 }), [4, ["XRPUSDT"]]);
    assert.deepEqual(await codes({ q: "usd", kind: "forex" }), [3, ["USDJPY", "EURUSD", "GBPUSD"]]);
    assert.deepEqual(await codes({ exchange: "NYSE" }), [0, []]);
    assert.equal((await codes({ q: "AAPL" }))[0], 0);
  });

  test("every answer has its documented shape", async () => {
    const { fixture, ask } = open();
    for (const code of ["BTCUSDT", "EURUSD", "rb2605", "700.HK"]) {
      fixture.trade(code);
      fixture.book(code);
    }
    const list = symbols("BTCUSDT", "EURUSD", "rb2605", "700.HK");
    const questions: Readonly<Record<HttpCall, unknown>> = {
      kline: bars("rb2605", 3),
      "batch-kline": { data_list: [bars("rb2605", 3)] },
      "trade-tick": list,
      "depth-tick": list,
      static_info: list,
      ticker: list,
      instruments: {},
    };
    for (const base of ["quote-b-api", "quote-stock-b-api"]) {
      for (const [call, shape] of Object.entries(HTTP_RESULTS)) {
        if (call === "static_info" && base === "quote-b-api") continue;
        const { ret, data } = await ask(target(call, questions[call as HttpCall], "professional", base));
        assert.equal(ret, 200, call);
        assert.deepEqual(faultsOf(shape.json, data, shape.json), [], call);
        assert.notEqual(shape.read(data), undefined, call);
      }
    }
  });
});

describe("suspension lists", () => {
  const HALT = { symbol: "600416", publishDate: "2026-08-04 18:30:00" };

  test("empty by default, in the vendor's envelope, on the service's clock", async () => {
    const { fixture } = open();
    assert.deepEqual(await fixture.ask("/api/suspension/sse?token=free"), {
      status: 200,
      text: '{"success":true,"timestamp":"2026-08-06T18:32:25","totalCount":0,"data":[]}',
    });
  });

  test("what the source tells; an error in the vendor's envelope; unknown lists", async () => {
    const { fixture, ask } = open();
    fixture.suspensions = (exchange) => Promise.resolve(exchange === "nyse" ? [HALT] : []);
    const { data, currentSize } = (await ask("/api/suspension/nyse?token=professional&page=1")) as unknown as {
      data: object[];
      currentSize: number;
    };
    assert.deepEqual([currentSize, data.length], [1, 1]);
    fixture.suspensions = () => Promise.reject(new Error("not available"));
    const failed = await fixture.ask("/api/suspension/nasdaq?token=professional");
    assert.deepEqual(failed, { status: 500, text: '{"success":false,"error":"not available"}' });
    assert.equal((await fixture.ask("/api/suspension/lse?token=professional")).status, 404);
  });
});

describe("pacing", () => {
  test("generous: only a flood is refused", async () => {
    const { fixture } = open();
    const path = target("trade-tick", symbols("BTCUSDT"), "free");
    const statuses: number[] = [];
    for (let at = 0; at < 600; at++) statuses.push((await fixture.ask(path)).status);
    assert.deepEqual([statuses.indexOf(429), statuses.slice(500).every((status) => status === 429)], [500, true]);
    fixture.time += 1_000;
    assert.equal((await fixture.ask(path)).status, 200);
    assert.equal((await fixture.ask(target("trade-tick", symbols("BTCUSDT"), "basic"))).status, 200);
    assert.equal(fixture.usage.of("free").refusals.rate, 100);
    assert.equal(fixture.usage.of("free").requests.http, 601);
  });

  test("vendor: the plan's rate of each call, in the vendor's words", async () => {
    const { fixture } = open({ pacing: "vendor" });
    const path = target("trade-tick", symbols("BTCUSDT"), "free");
    assert.equal((await fixture.ask(path)).status, 200);
    fixture.time += 9_999;
    assert.deepEqual(await fixture.ask(path), { status: 429, text: TOO_MANY });
    assert.equal((await fixture.ask(target("depth-tick", symbols("BTCUSDT"), "free"))).status, 200);
    assert.equal((await fixture.ask(target("trade-tick", symbols("BTCUSDT"), "free2"))).status, 200);
    fixture.time += 1;
    assert.equal((await fixture.ask(path)).status, 200);
  });
});
