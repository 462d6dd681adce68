import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import samples from "../../../../test/fixtures/alltick-ws.json" with { type: "json" };
import { AllTickFixture, type SeenFrame } from "../../../../test/support/alltick-fixture.ts";

/** Replies as `cmd_id:ret`, pushes as `cmd_id code`. */
function briefs(frames: readonly SeenFrame[]): string[] {
  return frames.map(({ cmd_id, ret, data }) => (ret === undefined ? `${cmd_id} ${data.code}` : `${cmd_id}:${ret}`));
}

const HEADER_REPLY = { ret: 201, msg: "request header param invalid", cmd_id: 0, seq_id: 0, trace: "", data: {} };
const HEARTBEAT_OK = { ret: 200, msg: "ok", cmd_id: 22001, seq_id: 1, trace: "t", data: {} };

test("every sample request gets the reply that the facts ask for", () => {
  const stock = /\.(US|HK|SH|SZ)$/;
  for (const list of [
    samples.heartbeatRequests,
    samples.depthSubscriptions,
    samples.tradeSubscriptions,
    samples.cancelRequests,
  ]) {
    for (const sample of list) {
      const codes =
        "data" in sample && sample.data && "symbol_list" in sample.data ? (sample.data.symbol_list ?? []) : [];
      const endpoint = codes.every(({ code }) => stock.test(code)) && codes.length > 0 ? "stock" : "general";
      const [reply, ...rest] = new AllTickFixture().connect("professional", endpoint).raw(JSON.stringify(sample));
      const refused = "trace" in sample && ["missing-type", "misuse"].includes(sample.trace);
      assert.deepEqual(reply, {
        ret: refused ? 400 : 200,
        msg: refused ? "request data param invalid" : "ok",
        cmd_id: sample.cmd_id + 1,
        seq_id: ("seq_id" in sample ? sample.seq_id : undefined) ?? 0,
        trace: ("trace" in sample ? sample.trace : undefined) ?? "",
        data: {},
      });
      assert.deepEqual(rest, []);
    }
  }
});

test("frames that are no request get the header reply and the connection stays open", () => {
  const client = new AllTickFixture().connect();
  for (const { frame, expect } of samples.quirks) {
    const accepted = expect === "22001" || expect.startsWith("accept");
    const [reply, ...rest] = client.raw(frame);
    if (accepted) assert.deepEqual([reply?.cmd_id, reply?.ret], [22001, 200]);
    else assert.deepEqual(reply, HEADER_REPLY);
    assert.deepEqual(rest, []);
    assert.deepEqual(client.ask(22000, {}), [HEARTBEAT_OK]);
  }
  assert.equal(client.peer.closed, undefined);
});

test("ret of the header reply is the operator's choice", () => {
  for (const malformedRet of [201, 202, 400] as const) {
    assert.deepEqual(new AllTickFixture({ malformedRet }).connect().raw("ping"), [
      { ...HEADER_REPLY, ret: malformedRet },
    ]);
  }
});

test("the seed's own frames, to the letter", () => {
  const client = new AllTickFixture().connect();
  client.session.receive('{\n    "cmd_id":22000,\n    "seq_id":123,\n    "trace":"asdfsdfa",\n    "data":{\n    }\n}');
  client.session.receive("{'cmd_id': 22000}");
  assert.deepEqual(client.peer.texts, [
    '{"ret":200,"msg":"ok","cmd_id":22001,"seq_id":123,"trace":"asdfsdfa","data":{}}',
    '{"ret":201,"msg":"request header param invalid","cmd_id":0,"seq_id":0,"trace":"","data":{}}',
  ]);
});

test("seq_id and trace are echoed as they came", () => {
  const client = new AllTickFixture().connect();
  client.session.receive('{"cmd_id":22000,"seq_id":12345678901234567890,"trace":"\\u4f60\\"\\n\\ud800","data":{}}');
  client.session.receive('{"cmd_id":22000,"seq_id":"1786012345678"}');
  const [first, second] = client.peer.texts;
  assert.ok(first!.includes('"seq_id":12345678901234567890,'));
  assert.equal((JSON.parse(first!) as SeenFrame).trace, '你"\n\ud800');
  assert.ok(second!.includes('"seq_id":"1786012345678","trace":""'));
});

test("the acknowledgement comes first, then the last known tick of each new code only", () => {
  const market = new AllTickFixture();
  for (const id of ["BTCUSDT", "ETHUSDT"]) market.trade(id);
  market.book("BTCUSDT");
  const client = market.connect();
  assert.deepEqual(briefs(client.trades("BTCUSDT", "SOLUSDT")), ["22005:200", "22998 BTCUSDT"]);
  assert.deepEqual(briefs(client.trades("BTCUSDT", "ETHUSDT")), ["22005:200", "22998 ETHUSDT"]);
  assert.deepEqual(briefs(client.books("BTCUSDT:5")), ["22003:200", "22999 BTCUSDT"]);
  assert.deepEqual(briefs(client.books("BTCUSDT")), ["22003:200"], "five levels are all that there are");
  market.trade("BTCUSDT");
  market.trade("SOLUSDT");
  assert.deepEqual(briefs(client.seen()), ["22998 BTCUSDT"]);
});

test("another depth_level replaces the one before", () => {
  const market = new AllTickFixture();
  const client = market.connect("professional", "stock");
  const levels = (): (number | undefined)[] => client.seen().map(({ data }) => data.bids?.length);
  for (const [entry, expected] of [
    ["700.HK:3", 3],
    ["700.HK:5", 5],
    ["700.HK:1", 1],
    ["700.HK", 10],
    ["700.HK:0", 10],
    ["700.HK:99", 10],
  ] as const) {
    client.books(entry);
    market.book("700.HK", 2);
    assert.deepEqual(levels(), [expected], entry);
  }
  market.book("9988.HK");
  assert.deepEqual(levels(), []);
});

test("what is pushed carries the code that was asked for, alias or not", () => {
  const market = new AllTickFixture();
  const client = market.connect();
  assert.deepEqual(briefs(client.trades("XAUUSD", "GOLD", "XAGUSD")), ["22005:200"]);
  market.trade("GOLD");
  market.trade("Silver");
  assert.deepEqual(briefs(client.seen()), ["22998 XAUUSD", "22998 GOLD", "22998 XAGUSD"]);
});

test("codes of the other endpoint and unknown ones are passed over, 600 when none is left", () => {
  const market = new AllTickFixture();
  const general = market.connect("professional1", "general");
  const stock = market.connect("professional1", "stock");
  const codes = [
    "GOLD",
    "AAPL.US",
    "700.HK",
    "USDJPY",
    "NOPE",
    "00700.HK",
    "gold",
    "__proto__",
    "",
    "x".repeat(5_000),
    "rb2605",
    ".DJI.US",
  ];
  for (const client of [general, stock]) assert.deepEqual(briefs(client.trades(...codes)), ["22005:200"]);
  for (const code of codes) market.trade(code);
  assert.deepEqual(briefs(general.seen()), ["22998 GOLD", "22998 USDJPY", "22998 rb2605"]);
  assert.deepEqual(briefs(stock.seen()), ["22998 AAPL.US", "22998 700.HK", "22998 rb2605", "22998 .DJI.US"]);
  const invalid = { ret: 600, msg: "code invalid", cmd_id: 22005, seq_id: 1, trace: "t", data: {} };
  assert.deepEqual(stock.trades("GOLD", "NOPE"), [invalid]);
  market.trade("AAPL.US");
  assert.deepEqual(briefs(stock.seen()), ["22998 AAPL.US"], "a refused list leaves the old one");
});

test("a list over the plan is cut, or refused where the operator wants that", () => {
  const codes = ["BTCUSDT", "NOPE", "ETHUSDT", "BTCUSDT", "SOLUSDT", "XRPUSDT", "EURUSD"];
  const cut = new AllTickFixture();
  const client = cut.connect("free");
  assert.deepEqual(briefs(client.trades(...codes, "GBPUSD", "USDJPY")), ["22005:200"]);
  for (const code of [...codes, "GBPUSD", "USDJPY"]) cut.trade(code);
  assert.deepEqual(
    new Set(briefs(client.seen())),
    new Set(["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT", "EURUSD"].map((id) => `22998 ${id}`)),
  );

  const strict = new AllTickFixture({ overLimit: "reject" });
  const other = strict.connect("free");
  assert.deepEqual(briefs(other.trades(...codes)), ["22005:200"], "five that are served fit");
  assert.deepEqual(
    other.books(...codes, "GBPUSD").map(({ ret, msg }) => [ret, msg]),
    [[603, "token level not enough"]],
  );
  assert.deepEqual(briefs(other.trades(...codes, "GBPUSD")), ["22005:603"]);
  strict.trade("ETHUSDT");
  assert.deepEqual(briefs(other.seen()), ["22998 ETHUSDT"]);
});

test("an empty list is refused and changes nothing", () => {
  const market = new AllTickFixture();
  const client = market.connect();
  client.trades("GOLD");
  for (const data of [{ symbol_list: [] }, {}, null, { symbol_list: [{}] }]) {
    assert.deepEqual(client.ask(22004, data, 31), [
      { ret: 400, msg: "request data param invalid", cmd_id: 22005, seq_id: 31, trace: "t", data: {} },
    ]);
  }
  market.trade("GOLD");
  assert.deepEqual(briefs(client.seen()), ["22998 GOLD"]);
});

test("trades are never conflated, books are; both are encoded once for all", () => {
  const market = new AllTickFixture();
  const clients = [market.connect("professional"), market.connect("professional")];
  for (const client of clients) {
    client.trades("BTCUSDT");
    client.books("BTCUSDT");
  }
  market.trade("BTCUSDT");
  market.book("BTCUSDT");
  const [first, second] = clients.map(({ peer }) => peer.frames.map(({ message }) => message!));
  assert.deepEqual(
    first!.map((message) => message.conflation === null),
    [true, false],
  );
  for (const at of [0, 1]) assert.equal(first![at], second![at]);
});

test("the end of a connection ends its subscriptions", () => {
  const market = new AllTickFixture();
  const client = market.connect();
  client.trades("GOLD", "BTCUSDT");
  client.books("GOLD");
  assert.equal(market.hub.watched, 2);
  client.session.closed();
  assert.equal(market.hub.watched, 0);
});

/** Leaves only what is not text: there null, true and false must not be. */
function hideText(key: string, value: unknown): unknown {
  return typeof value === "string" || (key === "seq_id" && value === Infinity) ? "" : value;
}

test("after any garbage the connection works", () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(22000, 22002, 22004, 22006, "BTCUSDT", { symbol_list: [{ code: "GOLD" }] }),
  );
  const shaped = fc.record({ cmd_id: value, seq_id: value, trace: value, data: value }, { requiredKeys: [] });
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.json(),
    shaped.map((frame) => JSON.stringify(frame)),
  );
  const market = new AllTickFixture();
  market.trade("GOLD");
  const client = market.connect();
  fc.assert(
    fc.property(text, (frame) => {
      market.time += 500;
      const replies = client.raw(frame).filter(({ ret }) => ret !== undefined);
      assert.equal(replies.length, 1, "each frame gets one reply");
      assert.deepEqual(Object.keys(replies[0]!), ["ret", "msg", "cmd_id", "seq_id", "trace", "data"]);
      assert.doesNotMatch(JSON.stringify(replies[0], hideText), /null|true|false/);
      const beat = client.ask(22000, {});
      assert.deepEqual(beat, [HEARTBEAT_OK]);
      assert.equal(client.peer.closed, undefined);
    }),
    { numRuns: 3_000, interruptAfterTimeLimit: 5_000 },
  );
});

test("frames as deep and as large as the network lets through do no harm", () => {
  const client = new AllTickFixture().connect();
  const frames = [
    "[".repeat(65_536),
    `${"[".repeat(32_000)}${"]".repeat(32_000)}`,
    `{"cmd_id":22000,"seq_id":${"9".repeat(60_000)}}`,
  ];
  for (const frame of frames) assert.deepEqual(client.raw(frame), [HEADER_REPLY]);
  const many = Array.from({ length: 4_000 }, (_, i) => `X${i}`);
  assert.deepEqual(briefs(client.trades(...many, "GOLD")), ["22005:200"]);
  assert.deepEqual(client.ask(22000, {}), [HEARTBEAT_OK]);
});
