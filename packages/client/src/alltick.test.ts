import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Book, Trade } from "@tickwire/protocol/model";
import { allTickUrl, connectAllTick, splitByEndpoint, type AllTickLink, type AllTickLinkOptions } from "./alltick.ts";
import { ClientError } from "./connection.ts";
import { FakeService, settle } from "../../../test/support/fake-service.ts";

const BASE = { url: "ws://gateway:8081", token: "secret-token", endpoint: "general" } as const;

function ok({ cmd_id, seq_id, trace }: Record<string, unknown>, ret = 200, msg = "ok"): object {
  return { ret, msg, cmd_id: Number(cmd_id) + 1, seq_id, trace, data: {} };
}

async function connect(service: FakeService, more: Partial<AllTickLinkOptions> = {}): Promise<AllTickLink> {
  return connectAllTick({ ...BASE, ...service.options, ...more });
}

/** A service that says yes to everything. */
function friendly(): FakeService {
  const service = new FakeService();
  service.answer = (frame) => service.send(ok(frame));
  return service;
}

describe("allTickUrl", () => {
  it("adds the endpoint's path where there is none, and the token always", () => {
    assert.equal(allTickUrl("ws://h:1", "general", "t-c-app"), "ws://h:1/quote-b-ws-api?token=t-c-app");
    assert.equal(allTickUrl("wss://h/", "stock", "a&b"), "wss://h/quote-stock-b-ws-api?token=a%26b");
    assert.equal(allTickUrl("wss://h/quote-b-ws-api?x=1", "stock", "t"), "wss://h/quote-b-ws-api?x=1&token=t");
    assert.throws(() => allTickUrl("nonsense", "stock", "t"), ClientError);
  });
});

describe("splitByEndpoint", () => {
  it("tells stocks from the rest by their suffix", () => {
    const groups = splitByEndpoint(["BTCUSDT", "700.HK", "GOLD", "AAPL.US", "rb2605"]);
    assert.deepEqual(
      [...groups],
      [
        ["general", ["BTCUSDT", "GOLD", "rb2605"]],
        ["stock", ["700.HK", "AAPL.US"]],
      ],
    );
  });
});

describe("connecting", () => {
  it("tells what a refusal may mean, and never the token", async () => {
    const service = new FakeService();
    service.accepts = false;
    await assert.rejects(connect(service), (error: unknown) => {
      assert.ok(error instanceof ClientError);
      assert.equal(error.kind, "connect");
      assert.match(error.message, /^cannot connect to ws:\/\/gateway:8081\/quote-b-ws-api: .*token unknown/);
      assert.doesNotMatch(error.message, /secret-token/);
      return true;
    });
    assert.equal(service.timers.waiting, 0);
  });

  it("does not wait for ever", async () => {
    const service = new FakeService();
    service.accepts = "never answers";
    const connecting = assert.rejects(connect(service), /no answer within 10 s/);
    await service.timers.pass(10_000);
    await connecting;
  });

  it("without any WebSocket says so", async () => {
    const { WebSocket } = globalThis;
    try {
      Reflect.deleteProperty(globalThis, "WebSocket");
      await assert.rejects(connectAllTick(BASE), /this host has no WebSocket/);
    } finally {
      Object.defineProperty(globalThis, "WebSocket", { value: WebSocket, configurable: true, writable: true });
    }
  });
});

describe("subscriptions", () => {
  it("are sent as documented and resolve with their reply", async () => {
    const service = friendly();
    const client = await connect(service);
    await client.subscribeTrades(["BTCUSDT", "GOLD"]);
    const books = client.subscribeBooks(["BTCUSDT"], 5);
    await service.timers.pass(1_050);
    await books;
    assert.deepEqual(
      service.frames.map(({ cmd_id, data }) => [cmd_id, data]),
      [
        [22004, { symbol_list: [{ code: "BTCUSDT" }, { code: "GOLD" }] }],
        [22002, { symbol_list: [{ code: "BTCUSDT", depth_level: 5 }] }],
      ],
    );
    assert.equal(new Set(service.frames.map(({ seq_id }) => seq_id)).size, 2);
  });

  it("keep the second that every plan asks for between two requests", async () => {
    const service = friendly();
    const client = await connect(service);
    const all = Promise.all([
      client.subscribeTrades(["A"]),
      client.subscribeBooks(["A"]),
      client.subscribeTrades(["B"]),
    ]);
    await settle();
    assert.equal(service.frames.length, 1);
    await service.timers.pass(1_000);
    assert.equal(service.frames.length, 1);
    await service.timers.pass(100);
    assert.equal(service.frames.length, 2);
    await service.timers.pass(1_100);
    assert.equal(service.frames.length, 3);
    await all;
  });

  it("that are refused reject with the service's code and words", async () => {
    const service = new FakeService();
    service.answer = (frame) => service.send(ok(frame, 600, "code invalid"));
    const client = await connect(service);
    await assert.rejects(client.subscribeTrades(["NOPE"]), (error: unknown) => {
      assert.ok(error instanceof ClientError);
      assert.deepEqual(
        [error.kind, error.ret, error.message],
        ["refused", 600, "trade subscription: 600 code invalid"],
      );
      return true;
    });
  });

  it("take the reply to an unreadable header for theirs", async () => {
    const service = new FakeService();
    service.answer = () =>
      service.send({ ret: 201, msg: "request header param invalid", cmd_id: 0, seq_id: 0, trace: "", data: {} });
    const client = await connect(service);
    await assert.rejects(client.subscribeTrades(["A"]), /201 request header param invalid/);
  });

  it("reject when no reply comes, and when the connection ends first", async () => {
    const service = new FakeService();
    const client = await connect(service);
    const late = assert.rejects(client.subscribeTrades(["A"]), /trade subscription: no reply within 10 s/);
    await service.timers.pass(10_000);
    await late;
    const cut = assert.rejects(
      client.subscribeTrades(["A"]),
      /trade subscription: the connection ended \(1001 going away\)/,
    );
    const never = assert.rejects(client.subscribeBooks(["A"]), /depth subscription: the connection has ended/);
    await settle();
    service.end(1001, "going away");
    await cut;
    await never;
    await assert.rejects(client.subscribeTrades(["A"]), /the connection has ended/);
    assert.equal(service.timers.waiting, 0);
  });
});

describe("pushes", () => {
  it("arrive as the model's trades and books, exact frames at onFrame", async () => {
    const service = friendly();
    const trades: Trade[] = [];
    const books: Book[] = [];
    const frames: string[] = [];
    const client = await connect(service, {
      onTrade: (trade) => trades.push(trade),
      onBook: (book) => books.push(book),
      onFrame: (direction, text) => frames.push(`${direction} ${text}`),
    });
    await client.subscribeTrades(["GOLD"]);
    const trade = {
      code: "GOLD",
      seq: 7,
      tick_time: 1781166146694,
      price: "4101.91",
      volume: "8.00",
      turnover: "32815.28",
      trade_direction: 1,
    };
    const push = JSON.stringify({ cmd_id: 22998, data: trade });
    service.send(push);
    service.send(
      new TextEncoder().encode(
        JSON.stringify({
          cmd_id: 22999,
          data: { code: "GOLD", seq: 8, tick_time: 1781166146695, bids: [{ price: "1.5", volume: "2" }], asks: [] },
        }),
      ).buffer,
    );
    service.send("not json");
    assert.deepEqual(trades, [
      { id: "GOLD", seq: 7, time: 1781166146694, price: 4101.91, volume: 8, turnover: 32815.28, direction: 1 },
    ]);
    assert.deepEqual(books, [
      {
        id: "GOLD",
        seq: 8,
        time: 1781166146695,
        bids: { prices: [1.5], volumes: [2] },
        asks: { prices: [], volumes: [] },
      },
    ]);
    assert.equal(frames[0], `sent ${JSON.stringify(service.frames[0])}`);
    assert.equal(frames[2], `received ${push}`);
    assert.equal(frames.at(-1), "received not json");
  });
});

describe("liveness", () => {
  it("is kept up by a heartbeat every 10 s", async () => {
    const service = friendly();
    const client = await connect(service);
    await service.timers.pass(30_000);
    assert.deepEqual(
      service.frames.map(({ cmd_id }) => cmd_id),
      [22000, 22000, 22000],
    );
    await client.close();
    await service.timers.pass(60_000);
    assert.equal(service.frames.length, 3);
  });

  it("of a mute service is given up 10 s after a heartbeat without any frame", async () => {
    const service = new FakeService();
    const client = await connect(service);
    let ended = false;
    void client.closed.then(() => (ended = true));
    await service.timers.pass(19_999);
    assert.equal(ended, false);
    await service.timers.pass(1);
    assert.deepEqual(await client.closed, {
      code: 1006,
      reason: "mute: no answer to a heartbeat within 10 s",
      wanted: false,
    });
  });
});

describe("close", () => {
  it("is idempotent, ends everything and is known to be wanted", async () => {
    const service = friendly();
    const trades: Trade[] = [];
    const client = await connect(service, { onTrade: (trade) => trades.push(trade) });
    const closing = client.close();
    service.send({
      cmd_id: 22998,
      data: { code: "A", seq: 1, tick_time: 1e12, price: "1", volume: "1", turnover: "1", trade_direction: 0 },
    });
    await Promise.all([closing, client.close()]);
    await client.close();
    assert.deepEqual(trades, []);
    assert.deepEqual(await client.closed, { code: 1000, reason: "", wanted: true });
    await service.timers.pass(5_000);
    assert.equal(service.timers.waiting, 0);
  });

  it("does not wait for a service that does not answer it", async () => {
    const service = friendly();
    service.answersClose = false;
    const client = await connect(service);
    const closing = client.close();
    await service.timers.pass(2_000);
    await closing;
    assert.equal((await client.closed).code, 1006);
  });
});
