/** What the client asks of tickwire and of no other service. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Kline, Ticker } from "@tickwire/protocol/model";
import { FakeService } from "../../../test/support/fake-service.ts";
import { connectAllTick, type AllTickLink, type AllTickLinkOptions } from "./alltick.ts";
import { ClientError } from "./connection.ts";

const FIGURES = { open_price: "1", high_price: "4", low_price: "0.5", close_price: "2", volume: "10", turnover: "20" };
const WIRE_BAR = { timestamp: "1766453400", ...FIGURES, closed: 1, revised: 0, gap: 0 };
const BAR = {
  id: "GOLD",
  period: "1h",
  time: 1_766_453_400_000,
  open: 1,
  high: 4,
  low: 0.5,
  close: 2,
  volume: 10,
  turnover: 20,
  openInterest: NaN,
  closed: true,
  revised: false,
  gap: false,
};

/** A client of a service that answers everything with `data`. */
async function connect(data: object, more: Partial<AllTickLinkOptions> = {}) {
  const service = new FakeService();
  service.answer = ({ cmd_id, seq_id, trace }) =>
    service.send({ ret: 200, msg: "ok", cmd_id: Number(cmd_id) + 1, seq_id, trace, data });
  const base = { url: "ws://gateway:8081", token: "t", endpoint: "general", requestSpacingMs: 0 } as const;
  const client = await connectAllTick({ ...base, ...service.options, ...more });
  /** What the client sent for `call`, and what came of it. */
  const sent = async <T>(call: (client: AllTickLink) => Promise<T>): Promise<readonly [unknown, unknown, T]> => {
    const result = await call(client);
    const { cmd_id, data: asked } = service.frames.at(-1)!;
    return [cmd_id, asked, result];
  };
  return { service, client, sent };
}

test("bars and tickers are subscribed and arrive as the model's", async () => {
  const klines: Kline[] = [];
  const tickers: Ticker[] = [];
  const { service, sent } = await connect(
    {},
    { onKline: (bar) => klines.push(bar), onTicker: (one) => tickers.push(one) },
  );
  assert.deepEqual(await sent((client) => client.subscribeKlines([{ code: "GOLD", period: "1h" }])), [
    32_000,
    { symbol_list: [{ code: "GOLD", kline_type: 5 }] },
    undefined,
  ]);
  assert.deepEqual(await sent((client) => client.subscribeTickers(["GOLD"])), [
    32_002,
    { symbol_list: [{ code: "GOLD" }] },
    undefined,
  ]);
  service.send({ cmd_id: 32_998, data: { code: "GOLD", kline_type: 5, ...WIRE_BAR } });
  service.send({
    cmd_id: 32_999,
    data: { code: "GOLD", tick_time: 5, trading_day: "20251223", last_price: "4100.00" },
  });
  assert.deepEqual(klines, [BAR]);
  assert.deepEqual([tickers.length, tickers[0]!.last, tickers[0]!.change], [1, 4100, NaN]);
});

test("the past is asked for in the service's terms and comes as the model's", async () => {
  const bars = await connect({ code: "GOLD", kline_type: 5, kline_list: [WIRE_BAR] });
  const asked = { code: "GOLD", kline_type: 5, kline_timestamp_end: 0, query_kline_num: 100 };
  assert.deepEqual(await bars.sent((client) => client.klines("GOLD", "1h")), [32_012, asked, [BAR]]);
  const [, until] = await bars.sent((client) => client.klines("GOLD", "1h", 7, 1_766_453_400_000));
  assert.deepEqual(until, { ...asked, kline_timestamp_end: 1_766_453_400, query_kline_num: 7 });

  const tick = {
    code: "GOLD",
    seq: 7,
    tick_time: 1_766_453_415_500,
    price: "1",
    volume: "2",
    turnover: "2",
    trade_direction: 1,
  };
  const trades = await connect({ code: "GOLD", tick_list: [tick], next_cursor: "1766453415500.7" });
  const [cmd, range, { trades: page, next }] = await trades.sent((client) => client.trades("GOLD", { from: 5, to: 9 }));
  assert.deepEqual([cmd, range], [32_010, { code: "GOLD", from_ms: 5, to_ms: 9, limit: 500, cursor: "" }]);
  assert.deepEqual([page.length, page[0]!.price, next], [1, 1, { time: 1_766_453_415_500, seq: 7 }]);
  const [, rest] = await trades.sent((client) => client.trades("GOLD", { limit: 5, after: next! }));
  assert.deepEqual(rest, { code: "GOLD", from_ms: 0, to_ms: 0, limit: 5, cursor: "1766453415500.7" });
});

test("search and the list of subscriptions", async () => {
  const found = await connect({ instrument_list: [{ code: "rb2605", name: "螺纹钢2605" }] });
  const [cmd, asked, [first]] = await found.sent((client) => client.search("lwg"));
  assert.deepEqual([cmd, asked, first!.code], [32_008, { query: "lwg", limit: 20 }, "rb2605"]);
  const lists = await connect({ trade_list: [{ code: "A" }], kline_list: [{ code: "B", kline_type: 10 }] });
  assert.deepEqual(await lists.sent((client) => client.subscriptions()), [
    32_006,
    {},
    { trades: ["A"], books: [], klines: [{ code: "B", period: "1M" }], tickers: [] },
  ]);
});

test("a service that does not know these says so", async () => {
  const { service, client } = await connect({});
  service.answer = () =>
    service.send({ ret: 201, msg: "request header param invalid", cmd_id: 0, seq_id: 0, trace: "", data: {} });
  await assert.rejects(client.search("lwg"), (error: unknown) => error instanceof ClientError && error.ret === 201);
});
