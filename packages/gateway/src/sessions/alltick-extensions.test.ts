/** The extensions on one connection: bars, tickers, the past, search, and one's own subscriptions. */
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import type { Kline, Period, Trade } from "@tickwire/protocol/model";
import { AllTickFixture, type AllTickClient } from "../../../../test/support/alltick-fixture.ts";

/** A frame as far as these tests read it. */
interface Frame {
  readonly cmd_id: number;
  readonly ret?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

function ask(client: AllTickClient, cmd_id: number, data: unknown, seq_id = 1): Frame[] {
  return client.ask(cmd_id, data, seq_id) as unknown as Frame[];
}

/** The outcomes of frames: `ret` of replies, `cmd_id` and code of pushes. */
function outline(frames: readonly Frame[]): unknown[] {
  return frames.map(({ ret, cmd_id, data }) => ret ?? [cmd_id, data["code"]]);
}

function bar(id: string, period: Period, known: Partial<Kline> = {}): Kline {
  const figures = { open: 100, high: 101, low: 99, close: 100, volume: 5, turnover: 500, openInterest: NaN };
  return { id, period, time: 1_786_012_320_000, ...figures, closed: false, revised: false, gap: false, ...known };
}

function publish(fixture: AllTickFixture, kline: Kline): void {
  fixture.hub.channel(kline.id).publish(`kline:${kline.period}`, kline);
}

const listed = (...codes: readonly string[]) => ({ symbol_list: codes.map((code) => ({ code })) });

test("bars: the reply, then the last known bar, then what follows; another list takes the place of the first", () => {
  const market = new AllTickFixture();
  const client = market.connect();
  publish(market, bar("BTCUSDT", "1m", { close: 1 }));
  const frames = ask(client, 32_000, { symbol_list: [{ code: "BTCUSDT", kline_type: [1, 8] }] }, 77);
  assert.deepEqual(outline(frames), [200, [32_998, "BTCUSDT"]]);
  assert.deepEqual([frames[0]!.cmd_id, frames[0]!.data], [32_001, {}]);
  assert.deepEqual([frames[1]!.data["kline_type"], frames[1]!.data["close_price"]], [1, "1.00"]);
  publish(market, bar("BTCUSDT", "1d", { closed: true, revised: true, gap: true }));
  publish(market, bar("BTCUSDT", "5m"));
  publish(market, bar("ETHUSDT", "1m"));
  const [push, ...rest] = client.seen() as unknown as Frame[];
  const { kline_type, closed, revised, gap } = push!.data;
  assert.deepEqual([rest, kline_type, closed, revised, gap], [[], 8, 1, 1, 1]);
  assert.deepEqual(outline(ask(client, 32_000, { ...listed("ETHUSDT"), kline_type: 1 })), [200, [32_998, "ETHUSDT"]]);
  publish(market, bar("BTCUSDT", "1m"));
  assert.deepEqual(client.seen(), []);
});

test("a bar that has closed must arrive, one that is being formed may be replaced", () => {
  const market = new AllTickFixture();
  const client = market.connect();
  ask(client, 32_000, { ...listed("GOLD"), kline_type: 1 });
  publish(market, bar("GOLD", "1m"));
  publish(market, bar("GOLD", "1m", { closed: true }));
  const [forming, closed] = client.peer.frames;
  assert.notEqual(forming!.message!.conflation, null);
  assert.equal(closed!.message!.conflation, null);
});

test("tickers: the day in one line at every snapshot, only the newest for a slow reader", () => {
  const market = new AllTickFixture();
  const client = market.connect();
  assert.deepEqual(outline(ask(client, 32_002, listed("GOLD", "XAUUSD"))), [200]);
  market.trade("GOLD", 4100);
  const frames = client.peer.frames;
  assert.ok(frames.every(({ message }) => message!.conflation !== null));
  const pushes = client.seen() as unknown as Frame[];
  assert.deepEqual(outline(pushes), [
    [32_999, "GOLD"],
    [32_999, "XAUUSD"],
  ]);
  const { last_price, high_price, volume, change, open_interest } = pushes[0]!.data;
  assert.deepEqual(
    [last_price, high_price, volume, change, open_interest],
    ["4100.00", "4100.00", "1", undefined, undefined],
  );
});

/** What still flows after `cancel`, of one subscription of each kind. */
function flowing(cancel: (client: AllTickClient) => void): unknown[] {
  const market = new AllTickFixture();
  const client = market.connect();
  client.trades("GOLD");
  ask(client, 32_000, { ...listed("GOLD"), kline_type: 1 });
  ask(client, 32_002, listed("GOLD"));
  cancel(client);
  client.seen();
  market.trade("GOLD");
  publish(market, bar("GOLD", "1m"));
  return (client.seen() as unknown as Frame[]).map(({ cmd_id }) => cmd_id);
}

test("each kind is cancelled by itself; 0 of either command is everything that it knows", () => {
  const cancelled = (cmd: number, cancel_type: number) => flowing((client) => void ask(client, cmd, { cancel_type }));
  assert.deepEqual(cancelled(32_004, 0), [22_998]);
  assert.deepEqual(cancelled(32_004, 1), [22_998, 32_999]);
  assert.deepEqual(cancelled(32_004, 2), [22_998, 32_998]);
  assert.deepEqual(cancelled(22_006, 0), []);
  assert.deepEqual(cancelled(22_006, 2), [32_999, 32_998]);
  assert.deepEqual(
    flowing((client) => client.session.closed()),
    [],
  );
});

test("codes count once per kind against the plan, whatever their periods; the rules of refusal are those of trades", () => {
  const codes = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "EURUSD", "GBPUSD"];
  const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  for (const overLimit of ["truncate", "reject"] as const) {
    const market = new AllTickFixture({ overLimit });
    const client = market.connect("free");
    const tooMany = overLimit === "truncate" ? 200 : 603;
    assert.deepEqual(outline(ask(client, 32_000, { ...listed(...codes.slice(0, 5)), kline_type: all })), [200]);
    assert.deepEqual(outline(ask(client, 32_000, { ...listed(...codes), kline_type: all })), [tooMany]);
    assert.deepEqual(outline(ask(client, 32_002, listed(...codes))), [tooMany]);
    const { kline_list } = ask(client, 32_006, {})[0]!.data as { kline_list: unknown[] };
    assert.equal(kline_list.length, 50);
  }
  const market = new AllTickFixture({}, ["GOLD", "AAPL.US"]);
  const client = market.connect();
  for (const [cmd, more] of [
    [32_000, { kline_type: 1 }],
    [32_002, {}],
  ] as const) {
    assert.deepEqual(
      outline(ask(client, cmd, { ...listed("AAPL.US", "NOPE"), ...more })),
      [600],
      "the other endpoint's",
    );
    assert.deepEqual(outline(ask(client, cmd, { ...listed("Silver", "NOPE"), ...more })), [604]);
    assert.deepEqual(outline(ask(client, cmd, { ...listed("Silver", "XAUUSD"), ...more })), [200]);
    assert.deepEqual(outline(ask(client, cmd, { symbol_list: [] })), [400]);
  }
});

test("the list of subscriptions is what was asked for and accepted", () => {
  const market = new AllTickFixture();
  const client = market.connect();
  const list = (): unknown => ask(client, 32_006, {})[0]!.data;
  assert.deepEqual(list(), { trade_list: [], depth_list: [], kline_list: [], ticker_list: [] });
  client.trades("XAUUSD", "NOPE", "GOLD", "GOLD");
  client.books("BTCUSDT:3", "GOLD");
  ask(client, 32_000, { symbol_list: [{ code: "GOLD", kline_type: 10 }] });
  ask(client, 32_002, listed("GOLD"));
  const kline_list = [{ code: "GOLD", kline_type: 10 }];
  const rest = { kline_list, ticker_list: [{ code: "GOLD" }] };
  assert.deepEqual(list(), {
    trade_list: [{ code: "XAUUSD" }, { code: "GOLD" }],
    depth_list: [
      { code: "BTCUSDT", depth_level: 3 },
      { code: "GOLD", depth_level: 0 },
    ],
    ...rest,
  });
  client.books("BTCUSDT:9");
  assert.deepEqual(list(), {
    trade_list: [{ code: "XAUUSD" }, { code: "GOLD" }],
    depth_list: [{ code: "BTCUSDT", depth_level: 9 }],
    ...rest,
  });
});

test("the list tells the newest request, also where it changes nothing that is sent", () => {
  const client = new AllTickFixture().connect();
  client.books("GOLD:3");
  client.books("GOLD:9");
  const { depth_list } = ask(client, 32_006, {})[0]!.data;
  assert.deepEqual(depth_list, [{ code: "GOLD", depth_level: 9 }]);
});

/** Codes that a token with these codes finds. */
function found(codes: readonly string[], endpoint: "stock" | "general", query: string): unknown[] {
  const client = new AllTickFixture({}, codes).connect("professional", endpoint);
  const { instrument_list } = ask(client, 32_008, { query })[0]!.data as { instrument_list: { code: string }[] };
  return instrument_list.map(({ code }) => code);
}

test("search finds what the endpoint has and the token may see", () => {
  assert.deepEqual(found([], "general", "usd"), [
    "USDJPY",
    "EURUSD",
    "GBPUSD",
    "BTCUSDT",
    "ETHUSDT",
    "SOLUSDT",
    "XRPUSDT",
  ]);
  assert.deepEqual(found([], "stock", "usd"), []);
  assert.deepEqual(found([], "stock", "700.hk"), ["700.HK"]);
  assert.deepEqual(found(["BTC*"], "general", "usd"), ["BTCUSDT"]);
});

const TRADE: Trade = {
  id: "GOLD",
  seq: 3,
  time: 1_786_012_345_000,
  price: 4100,
  volume: 2,
  turnover: 8200,
  direction: 0,
};

test("trades of the past come in pages, under the name that was asked for", async () => {
  const market = new AllTickFixture();
  const client = market.connect();
  const asked: unknown[] = [];
  market.past = {
    ...market.past,
    history: {
      readTrades: async (...question) => (asked.push(question), { trades: [TRADE], more: question[3] === undefined }),
    },
  };
  assert.deepEqual(
    ask(client, 32_010, { code: "XAUUSD", from_ms: 5, to_ms: 9, limit: 7 }),
    [],
    "the answer takes time",
  );
  await turn();
  const [first] = client.seen() as unknown as Frame[];
  const tick = first!.data["tick_list"] as Record<string, unknown>[];
  assert.deepEqual(
    [first!.cmd_id, first!.ret, first!.data["code"], tick.length, tick[0]!["code"]],
    [32_011, 200, "XAUUSD", 1, "XAUUSD"],
  );
  ask(client, 32_010, { code: "XAUUSD", from_ms: 5, to_ms: 9, limit: 7, cursor: first!.data["next_cursor"] });
  await turn();
  assert.equal((client.seen() as unknown as Frame[])[0]!.data["next_cursor"], "");
  assert.deepEqual(asked, [
    ["GOLD", 5, 9, undefined, 7],
    ["GOLD", 5, 9, { time: TRADE.time, seq: 3 }, 7],
  ]);
});

test("bars of the past come ascending as strings with flags", async () => {
  const market = new AllTickFixture();
  const client = market.connect();
  const asked: unknown[] = [];
  market.past = {
    ...market.past,
    bars: {
      bars: async (...question) => (asked.push(question), [bar("GOLD", "1h", { closed: true }), bar("GOLD", "1h")]),
    },
  };
  ask(client, 32_012, { code: "GOLD", kline_type: 5, query_kline_num: 2 });
  await turn();
  const [reply] = client.seen() as unknown as Frame[];
  const list = reply!.data["kline_list"] as Record<string, unknown>[];
  assert.deepEqual([reply!.cmd_id, reply!.data["kline_type"], list.map(({ closed }) => closed)], [32_013, 5, [1, 0]]);
  assert.equal(list[0]!["timestamp"], "1786012320");
  assert.deepEqual(asked, [["GOLD", "1h", Infinity, 2]]);
  for (const [cmd, data, ret] of [
    [32_012, { code: "NOPE", kline_type: 1 }, 600],
    [32_012, { code: "AAPL.US", kline_type: 1 }, 600],
    [32_010, { code: "NOPE" }, 600],
    [32_010, { code: "" }, 600],
  ] as const)
    assert.deepEqual(outline(ask(client, cmd, data)), [ret]);
  const narrow = new AllTickFixture({}, ["GOLD"]).connect();
  assert.deepEqual(outline(ask(narrow, 32_012, { code: "Silver", kline_type: 1 })), [604]);
  assert.deepEqual(outline(ask(narrow, 32_010, { code: "Silver" })), [604]);
});

/** A history whose answers the test gives, one after the other. */
function openSlow(market: AllTickFixture): { readonly running: () => number; readonly finish: () => Promise<void> } {
  const waiting: (() => void)[] = [];
  market.past = {
    ...market.past,
    bars: { bars: () => new Promise((resolve) => void waiting.push(() => resolve([]))) },
  };
  const finish = async (): Promise<void> => {
    waiting.shift()?.();
    await turn();
  };
  return { running: () => waiting.length, finish };
}

test("questions about the past are answered one at a time, in their order, and hold up nothing else", async () => {
  const market = new AllTickFixture();
  const client = market.connect();
  const slow = openSlow(market);
  const question = { code: "GOLD", kline_type: 1 };
  for (let seq = 1; seq <= 3; seq++) ask(client, 32_012, question, seq);
  assert.equal(slow.running(), 1);
  assert.deepEqual(outline(ask(client, 22_000, {})), [200]);
  for (let seq = 1; seq <= 3; seq++) {
    await slow.finish();
    assert.deepEqual(
      (client.seen() as { seq_id?: number }[]).map(({ seq_id }) => seq_id),
      [seq],
    );
  }
});

test("of questions that wait there are at most eight: 605, and the connection stays", async () => {
  const market = new AllTickFixture();
  const client = market.connect();
  const slow = openSlow(market);
  const question = { code: "GOLD", kline_type: 1 };
  const replies = Array.from({ length: 10 }, (_, seq) => outline(ask(client, 32_012, question, seq))).flat();
  assert.deepEqual(replies, [605]);
  assert.equal(client.peer.closed, undefined);
  for (let i = 0; i < 9; i++) await slow.finish();
  assert.equal(client.seen().length, 9);
  ask(client, 32_012, question);
  await slow.finish();
  assert.deepEqual(
    client.seen().map(({ ret }) => ret),
    [200],
    "the line is free again",
  );
});

test("a connection that ended gets no late answer and asks nothing more", async () => {
  const market = new AllTickFixture();
  const client = market.connect();
  const slow = openSlow(market);
  for (let i = 0; i < 3; i++) ask(client, 32_012, { code: "GOLD", kline_type: 1 });
  client.session.closed();
  await slow.finish();
  assert.deepEqual([slow.running(), client.seen()], [0, []]);
});

test("a store that fails is an error of that question alone, and is reported", async () => {
  const market = new AllTickFixture();
  const client = market.connect();
  const failure = new Error("the disk is gone");
  market.past = { ...market.past, bars: { bars: () => Promise.reject(failure) } };
  ask(client, 32_012, { code: "GOLD", kline_type: 1 }, 5);
  ask(client, 32_010, { code: "GOLD" }, 6);
  await turn();
  assert.deepEqual(
    client.seen().map(({ ret, msg, seq_id }) => [ret, msg, seq_id]),
    [
      [500, "internal error", 5],
      [200, "ok", 6],
    ],
  );
  assert.deepEqual([market.errors, client.peer.closed], [[failure], undefined]);
});
