import assert from "node:assert/strict";
import { test } from "node:test";
import { CtpFixture, errorIdsOf, settle, typesOf } from "../../../../test/support/ctp-fixture.ts";
import { makeSnapshot, NOW } from "../../../../test/support/samples.ts";
import { WaitingFrames } from "./ctp-login.ts";

const OK = { ErrorID: 0, ErrorMsg: "" };

test("frames that arrive while a password is checked wait, in order, for the login reply", async () => {
  const fixture = new CtpFixture({}, true);
  const client = fixture.connect();
  client.ask({ MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "u", Password: "p" } });
  assert.deepEqual(client.subscribe("rb2605"), []);
  assert.deepEqual(client.ask({ MsgType: "ReqQryInstrument", ReqQryInstrument: { InstrumentID: "rb2605" } }), []);
  assert.deepEqual(client.ask("nonsense"), []);
  assert.equal(fixture.pending[0]!.user, "u");
  assert.equal(fixture.pending[0]!.password, "p");
  fixture.pending[0]!.answer(true);
  await settle();
  const expected = ["OnRspUserLogin", "OnRspSubMarketData", "OnRspQryInstrument", ""];
  assert.deepEqual(typesOf(client.take()), expected);
});

test("a second login that waited is checked in its turn, and what follows it waits for it", async () => {
  const fixture = new CtpFixture({}, true);
  const client = fixture.connect();
  const login = { MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "u", Password: "p" } };
  for (const frame of [login, login, { MsgType: "ReqQryInstrument", ReqQryInstrument: {} }]) client.ask(frame);
  fixture.pending[0]!.answer(false);
  await settle();
  assert.deepEqual(errorIdsOf(client.take()), [3]);
  assert.equal(fixture.pending.length, 2);
  fixture.pending[1]!.answer(true);
  await settle();
  assert.deepEqual(typesOf(client.take()), [
    "OnRspUserLogin",
    "OnRspQryInstrument",
    "OnRspQryInstrument",
    "OnRspQryInstrument",
  ]);
});

test("too many frames before the login reply close the connection", async () => {
  const fixture = new CtpFixture({ maxQueuedDuringLogin: 2 }, true);
  const client = fixture.connect();
  client.ask({ MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "u", Password: "p" } });
  client.ask("1");
  client.ask("2");
  assert.equal(client.closeCode(), undefined);
  client.ask("3");
  assert.equal(client.closeCode(), 1008);
  fixture.pending[0]!.answer(true);
  await settle();
  assert.deepEqual([client.peer.frames.length, client.peer.late], [0, 0]);
});

test("waiting frames are bounded by size too", () => {
  const fixture = new CtpFixture({}, true);
  const client = fixture.connect();
  client.ask({ MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "u", Password: "p" } });
  for (let frame = 0; frame < 4; frame++) client.ask("x".repeat(65_536));
  assert.equal(client.closeCode(), undefined);
  client.ask("x");
  assert.equal(client.closeCode(), 1008);
});

test("what has been handled makes room again", () => {
  const frames = new WaitingFrames(2);
  for (let round = 0; round < 3; round++) {
    assert.deepEqual(
      [frames.add("x".repeat(200_000)), frames.add("y".repeat(60_000)), frames.add("z")],
      [true, true, false],
    );
    assert.equal(frames.take().length, 2);
  }
});

test("a login whose connection has ended meanwhile is forgotten", async () => {
  const fixture = new CtpFixture({}, true);
  const client = fixture.connect();
  client.ask({ MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "u", Password: "p" } });
  client.session.closed();
  fixture.pending[0]!.answer(true);
  await settle();
  assert.deepEqual(client.take(), []);
});

test("a password check that fails is answered -500 and reported; the client may try again", async () => {
  const fixture = new CtpFixture({}, true);
  const client = fixture.connect();
  client.ask({ MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "u", Password: "p" } });
  fixture.pending[0]!.fail(new Error("no ledger"));
  await settle();
  const [reply] = client.take();
  assert.deepEqual([reply!["MsgType"], reply!["RspInfo"]], ["ReqUserLogin", { ErrorID: -500, ErrorMsg: "内部错误" }]);
  assert.equal(fixture.errors.length, 1);
  client.ask({ MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "u", Password: "p" } });
  fixture.pending[1]!.answer(true);
  await settle();
  assert.deepEqual(errorIdsOf(client.take()), [0]);
});

test("SessionID differs at each login and stays a positive 32-bit integer", async () => {
  const fixture = new CtpFixture({ firstSessionId: 2 ** 31 - 2 });
  const ids: unknown[] = [];
  for (let login = 0; login < 3; login++) {
    const [reply] = await fixture.connect().login();
    ids.push((reply!["RspUserLogin"] as Record<string, unknown>)["SessionID"]);
  }
  assert.deepEqual(ids, [2 ** 31 - 2, 2 ** 31 - 1, 1]);
});

test("login twice is 5, logout ends ticks, logout twice is 6", async () => {
  const fixture = new CtpFixture();
  const client = await fixture.connectIn();
  const [again] = await client.login();
  assert.deepEqual([again!["RspInfo"], again!["RspUserLogin"]], [{ ErrorID: 5, ErrorMsg: "CTP:重复的登录" }, {}]);
  client.subscribe("rb2605");
  const logout = { MsgType: "ReqUserLogout", RequestID: 4, ReqUserLogout: { UserID: "demo" } };
  assert.deepEqual(client.ask(logout), [
    {
      MsgType: "OnRspUserLogout",
      RspInfo: OK,
      UserLogout: { BrokerID: "9999", UserID: "demo" },
      RequestID: 4,
      IsLast: true,
    },
  ]);
  fixture.sink.snapshot(makeSnapshot("rb2605"));
  assert.deepEqual(client.take(), []);
  assert.deepEqual(client.ask(logout)[0]!["RspInfo"], { ErrorID: 6, ErrorMsg: "CTP:还没有登录" });
  assert.deepEqual(errorIdsOf(client.subscribe("rb2605")), [-401]);
});

test("TradingDay and LoginTime are China's at the market's time", async () => {
  const fixture = new CtpFixture();
  const [reply] = await fixture.connect("/td/").login({ RequestID: 3 });
  const body = reply!["RspUserLogin"] as Record<string, unknown>;
  assert.equal(Object.keys(body).length, 13);
  assert.deepEqual(
    [body["TradingDay"], body["LoginTime"], body["SHFETime"], body["MaxOrderRef"]],
    ["20251223", "09:30:15", "09:30:15", "1"],
  );
  assert.deepEqual([reply!["MsgType"], reply!["RequestID"], reply!["IsLast"]], ["RspUserLogin", 3, true]);
});

test("the market-data path takes any login when it is open, and has the 14 fields", async () => {
  const open = new CtpFixture({ mdLogin: "open" });
  const frame = { MsgType: "ReqUserLogin", ReqUserLogin: { UserID: "", Password: "" } };
  const [reply] = open.connect("/md/").ask(frame);
  assert.equal(reply!["MsgType"], "RspUserLogin");
  assert.equal(Object.keys(reply!["RspUserLogin"] as object).length, 14);
  assert.equal("RequestID" in reply!, false);
  const elsewhere = open.connect("/");
  elsewhere.ask(frame);
  await settle();
  assert.deepEqual(errorIdsOf(elsewhere.take()), [3]);
  const checked = new CtpFixture({ mdLogin: "checked" }).connect("/md");
  checked.ask(frame);
  await settle();
  assert.deepEqual(errorIdsOf(checked.take()), [3]);
});

test("Ping comes every 30 s after the login reply, never before it and never to legacy clients", async () => {
  const fixture = new CtpFixture();
  const client = fixture.connect();
  const legacy = await fixture.connectIn("/?dialect=legacy");
  client.session.tick(NOW + 60_000);
  assert.deepEqual(client.take(), []);
  fixture.now = NOW + 1_000;
  await client.login();
  const pings = (time: number): number => {
    client.session.tick(time);
    legacy.session.tick(time);
    assert.deepEqual(legacy.take(), []);
    return client.take().filter((frame) => frame["MsgType"] === "Ping").length;
  };
  assert.deepEqual(
    [30_999, 31_000, 32_000, 60_999, 61_000].map((time) => pings(NOW + time)),
    [0, 1, 0, 0, 1],
  );
});

test("Pong is ignored; Ping is answered after the login, but not in the legacy dialect", async () => {
  const fixture = new CtpFixture();
  const client = fixture.connect();
  assert.deepEqual(client.ask({ MsgType: "Ping" }), []);
  await client.login();
  assert.deepEqual(client.ask({ MsgType: "Ping", Timestamp: 1 }), [{ MsgType: "Pong" }]);
  assert.deepEqual(client.ask({ MsgType: "Pong" }), []);
  assert.deepEqual((await fixture.connectIn("/?dialect=legacy")).ask({ MsgType: "Ping" }), []);
});
