/** What tickwire has besides AllTick's own commands, over real sockets. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { connectAllTick, type AllTickLink } from "@tickwire/client";
import { futureOf, securities } from "@tickwire/protocol/catalog";
import type { Kline, Ticker } from "@tickwire/protocol/model";
import { WebSocket } from "ws";
import { TestClient, type Json } from "./support/client.ts";
import { HandFeed, openGateway, type TestGateway } from "./support/gateway.ts";
import { Command } from "./support/process.ts";

/** Half a minute past a minute in which both markets are open. */
const TIME = Date.parse("2025-12-23T10:45:30+08:00");
const MINUTE = 60_000;
/** What has not come by then will not come. */
const PATIENCE_MS = 30_000;
const RB = futureOf("rb2605")!;
const SECURITIES = new Map(securities().map((instrument) => [instrument.id, instrument]));

const feed = new HandFeed((sink) => {
  for (const instrument of [RB, SECURITIES.get("BTCUSDT")!, SECURITIES.get("700.HK")!]) sink.instrument(instrument);
});

/** A trade, and the feed's time with it. */
function trade(id: string, time: number, price: number, volume = 2): void {
  feed.sink.trade({ id, seq: 0, time, price, volume, turnover: price * volume, direction: 1 });
  feed.sink.advance(time);
}

let gateway: TestGateway;
before(async () => {
  gateway = await openGateway({}, [feed]);
  const reference = { time: TIME, preClose: 3400, preSettlement: 3500, upperLimit: NaN, lowerLimit: NaN };
  feed.sink.reference("rb2605", reference);
  feed.sink.reference("BTCUSDT", { ...reference, preClose: 80_000 });
  trade("rb2605", TIME, 3535);
  trade("BTCUSDT", TIME, 84_000);
});
after(() => gateway[Symbol.asyncDispose]());

/** A plain connection: what it sends and gets is looked at as it is. */
async function open(path = "/quote-b-ws-api"): Promise<TestClient & AsyncDisposable> {
  const client = await TestClient.open(`${gateway.ws}${path}?token=demo`);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** tickwire's own client. */
async function connect(
  on: { onKline?: (bar: Kline) => void; onTicker?: (ticker: Ticker) => void } = {},
): Promise<AllTickLink> {
  const endpoint = "general";
  return connectAllTick({ url: gateway.ws, token: "demo", endpoint, requestSpacingMs: 0, WebSocket, ...on });
}

describe("tickers", () => {
  it("come after the reply, and again with every snapshot", async () => {
    await using client = await open();
    client.send({
      cmd_id: 32_002,
      seq_id: 9,
      trace: "x",
      data: { symbol_list: [{ code: "rb2605" }, { code: "BTCUSDT" }] },
    });
    assert.deepEqual(await client.next(), { ret: 200, msg: "ok", cmd_id: 32_003, seq_id: 9, trace: "x", data: {} });
    const { data: first } = await client.next();
    const { code, last_price, base_price, change, change_percent } = first as Json;
    assert.deepEqual([code, last_price, base_price, change, change_percent], ["rb2605", "3535", "3500", "35", "1.00"]);
    const { data: second } = await client.next();
    const coin = second as Json;
    assert.deepEqual([coin["code"], coin["base_price"], coin["change_percent"]], ["BTCUSDT", "80000.00", "5.00"]);
    trade("rb2605", TIME + 1_000, 3465);
    const { data: third } = await client.next();
    const { last_price: last, change: down, volume, low_price } = third as Json;
    assert.deepEqual([last, down, volume, low_price], ["3465", "-35", "4", "3465"]);
  });
});

describe("bars", () => {
  it("are pushed as they are formed and once when they have closed", { timeout: PATIENCE_MS }, async () => {
    const bars: Kline[] = [];
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    const client = await connect({
      onKline: (bar) => {
        bars.push(bar);
        if (bar.closed) resolve();
      },
    });
    await client.subscribeKlines([{ code: "BTCUSDT", period: "1m" }]);
    const start = TIME - 30_000 + MINUTE;
    trade("BTCUSDT", start, 85_000);
    trade("BTCUSDT", start + 1_000, 86_000);
    trade("BTCUSDT", start + 2_000, 84_500);
    feed.sink.advance(start + MINUTE);
    feed.sink.advance(start + 2 * MINUTE);
    await closed;
    await client.close();
    const own = bars.filter(({ time }) => time === start);
    const { open: first, high, low, close, volume, closed: isClosed } = own.at(-1)!;
    assert.deepEqual([first, high, low, close, volume, isClosed], [85_000, 86_000, 84_500, 84_500, 6, true]);
    assert.ok(
      own.slice(0, -1).every((bar) => !bar.closed),
      "closed once",
    );
    assert.ok(own.length >= 2 && own.length <= 5, `${own.length} pushes in two seconds`);
  });

  it("of the past are asked for over the socket, and shown by the command", async () => {
    const client = await connect();
    const bars = await client.klines("BTCUSDT", "1m", 5);
    await client.close();
    assert.ok(bars.length >= 1);
    assert.equal(bars.at(-1)!.id, "BTCUSDT");
    assert.deepEqual(
      bars.map(({ time }) => time),
      bars.map(({ time }) => time).toSorted((a, b) => a - b),
    );
    const { code, stdout, stderr } = await new Command(["klines", "BTCUSDT", "--limit", "5", "--url", gateway.ws])
      .ended;
    assert.deepEqual([code, stderr], [0, ""]);
    const shown = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Json);
    assert.deepEqual(
      shown.map(({ time, close }) => [time, close]),
      bars.map(({ time, close }) => [time, close]),
    );
  });

  it("are followed by the command", { timeout: PATIENCE_MS }, async () => {
    const command = new Command(["klines", "BTCUSDT", "--limit", "1", "--follow", "--count", "2", "--url", gateway.ws]);
    const [first] = await command.says(/^.+\n/);
    let time = (JSON.parse(first) as { time: number }).time + 2 * MINUTE;
    const beat = setInterval(() => trade("BTCUSDT", (time += 1_000), 90_000), 50);
    const { code, stdout } = await command.ended.finally(() => clearInterval(beat));
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Json);
    assert.deepEqual([code, lines.length, lines[1]!["type"]], [0, 2, "kline"]);
    assert.ok(Number(lines[1]!["time"]) > Number(lines[0]!["time"]));
  });

  it("of what nobody trades are none; mistakes on the command line are told", async () => {
    const none = await new Command(["klines", "ETHUSDT", "--url", gateway.ws]).ended;
    assert.deepEqual([none.code, none.stdout], [3, ""]);
    assert.match(none.stderr, /600 code invalid/);
    for (const [args, what] of [
      [["--period", "2m"], /--period: expected one of 1m, 5m/],
      [["--limit", "501"], /--limit: expected at most 500/],
      [["--limit", "x"], /--limit: expected a positive integer/],
      [["--url", "http://x"], /--url: expected ws/],
    ] as const) {
      const { code, stderr } = await new Command(["klines", "BTCUSDT", ...args]).ended;
      assert.equal(code, 2, args.join(" "));
      assert.match(stderr, what);
    }
  });
});

describe("trades of the past", () => {
  it("come in pages that join without a gap or a repetition", async () => {
    for (let i = 0; i < 25; i++) trade("rb2605", TIME + 10_000 + i, 3500 + i, 1);
    const client = await connect();
    const range = { from: TIME + 10_000, to: TIME + 10_025 };
    let seen: number[] = [];
    for (let patience = 100; seen.length < 25 && patience > 0; patience--) {
      seen = [];
      for (let next: { time: number; seq: number } | undefined; ;) {
        const page = await client.trades("rb2605", {
          ...range,
          limit: 10,
          ...(next === undefined ? {} : { after: next }),
        });
        assert.ok(page.trades.length <= 10);
        seen.push(...page.trades.map(({ price }) => price));
        if (page.next === undefined) break;
        next = page.next;
      }
    }
    await client.close();
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, i) => 3500 + i),
    );
  });
});

describe("search and subscriptions", () => {
  it("finds by pinyin initials, with what a client needs to know", async () => {
    const client = await connect();
    const [rb] = await client.search("lwg");
    const { code, name, price_tick, price_decimals, multiplier, hours } = rb!;
    assert.deepEqual([code, name, price_tick, price_decimals, multiplier], ["rb2605", "螺纹钢2605", "1", 0, 10]);
    assert.equal(hours.night!.start, "21:00");
    assert.deepEqual(await client.search("txkg"), [], "the other endpoint's");
    await client.close();
  });

  it("lists what the connection is subscribed to", async () => {
    const client = await connect();
    await client.subscribeTrades(["rb2605"]);
    await client.subscribeBooks(["BTCUSDT"], 3);
    await client.subscribeKlines([{ code: "rb2605", period: "1d" }]);
    await client.subscribeTickers(["BTCUSDT"]);
    assert.deepEqual(await client.subscriptions(), {
      trades: ["rb2605"],
      books: [{ code: "BTCUSDT", level: 3 }],
      klines: [{ code: "rb2605", period: "1d" }],
      tickers: ["BTCUSDT"],
    });
    await client.close();
  });
});

describe("every frame", () => {
  it("is free of null, true and false, also where nothing is known", async () => {
    await using client = await open("/quote-stock-b-ws-api");
    const texts: string[] = [];
    client.ws.on("message", (data) => void texts.push(String(data)));
    const symbol_list = [{ code: "700.HK" }, { code: "rb2605" }];
    const requests: (readonly [number, object])[] = [
      [32_000, { symbol_list, kline_type: [1, 5, 8, 10] }],
      [32_002, { symbol_list }],
      [32_006, {}],
      [32_008, { query: "700" }],
      [32_010, { code: "rb2605" }],
      [32_012, { code: "rb2605", kline_type: 8 }],
      [32_012, { code: "700.HK", kline_type: 8 }],
      [32_004, { cancel_type: 0 }],
      [32_012, {}],
      [32_010, { code: "BTCUSDT" }],
    ];
    for (const [seq_id, [cmd_id, data]] of requests.entries()) client.send({ cmd_id, seq_id, trace: "t", data });
    const replies: Json[] = [];
    while (replies.length < requests.length) replies.push(await client.next((frame) => "ret" in frame));
    const rets = replies.toSorted((a, b) => Number(a["seq_id"]) - Number(b["seq_id"])).map(({ ret }) => ret);
    assert.deepEqual(rets, [200, 200, 200, 200, 200, 200, 200, 200, 400, 600]);
    for (const text of texts) assert.doesNotMatch(text, /[[:,](?:null|true|false|NaN)\b/);
  });
});
