/** The client that keeps its connection, against a gateway over real sockets: with the vendor's pacing on, and with what Node has. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  AllTickClient,
  ClientError,
  type AllTickClientOptions,
  type ClientStatus,
  type Hole,
  type WebSocketConstructor,
} from "@tickwire/client";
import { futureOf, securities } from "@tickwire/protocol/catalog";
import type { Book, Kline, Ticker, Trade } from "@tickwire/protocol/model";
import { WebSocket as WsSocket } from "ws";
import { HandFeed, openGateway, type TestGateway } from "./support/gateway.ts";

const TIME = Date.parse("2025-12-23T10:45:30+08:00");
const MINUTE = 60_000;
const SECURITIES = new Map(securities().map((instrument) => [instrument.id, instrument]));
const PATIENCE = { timeout: 30_000 };

const feed = new HandFeed((sink) => {
  for (const instrument of [futureOf("rb2605")!, SECURITIES.get("BTCUSDT")!, SECURITIES.get("700.HK")!]) {
    sink.instrument(instrument);
  }
});
let gateway: TestGateway;
before(async () => {
  gateway = await openGateway({ TICKWIRE_ALLTICK_PACING: "vendor" }, [feed]);
  const reference = { time: TIME, preClose: 80_000, preSettlement: NaN, upperLimit: NaN, lowerLimit: NaN };
  feed.sink.reference("BTCUSDT", reference);
  for (let minute = 0; minute < 3; minute++) trade("BTCUSDT", TIME + minute * MINUTE, 84_000 + minute);
});
after(() => gateway[Symbol.asyncDispose]());

let now = TIME;
function trade(id: string, time: number, price: number): void {
  now = time;
  feed.sink.trade({ id, seq: 0, time, price, volume: 2, turnover: price * 2, direction: 1 });
  feed.sink.advance(time);
}

/** A client with the plan of the demo token, whose sockets the test can cut. */
function connect(more: Partial<AllTickClientOptions> = {}) {
  const sockets: WsSocket[] = [];
  const open = (url: string): WsSocket => {
    const socket = new WsSocket(url);
    sockets.push(socket);
    return socket;
  };
  function Opened(url: string): WsSocket {
    return open(url);
  }
  const WebSocket = Opened as unknown as WebSocketConstructor;
  const client = new AllTickClient({ url: gateway.http, token: "demo", plan: "professional", WebSocket, ...more });
  return { client, sockets };
}

async function first<T>(iterator: AsyncIterator<T, undefined>): Promise<T> {
  const { value, done } = await iterator.next();
  assert.ok(done !== true);
  return value as T;
}

describe("with the vendor's pacing", () => {
  it("both endpoints, both kinds and a cut, without a word of complaint", PATIENCE, async () => {
    const holes: Hole[] = [];
    const { promise: broken, resolve: noteBreak } = Promise.withResolvers<void>();
    const onStatus = ({ state }: ClientStatus): void => void (state === "waiting" && noteBreak());
    const { client, sockets } = connect({ onHole: (hole) => holes.push(hole), onStatus, backOff: { capMs: 3_300 } });
    const trades: AsyncIterator<Trade, undefined> = client.trades(["BTCUSDT", "700.HK"]);
    const books: AsyncIterator<Book, undefined> = client.books(["BTCUSDT"], { levels: 1 });
    await Promise.all([client.ready("general"), client.ready("stock")]);
    const known = await first(trades);
    assert.deepEqual([known.id, known.price], ["BTCUSDT", 84_002]);
    const side = { prices: [84_000, 83_999], volumes: [1, 2] };
    feed.sink.book({ id: "BTCUSDT", seq: 0, time: now, bids: side, asks: { prices: [84_001], volumes: [1] } });
    assert.deepEqual((await first(books)).bids, { prices: [84_000], volumes: [1] });
    trade("700.HK", now, 380);
    assert.equal((await first(trades)).price, 380);

    sockets[0]!.terminate();
    const cutAt = now;
    await broken;
    trade("BTCUSDT", now + 1_000, 84_500);
    await client.ready("general");
    trade("BTCUSDT", now + 2_000, 84_600);
    const after1 = await first(trades);
    const after2 = await first(trades);
    assert.deepEqual(
      [after1.price, after2.price],
      [84_500, 84_600],
      "the last known, then what follows, and nothing twice",
    );
    assert.deepEqual(
      holes.map(({ from, codes, cause }) => [from, codes, cause]),
      [[cutAt, ["BTCUSDT"], "1006 connection lost"]],
    );
    assert.equal(client.status.connections, 3);
    const waiting = trades.next();
    await client.close();
    assert.deepEqual(await waiting, { done: true, value: undefined });
  });

  it("bars from the past into the present, tickers, and the calls", PATIENCE, async () => {
    const { client } = connect();
    const bars: AsyncIterator<Kline, undefined> = client.klines("BTCUSDT", "1m", { from: TIME - MINUTE });
    const tickers: AsyncIterator<Ticker, undefined> = client.ticker(["BTCUSDT"]);
    const start = Math.floor(TIME / MINUTE) * MINUTE;
    for (let minute = 0; minute < 3; minute++) assert.equal((await first(bars)).time, start + minute * MINUTE);
    trade("BTCUSDT", start + 4 * MINUTE, 85_000);
    let bar = await first(bars);
    while (bar.time < start + 4 * MINUTE) bar = await first(bars);
    assert.equal(bar.open, 85_000);
    assert.equal((await first(tickers)).base, 80_000);
    const [past] = await client.batchKline([{ code: "BTCUSDT", period: "1m" }]);
    assert.equal(past!.bars.at(-1)!.close, 85_000);
    assert.equal((await client.kline({ code: "BTCUSDT", period: "1m", count: 3 })).length, 3);
    assert.deepEqual(
      (await client.tradeTick(["BTCUSDT", "700.HK"])).map(({ id }) => id),
      ["BTCUSDT", "700.HK"],
    );
    assert.equal((await client.depthTick(["BTCUSDT"])).length, 1);
    assert.equal((await client.staticInfo(["700.HK"]))[0]!.id, "700.HK");
    assert.deepEqual(await client.suspension("nasdaq"), []);
    assert.equal(await client.extensions(), true);
    await assert.rejects(client.kline({ code: "00700.HK", period: "1m" }), (error: unknown) => {
      return error instanceof ClientError && error.ret === 600 && !error.temporary;
    });
    await client.close();
  });
});

it("a token that is none ends it with the reason, also where the WebSocket does not tell", PATIENCE, async () => {
  for (const WebSocket of [undefined, WsSocket as unknown as WebSocketConstructor]) {
    const { WebSocket: own } = globalThis as { WebSocket?: WebSocketConstructor };
    const { client } = connect({ token: "nobody", plan: "basic", WebSocket: WebSocket ?? own });
    await assert.rejects(
      client.trades(["BTCUSDT"]).next(),
      (error: unknown) => error instanceof ClientError && error.ret === 401,
    );
    assert.equal(client.status.state, "failed");
    assert.doesNotMatch(client.status.cause, /nobody/);
    await client.close();
  }
});
