/** The seed document, example by example, against a session (its own order and headings). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CtpFixture, type CtpConnection } from "../../../../test/support/ctp-fixture.ts";
import { BTCUSDT, makeSnapshot, NOW } from "../../../../test/support/samples.ts";

const OK = { ErrorID: 0, ErrorMsg: "" };

async function loggedIn(fixture = new CtpFixture()): Promise<CtpConnection> {
  return fixture.connectIn("/");
}

test("login, granted", async () => {
  const client = new CtpFixture({ firstSessionId: 12345678 }).connect("/");
  const [reply, ...rest] = await client.login();
  assert.deepEqual(rest, []);
  assert.deepEqual(reply, {
    MsgType: "OnRspUserLogin",
    RspInfo: OK,
    RspUserLogin: {
      TradingDay: "20251223",
      LoginTime: "09:30:15",
      FrontID: 1,
      SessionID: 12345678,
      MaxOrderRef: "1",
      BrokerID: "9999",
      UserID: "demo",
    },
    RequestID: 0,
    IsLast: true,
  });
  assert.deepEqual(Object.keys(reply!), ["MsgType", "RspInfo", "RspUserLogin", "RequestID", "IsLast"]);
});

test("login, refused", async () => {
  const [reply] = await new CtpFixture().connect("/").login({ RequestID: 0 }, "wrong");
  assert.deepEqual(reply, {
    MsgType: "OnRspUserLogin",
    RspInfo: { ErrorID: 3, ErrorMsg: "CTP:不合法的登录" },
    RspUserLogin: {},
    RequestID: 0,
    IsLast: true,
  });
});

test("instrument query, one", async () => {
  const client = await loggedIn();
  const frames = client.ask({
    MsgType: "ReqQryInstrument",
    ReqQryInstrument: { InstrumentID: "rb2605", RequestID: 0 },
  });
  assert.equal(frames.length, 1);
  const { Instrument: instrument, ...frame } = frames[0]!;
  assert.deepEqual(frame, { MsgType: "OnRspQryInstrument", RspInfo: OK, RequestID: 0, IsLast: true });
  const documented = Object.entries(instrument as object).slice(0, 9);
  assert.deepEqual(documented, [
    ["InstrumentID", "rb2605"],
    ["InstrumentName", "螺纹钢2605"],
    ["ExchangeID", "SHFE"],
    ["ProductID", "rb"],
    ["VolumeMultiple", 10],
    ["PriceTick", 1],
    ["CreateDate", "20250415"],
    ["ExpireDate", "20260515"],
    ["IsTrading", 1],
  ]);
});

test("instrument query, all", async () => {
  const client = await loggedIn();
  const frames = client.ask({ MsgType: "ReqQryInstrument", ReqQryInstrument: { InstrumentID: "", RequestID: 0 } });
  assert.deepEqual(
    frames.map((frame) => frame["IsLast"]),
    [false, false, true],
  );
  assert.deepEqual(
    frames.map((frame) => frame["RequestID"]),
    [0, 0, 0],
  );
});

test("heartbeat: Ping comes by itself, Pong is welcome and not needed", async () => {
  const client = await loggedIn();
  client.session.tick(NOW + 30_000);
  assert.deepEqual(client.take(), [{ MsgType: "Ping" }]);
  assert.deepEqual(client.ask({ MsgType: "Pong" }), []);
  client.session.tick(NOW + 3_600_000);
  assert.deepEqual([client.take(), client.closeCode()], [[{ MsgType: "Ping" }], undefined]);
});

test("subscription and tick", async () => {
  const fixture = new CtpFixture();
  const client = await loggedIn(fixture);
  const replies = client.subscribe("rb2605", "au2606");
  assert.deepEqual(
    replies,
    ["rb2605", "au2606"].map((id) => ({
      MsgType: "OnRspSubMarketData",
      RspInfo: OK,
      SpecificInstrument: { InstrumentID: id },
      RequestID: 0,
      IsLast: true,
    })),
  );
  const book = { bids: { prices: [3499], volumes: [100] }, asks: { prices: [3501], volumes: [150] } };
  fixture.sink.snapshot(makeSnapshot("rb2605", book));
  const [tick] = client.take();
  assert.deepEqual(Object.keys(tick!), ["MsgType", "DepthMarketData"]);
  assert.equal(tick!["MsgType"], "OnRtnDepthMarketData");
  assert.deepEqual(Object.entries(tick!["DepthMarketData"] as object).slice(0, 12), [
    ["InstrumentID", "rb2605"],
    ["LastPrice", 3500],
    ["Volume", 12345],
    ["Turnover", 432125000],
    ["OpenInterest", 234567],
    ["UpdateTime", "09:30:15"],
    ["UpdateMillisec", 500],
    ["BidPrice1", 3499],
    ["BidVolume1", 100],
    ["AskPrice1", 3501],
    ["AskVolume1", 150],
    ["TradingDay", "20251223"],
  ]);
});

test("error 1: MessageType instead of MsgType", () => {
  const [reply] = new CtpFixture()
    .connect("/")
    .ask({ MessageType: "ReqUserLogin", ReqUserLogin: { UserID: "demo", Password: "demo" } });
  assert.deepEqual(reply, {
    MsgType: "",
    RspInfo: { ErrorID: -400, ErrorMsg: "参数有误" },
    Detail: "the field is named MsgType, not MessageType",
    RequestID: 0,
    IsLast: true,
  });
});

test("error 2: the body is missing; with it, and without a RequestID, the login is granted", async () => {
  const client = new CtpFixture().connect("/");
  const [refused] = client.ask({ MsgType: "ReqUserLogin" });
  assert.deepEqual(
    [refused!["MsgType"], refused!["Detail"]],
    ["ReqUserLogin", "ReqUserLogin: missing; an object is required"],
  );
  const [granted] = await client.login({});
  assert.deepEqual([granted!["RspInfo"], granted!["RequestID"]], [OK, 0]);
});

test("what is no future is served too, in fractions where it trades in them", async () => {
  const fixture = new CtpFixture();
  const client = await loggedIn(fixture);
  client.subscribe(BTCUSDT.id);
  fixture.sink.snapshot(makeSnapshot(BTCUSDT.id, { last: 97_123.45, volume: 0.1 + 0.2, turnover: 29_137.035 }));
  const tick = client.take()[0]!["DepthMarketData"] as Record<string, unknown>;
  assert.deepEqual(
    [tick["LastPrice"], tick["Volume"], tick["Turnover"], tick["UpdateTime"]],
    [97123.45, 0.3, 29137.035, "01:30:15"],
  );
});
