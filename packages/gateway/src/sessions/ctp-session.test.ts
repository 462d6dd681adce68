import assert from "node:assert/strict";
import { test } from "node:test";
import { CtpFixture, errorIdsOf, typesOf } from "../../../../test/support/ctp-fixture.ts";
import { makeSnapshot, NOW } from "../../../../test/support/samples.ts";

const OK = { ErrorID: 0, ErrorMsg: "" };

test("all replies to a subscription come before the first tick, then the last known tick of each", async () => {
  const fixture = new CtpFixture();
  for (const id of ["rb2605", "au2606"]) fixture.sink.snapshot(makeSnapshot(id));
  const client = await fixture.connectIn();
  const frames = client.subscribe("rb2605", "xx9999", "au2606");
  assert.deepEqual(typesOf(frames), [...Array(3).fill("OnRspSubMarketData"), ...Array(2).fill("OnRtnDepthMarketData")]);
  assert.deepEqual(
    frames.slice(0, 3).map((frame) => frame["SpecificInstrument"]),
    [{ InstrumentID: "rb2605" }, { InstrumentID: "xx9999" }, { InstrumentID: "au2606" }],
  );
  assert.deepEqual(errorIdsOf(frames.slice(0, 3)), [0, 0, 0]);
});

test("subscribing again replies and sends the last tick again, but later ticks come once", async () => {
  const fixture = new CtpFixture();
  fixture.sink.snapshot(makeSnapshot("rb2605"));
  const client = await fixture.connectIn();
  client.subscribe("rb2605");
  assert.deepEqual(typesOf(client.subscribe("rb2605", "rb2605")), [
    "OnRspSubMarketData",
    "OnRspSubMarketData",
    "OnRtnDepthMarketData",
  ]);
  fixture.sink.snapshot(makeSnapshot("rb2605", { time: NOW + 500 }));
  assert.deepEqual(typesOf(client.take()), ["OnRtnDepthMarketData"]);
});

test("an unknown instrument ticks once it is announced", async () => {
  const fixture = new CtpFixture();
  const client = await fixture.connectIn();
  assert.deepEqual(errorIdsOf(client.subscribe("rb2610")), [0]);
  fixture.sink.instrument({ ...fixture.desk.instrument("rb2605")!, id: "rb2610" });
  fixture.sink.snapshot(makeSnapshot("rb2610"));
  assert.deepEqual(typesOf(client.take()), ["OnRtnDepthMarketData"]);
});

test("unsubscribing replies for each and ends the ticks", async () => {
  const fixture = new CtpFixture();
  const client = await fixture.connectIn("/md/");
  const list = { InstrumentID: ["rb2605", "au2606"] };
  client.ask({ MsgType: "SubscribeMarketData", ...list });
  const frames = client.ask({ MsgType: "UnSubscribeMarketData", ...list });
  assert.deepEqual(frames[1], {
    MsgType: "RspUnSubMarketData",
    RspInfo: OK,
    SpecificInstrument: { InstrumentID: "au2606" },
    IsLast: true,
  });
  fixture.sink.snapshot(makeSnapshot("rb2605"));
  assert.deepEqual([client.take(), fixture.hub.watched], [[], 0]);
});

test("subscriptions over the limit are refused one by one", async () => {
  const fixture = new CtpFixture({ maxSubscriptions: 2 });
  const client = await fixture.connectIn();
  assert.deepEqual(errorIdsOf(client.subscribe("a", "b", "a", "c")), [0, 0, 0, 6000]);
  assert.deepEqual(errorIdsOf(client.subscribe("b", "d")), [0, 6000]);
  client.ask({ MsgType: "ReqUnSubMarketData", ReqUnSubMarketData: { InstrumentID: ["a"] } });
  assert.deepEqual(errorIdsOf(client.subscribe("d")), [0]);
});

test("an empty list gets one reply", async () => {
  const client = await new CtpFixture().connectIn();
  assert.deepEqual(client.subscribe(), [
    { MsgType: "OnRspSubMarketData", RspInfo: OK, SpecificInstrument: {}, RequestID: 0, IsLast: true },
  ]);
});

test("a closed connection leaves nothing behind", async () => {
  const fixture = new CtpFixture();
  const client = await fixture.connectIn();
  client.subscribe("rb2605", "zz");
  assert.equal(fixture.hub.watched, 2);
  client.session.closed();
  assert.equal(fixture.hub.watched, 0);
});

test("before the login: -401, on the market-data path CTP's own 6", () => {
  const fixture = new CtpFixture();
  const query = { MsgType: "ReqQryInstrument", RequestID: 8, ReqQryInstrument: {} };
  assert.deepEqual(fixture.connect().ask(query), [
    { MsgType: "ReqQryInstrument", RspInfo: { ErrorID: -401, ErrorMsg: "未登录" }, RequestID: 8, IsLast: true },
  ]);
  assert.deepEqual(errorIdsOf(fixture.connect("/td/").subscribe("rb2605")), [-401]);
  const [reply] = fixture.connect("/md/").ask({ MsgType: "SubscribeMarketData", InstrumentID: ["rb2605"] });
  assert.deepEqual(
    [reply!["MsgType"], reply!["RspInfo"]],
    ["RspSubMarketData", { ErrorID: 6, ErrorMsg: "CTP:还没有登录" }],
  );
});

test("trading requests: malformed -400, then -401, then -404; unknown ones -404 at once", async () => {
  const fixture = new CtpFixture();
  const client = fixture.connect("/td/");
  const insert = { MsgType: "ReqOrderInsert", RequestID: 1, InputOrder: { InstrumentID: "rb2605" } };
  assert.deepEqual(errorIdsOf(client.ask({ MsgType: "ReqOrderInsert", RequestID: 1 })), [-400]);
  assert.deepEqual(errorIdsOf(client.ask(insert)), [-401]);
  assert.deepEqual(errorIdsOf(client.ask({ MsgType: "ReqFoo", RequestID: 1 })), [-404]);
  await client.login({ RequestID: 1 });
  assert.deepEqual(client.ask(insert), [
    {
      MsgType: "ReqOrderInsert",
      RspInfo: { ErrorID: -404, ErrorMsg: "Not implemented" },
      Detail: "ReqOrderInsert: not served here",
      RequestID: 1,
      IsLast: true,
    },
  ]);
  assert.deepEqual(errorIdsOf(fixture.connect("/md/").ask(insert)), [-404]);
});

test("instrument query: filters, echo of RequestID, one last frame for nothing", async () => {
  const client = await new CtpFixture().connectIn();
  const ids = (body: object, top = {}): unknown[] =>
    client
      .ask({ MsgType: "ReqQryInstrument", ...top, ReqQryInstrument: body })
      .map((frame) => [
        (frame["Instrument"] as { InstrumentID?: string }).InstrumentID,
        frame["RequestID"],
        frame["IsLast"],
      ]);
  assert.deepEqual(ids({ InstrumentID: "", RequestID: 0 }), [
    ["rb2605", 0, false],
    ["au2606", 0, false],
    ["BTCUSDT", 0, true],
  ]);
  assert.deepEqual(ids({ ExchangeID: "SHFE", ProductID: null, RequestID: 5 }), [
    ["rb2605", 5, false],
    ["au2606", 5, true],
  ]);
  assert.deepEqual(ids({ ProductID: "au" }, { RequestID: 7 }), [["au2606", 7, true]]);
  assert.deepEqual(ids({ InstrumentID: "rb2605", ExchangeID: "DCE" }, { RequestID: 8 }), [[undefined, 8, true]]);
  assert.deepEqual(ids({ InstrumentID: "RB2605" }), [[undefined, 0, true]]);
});

test("a query may bring an instrument into being", async () => {
  const fixture = new CtpFixture();
  fixture.want = (id) => id === "rb1901" && fixture.sink.instrument({ ...fixture.market.instrument("rb2605")!, id });
  const client = await fixture.connectIn();
  const [row] = client.ask({ MsgType: "ReqQryInstrument", ReqQryInstrument: { InstrumentID: "rb1901" } });
  assert.equal((row!["Instrument"] as Record<string, unknown>)["InstrumentID"], "rb1901");
});

test("what goes wrong inside is answered -500, reported, and ends nothing", async () => {
  const fixture = new CtpFixture();
  const client = await fixture.connectIn();
  fixture.want = () => {
    throw new Error("broken feed");
  };
  const [reply] = client.ask({ MsgType: "ReqQryInstrument", RequestID: 2, ReqQryInstrument: { InstrumentID: "nope" } });
  assert.deepEqual(reply, {
    MsgType: "ReqQryInstrument",
    RspInfo: { ErrorID: -500, ErrorMsg: "内部错误" },
    RequestID: 2,
    IsLast: true,
  });
  assert.equal((fixture.errors[0] as Error).message, "broken feed");
  assert.equal(client.ask({ MsgType: "ReqQryInstrument", ReqQryInstrument: { InstrumentID: "rb2605" } }).length, 1);
});

test("on one socket each reply is named after its request and all ticks after the last subscription", async () => {
  const fixture = new CtpFixture();
  const client = await fixture.connectIn("/md/");
  fixture.sink.snapshot(makeSnapshot("rb2605"));
  const first = client.ask({ MsgType: "SubscribeMarketData", InstrumentID: ["rb2605"] });
  assert.deepEqual(typesOf(first), ["RspSubMarketData", "RtnDepthMarketData"]);
  assert.deepEqual(typesOf(client.subscribe("au2606")), ["OnRspSubMarketData"]);
  fixture.sink.snapshot(makeSnapshot("rb2605", { time: NOW + 500 }));
  const [tick] = client.take();
  assert.equal(tick!["MsgType"], "OnRtnDepthMarketData");
  assert.equal(Object.keys(tick!["DepthMarketData"] as object).length, 46);
});

test("after many changes of dialect only what is named anew changes, and no tick is doubled or lost", async () => {
  const fixture = new CtpFixture();
  const client = await fixture.connectIn();
  for (let time = 0; time < 20; time++) client.subscribe("rb2605");
  const dialects: unknown[] = [];
  for (let change = 1; change <= 11; change++) {
    client.ask({ MsgType: change % 2 ? "SubscribeMarketData" : "ReqSubMarketData", InstrumentID: ["au2606"] });
    fixture.sink.snapshot(makeSnapshot("rb2605", { time: NOW + change * 500 }));
    fixture.sink.snapshot(makeSnapshot("au2606", { time: NOW + change * 500 }));
    const counts = client.take().map((tick) => Object.keys(tick["DepthMarketData"] as object).length);
    assert.equal(counts[1], change % 2 ? 48 : 46);
    dialects.push(counts.length === 2 ? counts[0] : counts);
  }
  assert.deepEqual(dialects, [48, 46, 48, 46, 48, 46, 48, 46, 46, 46, 46]);
});

test("a forced dialect holds for everything", async () => {
  const fixture = new CtpFixture();
  fixture.sink.snapshot(makeSnapshot("rb2605"));
  const client = fixture.connect("/?dialect=classic");
  assert.equal((await client.login())[0]!["MsgType"], "RspUserLogin");
  assert.deepEqual(typesOf(client.subscribe("rb2605")), ["RspSubMarketData", "RtnDepthMarketData"]);
});
