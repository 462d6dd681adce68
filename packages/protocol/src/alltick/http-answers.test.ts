import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import samples from "../../../../test/fixtures/alltick-http.json" with { type: "json" };
import { ALLTICK_ERRORS, type AllTickError } from "../errors.ts";
import type { Instrument, InstrumentKind, Market } from "../model/instrument.ts";
import { tickerOf } from "../model/ticker.ts";
import type { Snapshot } from "../model/ticks.ts";
import { levelsOf } from "./codes.ts";
import { readFoundInstruments } from "./extension-frames.ts";
import {
  encodeBatchKlines,
  encodeDepthTicks,
  encodeHttpError,
  encodeInstruments,
  encodeTickers,
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
import {
  decodeBatchKlines,
  decodeDepthTicks,
  decodeHttpReply,
  decodeKlines,
  decodeStaticInfo,
  decodeTickers,
  decodeTradeTicks,
} from "./http-replies.ts";
import { encodeSuspensions, readSuspensions, type SuspensionExchange } from "./http-suspensions.ts";
import { BLANK } from "../../../../test/support/samples.ts";

type Data = Readonly<Record<string, unknown>>;

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

const same = (data: Data, written: string): void =>
  assert.equal(withPlainTurnover(written), withPlainTurnover(JSON.stringify(data)));

describe("answers: every sample is written again as it was, key by key", () => {
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
        const { code, period, bars } = group;
        return { code, period, bars, instrument: instrumentOf(code, first!.open_price, first!.volume) };
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

test("an answer whose body cannot be read is judged by its status", () => {
  assert.deepEqual(decodeHttpReply(502, "<html>"), { ok: false, ret: 502, msg: "HTTP status 502", trace: "" });
  assert.deepEqual(decodeHttpReply(200, "[]"), { ok: false, ret: 200, msg: "HTTP status 200", trace: "" });
  const noData = decodeHttpReply(200, '{"ret":200,"msg":"ok"}');
  assert.equal(noData.ok, false);
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

test("tickers and instruments come back as they were sent", () => {
  const instrument = { ...instrumentOf("AAPL.US", "0.00", "0"), name: "Apple" };
  const side = { prices: [201.1], volumes: [3] };
  const snapshot: Snapshot = {
    ...BLANK,
    id: "AAPL.US",
    time: 1_786_012_345_000,
    tradingDay: "20260806",
    actionDay: "20260806",
    last: 201.19,
    preClose: 200,
    open: 199,
    high: 202,
    low: 198.5,
    volume: 1000,
    turnover: 200_500,
    bids: side,
  };
  const parse = (text: string): Data => JSON.parse(text) as Data;
  const data = parse(encodeTickers([{ code: "AAPL.US", event: snapshot, instrument }]));
  const [wire] = data["ticker_list"] as [Data];
  assert.equal(wire["tick_time"], "1786012345000");
  const { change, changePercent, ...exact } = tickerOf(instrument, snapshot);
  const [read] = decodeTickers(data);
  assert.deepEqual({ ...read, change: 0, changePercent: 0 }, { ...exact, change: 0, changePercent: 0 });
  assert.ok(Math.abs(read!.change - change) < 1e-9 && Math.abs(read!.changePercent - changePercent) < 0.01);
  const found = readFoundInstruments(parse(encodeInstruments([instrument], 7)));
  assert.deepEqual(
    found.map(({ code, name }) => [code, name]),
    [["AAPL.US", "Apple"]],
  );
});
