import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeTradingRequest } from "@tickwire/protocol/ctp";
import { CtpFixture, errorIdsOf, settle, typesOf } from "../../../../test/support/ctp-fixture.ts";
import { FakeTrading, FILL, INPUT, makeOrder } from "../../../../test/support/fake-trading.ts";
import { CANCEL_FIELDS as CANCEL, ORDER_FIELDS as ORDER } from "../../../../test/support/order-fields.ts";
import { makeSnapshot, NOW } from "../../../../test/support/samples.ts";
import type { TradeReport } from "../ports/trading.ts";

const INSERT = encodeTradingRequest("seed", "ReqOrderInsert", ORDER, 9);
const ACTION = encodeTradingRequest("seed", "ReqOrderAction", CANCEL, 8);
const QUERY = encodeTradingRequest("seed", "ReqQryTradingAccount", {}, 4);
const REPORT: TradeReport = { kind: "order", user: "demo", order: makeOrder() };

function bodyOf(frame: Record<string, unknown> | undefined, key: string): Record<string, unknown> {
  return frame?.[key] as Record<string, unknown>;
}

test("a login tells the highest reference of the day, at least 1, the trading side's SessionID and trading day", async () => {
  const trading = new FakeTrading();
  const fixture = new CtpFixture({}, false, trading);
  const [first] = await fixture.connect("/td/").login({ RequestID: 1 });
  assert.equal(bodyOf(first, "RspUserLogin")["MaxOrderRef"], "1");
  for (const ref of ["9", "120", "77"]) trading.books.orders.push(makeOrder({ input: { ...INPUT, ref } }));
  const [again] = await fixture.connect().login();
  const body = bodyOf(again, "RspUserLogin");
  assert.deepEqual([body["MaxOrderRef"], body["SessionID"], body["TradingDay"]], ["120", 102, "20251223"]);
  const [other] = await fixture.connect().login({}, "demo", "demo2");
  assert.equal(bodyOf(other, "RspUserLogin")["MaxOrderRef"], "1");
});

test("nothing comes before the login reply, which waits for the ledger", async () => {
  const trading = new FakeTrading();
  const fixture = new CtpFixture({}, false, trading);
  fixture.sink.snapshot(makeSnapshot("rb2605"));
  trading.held = true;
  const client = fixture.connect();
  assert.deepEqual(await client.login(), []);
  for (const frame of [QUERY, "nonsense"]) assert.deepEqual(client.ask(frame), []);
  assert.deepEqual(client.subscribe("rb2605"), []);
  trading.tell(REPORT);
  trading.release();
  const types = typesOf(client.take());
  assert.equal(types[0], "OnRspUserLogin");
  assert.deepEqual(types.slice(1).toSorted(), [
    "",
    "OnRspQryTradingAccount",
    "OnRspSubMarketData",
    "OnRtnDepthMarketData",
    "OnRtnOrder",
  ]);
});

test("logins are confirmed and need no authentication, unless they are real", async () => {
  const easy = new FakeTrading();
  await new CtpFixture({ authCode: "x" }, false, easy).connectIn();
  assert.deepEqual(easy.asked, [
    ["admit", "demo"],
    ["confirm", "demo"],
  ]);
  const trading = new FakeTrading();
  const fixture = new CtpFixture({ login: "real", authCode: "0000" }, false, trading);
  const client = fixture.connect();
  assert.deepEqual(errorIdsOf(await client.login()), [64]);
  const authenticate = (AuthCode: string): number[] =>
    errorIdsOf(client.ask(encodeTradingRequest("seed", "ReqAuthenticate", { AuthCode })));
  assert.deepEqual(authenticate("1111"), [63]);
  assert.deepEqual(errorIdsOf(await client.login()), [64]);
  assert.deepEqual(authenticate("0000"), [0]);
  assert.deepEqual(errorIdsOf(await client.login()), [0]);
  assert.deepEqual(trading.asked, [["admit", "demo"]]);
  assert.deepEqual(errorIdsOf(client.ask(encodeTradingRequest("seed", "ReqSettlementInfoConfirm", {}))), [0]);
  assert.deepEqual(trading.asked.at(-1), ["confirm", "demo"]);
  assert.deepEqual(errorIdsOf(await fixture.connect("/md/").login()), [0]);
});

test("a locked user is answered 75, one session too many 60 until another one goes", async () => {
  const trading = new FakeTrading();
  const fixture = new CtpFixture({ maxSessionsPerUser: 2 }, false, trading);
  assert.deepEqual(errorIdsOf(await fixture.connect().login({}, "any", "locked")), [75]);
  const first = await fixture.connectIn();
  const second = await fixture.connectIn("/td/");
  const third = fixture.connect();
  assert.deepEqual(errorIdsOf(await third.login()), [60]);
  assert.deepEqual(errorIdsOf(await fixture.connect("/md/").login()), [0]);
  assert.deepEqual(errorIdsOf(await fixture.connect().login({}, "demo", "demo2")), [0]);
  first.session.closed();
  assert.deepEqual(errorIdsOf(await third.login()), [0]);
  second.ask({ MsgType: "ReqUserLogout", ReqUserLogout: {} });
  assert.deepEqual(errorIdsOf(await fixture.connect().login()), [0]);
  assert.equal(trading.watched, 3);
});

test("all sessions of a user hear its reports, each in its dialect, and nobody else does", async () => {
  const trading = new FakeTrading();
  const fixture = new CtpFixture({}, false, trading);
  const seed = await fixture.connectIn();
  const classic = await fixture.connectIn("/td/?dialect=classic");
  const stranger = await fixture.connectIn("/", "demo2");
  const md = await fixture.connectIn("/md/");
  trading.tell(REPORT);
  trading.tell({ kind: "fill", user: "demo", fill: FILL });
  const frames = seed.take();
  assert.deepEqual(typesOf(frames), ["OnRtnOrder", "OnRtnTrade"]);
  assert.deepEqual(typesOf(classic.take()), ["RtnOrder", "RtnTrade"]);
  assert.deepEqual([stranger.take(), md.take()], [[], []]);
  assert.deepEqual(Object.keys(frames[0]!), ["MsgType", "Order"]);
  const { OrderSysID, OrderStatus, StatusMsg, InvestorID } = bodyOf(frames[0], "Order");
  assert.deepEqual([OrderSysID, OrderStatus, StatusMsg, InvestorID], ["           1", "3", "未成交", "demo"]);
  assert.equal(bodyOf(frames[1], "Trade")["TradeID"], "           9");
});

test("every instrument's exchange is among the exchanges, China's futures exchanges first", async () => {
  const client = await new CtpFixture({}, false, new FakeTrading()).connectIn();
  const idsOf = (request: "ReqQryExchange" | "ReqQryInstrument", body: string): unknown[] =>
    client.ask(encodeTradingRequest("seed", request, {})).map((frame) => bodyOf(frame, body)["ExchangeID"]);
  const exchanges = idsOf("ReqQryExchange", "Exchange");
  assert.deepEqual(exchanges.slice(0, 6), ["SHFE", "INE", "DCE", "CZCE", "CFFEX", "GFEX"]);
  const missing = idsOf("ReqQryInstrument", "Instrument").filter((id) => !exchanges.includes(id));
  assert.deepEqual(missing, []);
  assert.equal(new Set(exchanges).size, exchanges.length);
});

test("a product's phase is told to who has asked for anything of the trading side, but not to legacy clients", async () => {
  const trading = new FakeTrading();
  const fixture = new CtpFixture({}, false, trading);
  const clients = [];
  for (const target of ["/", "/td/?dialect=classic", "/md/", "/?dialect=legacy"])
    clients.push(await fixture.connectIn(target));
  const phase = { kind: "phase", exchange: "SHFE", product: "rb", phase: "continuous", time: NOW } as const;
  trading.tell(phase);
  assert.deepEqual(
    clients.map((client) => client.take()),
    [[], [], [], []],
  );
  for (const client of clients) client.ask(QUERY);
  trading.tell(phase);
  const frames = clients.map((client) => client.take());
  assert.deepEqual(frames.map(typesOf), [["OnRtnInstrumentStatus"], ["RtnInstrumentStatus"], [], []]);
  assert.equal(bodyOf(frames[0]![0], "InstrumentStatus")["InstrumentStatus"], "2");
});

test("legacy clients hear reports once they have asked for anything of the trading side", async () => {
  const trading = new FakeTrading();
  const client = await new CtpFixture({}, false, trading).connectIn("/?dialect=legacy");
  trading.tell(REPORT);
  assert.deepEqual(client.take(), []);
  assert.deepEqual(errorIdsOf(client.ask(QUERY)), [0]);
  trading.tell(REPORT);
  assert.deepEqual(typesOf(client.take()), ["OnRtnOrder"]);
});

for (const held of [false, true]) {
  test(`a refusal is answered to who asked, then told to all sessions${held ? ", when it is safe" : ""}`, async () => {
    const trading = new FakeTrading();
    const fixture = new CtpFixture({}, false, trading);
    const client = await fixture.connectIn();
    const other = await fixture.connectIn("/td/");
    trading.refusal = "insufficientMoney";
    trading.held = held;
    for (const frame of [INSERT, ACTION]) client.session.receive(frame);
    trading.tell(REPORT);
    if (held) assert.deepEqual([client.take(), other.take()], [[], []]);
    trading.release();
    const frames = client.take();
    assert.deepEqual(typesOf(frames), [
      "OnRspOrderInsert",
      "OnErrRtnOrderInsert",
      "OnRspOrderAction",
      "OnErrRtnOrderAction",
      "OnRtnOrder",
    ]);
    assert.deepEqual(errorIdsOf(frames.slice(0, 4)), [31, 31, 31, 31]);
    assert.deepEqual([frames[0]!["RequestID"], frames[1]!["RequestID"], frames[2]!["RequestID"]], [9, undefined, 8]);
    assert.equal(bodyOf(frames[1], "InputOrder")["LimitPrice"], 3500);
    assert.equal(bodyOf(frames[3], "OrderAction")["OrderSysID"], "1");
    assert.deepEqual(typesOf(other.take()), ["ErrRtnOrderInsert", "ErrRtnOrderAction", "RtnOrder"]);
  });
}

test("what the front refuses by itself is told to all sessions, too", async () => {
  const trading = new FakeTrading();
  const fixture = new CtpFixture({}, false, trading);
  const client = await fixture.connectIn();
  const other = await fixture.connectIn("/td/");
  const frames = client.ask(encodeTradingRequest("seed", "ReqOrderInsert", { ...ORDER, InvestorID: "demo2" }, 9));
  assert.deepEqual(typesOf(frames), ["OnRspOrderInsert", "OnErrRtnOrderInsert"]);
  assert.deepEqual(errorIdsOf(frames), [28, 28]);
  assert.deepEqual(typesOf(other.take()), ["ErrRtnOrderInsert"]);
  assert.equal(
    trading.asked.some(([name]) => name === "insert"),
    false,
  );
});

test("an order reaches the exchange with its session and RequestID, and has no reply", async () => {
  const trading = new FakeTrading();
  const client = await new CtpFixture({ frontId: 3 }, false, trading).connectIn();
  assert.deepEqual(client.ask(INSERT), []);
  const [name, user, session, input] = trading.asked.at(-1)!;
  assert.deepEqual([name, user, session], ["insert", "demo", { frontId: 3, sessionId: 101 }]);
  assert.deepEqual(input, { ...INPUT, ref: "", exchange: "", minVolume: 0, requestId: 9 });
});

test("answers say how things stood when the question came, and keep their place among the reports", async () => {
  const trading = new FakeTrading();
  const client = await new CtpFixture({}, false, trading).connectIn();
  trading.books.orders.push(makeOrder());
  trading.held = true;
  trading.tell(REPORT);
  client.ask(encodeTradingRequest("seed", "ReqQryOrder", {}));
  trading.books.orders.push(makeOrder({ id: 2 }));
  trading.tell({ kind: "fill", user: "demo", fill: FILL });
  trading.release();
  const frames = client.take();
  assert.deepEqual(typesOf(frames), ["OnRtnOrder", "OnRspQryOrder", "OnRtnTrade"]);
  assert.equal(frames[1]!["IsLast"], true);
});

test("a logout ends the reports, in its turn", async () => {
  const trading = new FakeTrading();
  const client = await new CtpFixture({}, false, trading).connectIn();
  trading.held = true;
  trading.tell(REPORT);
  client.ask({ MsgType: "ReqUserLogout", ReqUserLogout: {} });
  trading.tell(REPORT);
  trading.release();
  assert.deepEqual(typesOf(client.take()), ["OnRtnOrder", "OnRspUserLogout"]);
  assert.deepEqual([trading.watched, errorIdsOf(client.ask(QUERY))], [0, [-401]]);
  assert.deepEqual(errorIdsOf(await client.login()), [0]);
  trading.tell(REPORT);
  assert.deepEqual(typesOf(client.take()), ["OnRtnOrder"]);
});

test("a connection that ends leaves nothing behind and is sent nothing", async () => {
  const trading = new FakeTrading();
  const fixture = new CtpFixture({ maxSessionsPerUser: 1 }, false, trading);
  const client = await fixture.connectIn();
  trading.held = true;
  for (const frame of [QUERY, INSERT]) client.ask(frame);
  trading.tell(REPORT);
  client.session.closed();
  trading.release();
  assert.deepEqual([client.take(), trading.watched, fixture.errors], [[], 0, []]);
  trading.held = true;
  const gone = fixture.connect();
  await gone.login();
  gone.session.closed();
  trading.release();
  assert.deepEqual([gone.take(), trading.watched], [[], 0]);
  assert.deepEqual(errorIdsOf(await fixture.connect().login()), [0]);
});

test("while the ledger fails orders are answered -1 and queries 90, at once; logins and market data go on", async () => {
  const trading = new FakeTrading();
  const fixture = new CtpFixture({}, false, trading);
  trading.open = false;
  trading.held = true;
  const client = await fixture.connectIn();
  const [insert] = client.ask(INSERT);
  assert.deepEqual(
    [insert!["MsgType"], insert!["RspInfo"]],
    ["OnRspOrderInsert", { ErrorID: -1, ErrorMsg: "CTP:请求失败" }],
  );
  assert.deepEqual(errorIdsOf(client.ask(QUERY)), [90]);
  assert.equal(client.ask({ MsgType: "ReqQryInstrument", ReqQryInstrument: {} }).length, 3);
  assert.deepEqual(errorIdsOf(client.subscribe("rb2605")), [0]);
  assert.deepEqual(typesOf(client.ask({ MsgType: "ReqUserLogout", ReqUserLogout: {} })), ["OnRspUserLogout"]);
});

test("flow control: one query at a time, one a second, six orders a second", async () => {
  const trading = new FakeTrading();
  const fixture = new CtpFixture({ flowControl: "real" }, false, trading);
  const client = await fixture.connectIn();
  const instruments = { MsgType: "ReqQryInstrument", ReqQryInstrument: { InstrumentID: "rb2605" } };
  trading.held = true;
  assert.deepEqual(client.ask(QUERY), []);
  const [pending] = client.ask(QUERY);
  assert.deepEqual([pending!["MsgType"], errorIdsOf([pending!])], ["OnRspQryTradingAccount", [-2]]);
  assert.deepEqual(errorIdsOf(client.ask(instruments)), [-2]);
  trading.release();
  assert.deepEqual(errorIdsOf(client.take()), [0]);
  assert.deepEqual([errorIdsOf(client.ask(QUERY)), errorIdsOf(client.ask(instruments))], [[-3], [-3]]);
  fixture.now += 1000;
  assert.deepEqual([errorIdsOf(client.ask(instruments)), errorIdsOf(client.ask(QUERY))], [[0], [-3]]);
  fixture.now += 1000;
  assert.deepEqual(errorIdsOf(client.ask(encodeTradingRequest("seed", "ReqQryTrade", { InvestorID: "x" }))), [9]);
  for (let order = 0; order < 6; order++) assert.deepEqual(client.ask(order % 2 ? INSERT : ACTION), []);
  assert.deepEqual(errorIdsOf(client.ask(INSERT)), [116, 116]);
  fixture.now += 1000;
  assert.deepEqual(client.ask(INSERT), []);
});

test("passwords: 14, 142, 75, 9, and -500 when it cannot be known", async () => {
  const fixture = new CtpFixture({}, false, new FakeTrading());
  const client = await fixture.connectIn();
  const change = async (): Promise<unknown[]> => {
    client.ask(encodeTradingRequest("seed", "ReqUserPasswordUpdate", { OldPassword: "a", NewPassword: "b" }, 2));
    await settle();
    const [reply] = client.take();
    return [reply!["MsgType"], ...errorIdsOf([reply!])];
  };
  for (const [outcome, error] of [
    ["changed", 0],
    ["wrong", 14],
    ["same", 142],
    ["locked", 75],
    ["fixed", 9],
  ] as const) {
    fixture.changePassword = (user, old, next) => {
      assert.deepEqual([user, old, next], ["demo", "a", "b"]);
      return Promise.resolve(outcome);
    };
    assert.deepEqual(await change(), ["OnRspUserPasswordUpdate", error]);
  }
  fixture.changePassword = () => Promise.reject(new Error("too many"));
  assert.deepEqual(await change(), ["ReqUserPasswordUpdate", -500]);
  assert.equal(fixture.errors.length, 1);
});

test("an answer that is too long for one go is sent as it is taken, and what follows waits for it", async () => {
  const trading = new FakeTrading();
  const client = await new CtpFixture({}, false, trading).connectIn();
  for (let id = 1; id <= 2000; id++) trading.books.orders.push(makeOrder({ id }));
  client.peer.held = true;
  client.session.receive(encodeTradingRequest("seed", "ReqQryOrder", {}, 6));
  trading.tell(REPORT);
  for (let turn = 0; turn < 3; turn++) await settle();
  const first = client.take().length;
  assert.ok(first > 0 && first < 1000, `${first} rows at once`);
  client.session.tick(NOW);
  assert.deepEqual(client.take(), []);
  client.peer.held = false;
  client.session.tick(NOW);
  for (let turn = 0; turn < 50; turn++) await settle();
  const rest = client.take();
  assert.equal(first + rest.length, 2001);
  assert.equal(rest.at(-1)!["MsgType"], "OnRtnOrder");
  assert.deepEqual(
    rest.slice(0, -1).map((frame) => frame["IsLast"]),
    Array.from({ length: 2000 - first }, (_, at) => at === 1999 - first),
  );
});

test("a burst of reports goes out in portions as well, and one that nobody reads ends the connection", async () => {
  const trading = new FakeTrading();
  const client = await new CtpFixture({}, false, trading).connectIn();
  client.peer.held = true;
  for (let report = 0; report < 1000; report++) trading.tell(REPORT);
  const first = client.take().length;
  assert.ok(first > 0 && first < 900, `${first} reports at once`);
  client.peer.held = false;
  client.session.tick(NOW);
  for (let turn = 0; turn < 20; turn++) await settle();
  assert.equal(first + client.take().length, 1000);
  client.peer.held = true;
  for (let report = 0; report < 30_000; report++) trading.tell(REPORT);
  assert.equal(client.closeCode(), 1008);
  assert.equal(client.peer.late, 0);
});
