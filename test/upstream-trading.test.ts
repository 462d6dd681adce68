/** Orders that are passed through: clients of one gateway trade with the account that it has at another. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CtpClient } from "@tickwire/client";
import { CHINA_HOURS, encodeTradingRequest, REQUESTS, TD_PUSHES, type Fields } from "@tickwire/protocol/ctp";
import { tradingDaySpan } from "@tickwire/protocol/model";
import { SqliteLedger } from "../packages/gateway/src/ledger/sqlite.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { ChaosProxy } from "./support/chaos-proxy.ts";
import { TestClient, type Json } from "./support/client.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { HandFeed, openGateway, type TestGateway } from "./support/gateway.ts";
import { ORDER, RB } from "./support/open-contract.ts";
import { makeSnapshot } from "./support/samples.ts";

/** Below the market: it rests. */
const RESTING = { ...ORDER, LimitPrice: 3_490 };
/** Beyond what the account can pay for. */
const HUGE = { ...ORDER, VolumeTotalOriginal: 500_000 };

/** Two gateways: the second one trades with the first one's account `demo`. */
class Stage implements AsyncDisposable {
  readonly exchange: TestGateway;
  /** Stands between the two. */
  readonly proxy: ChaosProxy;
  relay: TestGateway;

  private constructor(exchange: TestGateway, proxy: ChaosProxy, relay: TestGateway) {
    this.exchange = exchange;
    this.proxy = proxy;
    this.relay = relay;
  }

  static async open(): Promise<Stage> {
    const feed = new HandFeed((sink) => {
      sink.instrument(RB);
      const time = Date.now();
      const day = tradingDaySpan(CHINA_HOURS, time).day;
      const limits = { preSettlement: 3500, upperLimit: 3850, lowerLimit: 3150, settlement: NaN };
      const book = { bids: side([3499, 3498]), asks: side([3501, 3502]) };
      sink.snapshot(makeSnapshot(RB.id, { time, tradingDay: day, actionDay: day, last: 3500, ...limits, ...book }));
    });
    const exchange = await openGateway({ TICKWIRE_CTP_MAXSESSIONSPERUSER: "50" }, [feed]);
    const proxy = await ChaosProxy.open(Number(new URL(exchange.ws).port), makeSystemClock());
    return new Stage(exchange, proxy, await openRelay(proxy));
  }

  /** Ends the second gateway and starts it again with the same data. */
  async restart(data: string): Promise<void> {
    await this.relay.gateway.close();
    this.relay = await openRelay(this.proxy, data);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.relay.gateway.close();
    await this.proxy.close();
    await this.exchange.gateway.close();
  }
}

async function openRelay(proxy: ChaosProxy, data?: string): Promise<TestGateway> {
  const env = {
    TICKWIRE_FEED: `ctp?url=ws://${proxy.host}&user=demo&password=env:UP&gap=0`,
    UP: "demo",
    TICKWIRE_CONFIG: writeConfig("trading: { via: upstream, users: [demo2] }"),
  };
  const relay = await openGateway(env, undefined, data === undefined ? {} : { ledger: new SqliteLedger(data) });
  await until(async () => (await healthOf(relay))["state"] === "ok");
  return relay;
}

function writeConfig(text: string): string {
  const path = join(makeDataFolder(), "tickwire.yaml");
  writeFileSync(path, text);
  return path;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries === 300) assert.fail("never");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function healthOf({ http }: TestGateway): Promise<Json> {
  return ((await (await fetch(`${http}/healthz`)).json()) as Json)["trading"] as Json;
}

/** A side of ten lots at each of these prices. */
function side(prices: number[]): { prices: number[]; volumes: number[] } {
  return { prices, volumes: [10, 10] };
}

/** A session of the classic dialect. */
class Trader {
  readonly client: TestClient;
  readonly sessionId: unknown;
  #requestId = 10;

  private constructor(client: TestClient, sessionId: unknown) {
    this.client = client;
    this.sessionId = sessionId;
  }

  static async enter({ ws }: TestGateway, user: string): Promise<Trader> {
    const client = await TestClient.open(`${ws}/td/`);
    client.send({ MsgType: "ReqUserLogin", RequestID: 1, ReqUserLogin: { UserID: user, Password: "demo" } });
    const reply = await client.next();
    assert.equal((reply["RspInfo"] as Json)["ErrorID"], 0);
    return new Trader(client, (reply["RspUserLogin"] as Json)["SessionID"]);
  }

  send(request: string, body: Fields): number {
    this.client.send(encodeTradingRequest("classic", request, body, ++this.#requestId));
    return this.#requestId;
  }

  /** The next frame of this kind: its body with its error. */
  async next(name: string, field?: string, value?: unknown): Promise<Json> {
    const push = Object.values(TD_PUSHES).find((each) => each.name === name);
    const bodyKey = push?.bodyKey ?? REQUESTS.get(name.replace("Rsp", "Req"))!.replyBody;
    const frame = await this.client.next(
      (each) => each["MsgType"] === name && (field === undefined || (each[bodyKey] as Json)?.[field] === value),
    );
    return { ...(frame[bodyKey] as Json), ...(frame["RspInfo"] as Json | undefined) };
  }

  async query(request: string, body: Fields = {}): Promise<readonly Json[]> {
    const number = this.send(request, body);
    const rows: Json[] = [];
    for (;;) {
      const frame = await this.client.next((each) => each["RequestID"] === number);
      const key = Object.keys(frame).find((name) => !/^(MsgType|RspInfo|RequestID|IsLast)$/.test(name));
      const row = key === undefined ? null : (frame[key] as Json | null);
      if (row !== null && Object.keys(row).length > 0) rows.push(row);
      if (frame["IsLast"] === true) return rows;
    }
  }
}

function some(body: Json, ...keys: readonly string[]): readonly unknown[] {
  return keys.map((key) => body[key]);
}

test("an order is filled at the upstream; every session of the user hears of it under the giver's name and reference", async () => {
  await using stage = await Stage.open();
  const [giver, other] = [await Trader.enter(stage.relay, "demo2"), await Trader.enter(stage.relay, "demo2")];
  const requestId = giver.send("ReqOrderInsert", { ...ORDER, OrderRef: "7" });
  for (const session of [giver, other]) {
    const filled = await session.next("RtnOrder", "OrderStatus", "0");
    assert.deepEqual(some(filled, "InvestorID", "SessionID", "OrderRef", "VolumeTraded"), [
      "demo2",
      giver.sessionId,
      "7",
      2,
    ]);
    assert.deepEqual(some(filled, "RequestID", "FrontID"), [requestId, 1]);
    const trade = await session.next("RtnTrade");
    assert.deepEqual(some(trade, "InvestorID", "OrderRef", "Volume", "Price"), ["demo2", "7", 2, 3501]);
  }
  const [order] = await giver.query("ReqQryOrder");
  assert.deepEqual(some(order!, "OrderRef", "SessionID", "OrderStatus"), ["7", giver.sessionId, "0"]);
  const [trade] = await giver.query("ReqQryTrade");
  assert.deepEqual(some(trade!, "OrderRef", "InvestorID"), ["7", "demo2"]);
  // The account is that of the upstream.
  const there = await Trader.enter(stage.exchange, "demo");
  const [position] = await there.query("ReqQryInvestorPosition");
  assert.equal(position!["Position"], 2);
  await until(async () => (await giver.query("ReqQryInvestorPosition")).length === 1);
  const [mirrored] = await giver.query("ReqQryInvestorPosition");
  assert.deepEqual({ ...mirrored, InvestorID: "demo" }, position);
  const [detail] = await there.query("ReqQryInvestorPositionDetail");
  assert.deepEqual({ ...(await giver.query("ReqQryInvestorPositionDetail"))[0], InvestorID: "demo" }, detail);
  const [account] = await there.query("ReqQryTradingAccount");
  const [own] = await giver.query("ReqQryTradingAccount");
  assert.deepEqual({ ...own, AccountID: "demo" }, account);
  await Promise.all([giver, other, there].map(({ client }) => client.close()));
});

test("a resting order is canceled by session and reference, another one by its number; a second cancel is refused", async () => {
  await using stage = await Stage.open();
  const trader = await Trader.enter(stage.relay, "demo2");
  for (const by of ["ref", "number"]) {
    trader.send("ReqOrderInsert", RESTING);
    const resting = await trader.next("RtnOrder", "OrderStatus", "3");
    const { OrderRef, SessionID, OrderSysID, ExchangeID, FrontID } = resting as Record<string, string>;
    const name: Fields =
      by === "ref"
        ? { OrderRef: OrderRef!, SessionID: SessionID!, FrontID: FrontID! }
        : { OrderSysID: OrderSysID!, ExchangeID: ExchangeID! };
    trader.send("ReqOrderAction", { InstrumentID: RB.id, ActionFlag: "0", ...name });
    const canceled = await trader.next("RtnOrder", "OrderStatus", "5");
    assert.deepEqual(some(canceled, "OrderRef", "SessionID"), [OrderRef, trader.sessionId]);
    trader.send("ReqOrderAction", { InstrumentID: RB.id, ActionFlag: "0", ...name });
    assert.equal((await trader.next("RspOrderAction"))["ErrorID"], 26);
  }
  await trader.client.close();
});

test("what the upstream's front refuses is answered to the giver, told to all, and not among the orders", async () => {
  await using stage = await Stage.open();
  const [giver, other] = [await Trader.enter(stage.relay, "demo2"), await Trader.enter(stage.relay, "demo2")];
  giver.send("ReqOrderInsert", { ...HUGE, OrderRef: "3" });
  const reply = await giver.next("RspOrderInsert");
  assert.deepEqual([reply["OrderRef"], Number(reply["ErrorID"]) > 0], ["3", true]);
  for (const session of [giver, other]) {
    assert.deepEqual(some(await session.next("ErrRtnOrderInsert"), "OrderRef", "ErrorID"), ["3", reply["ErrorID"]]);
  }
  assert.deepEqual(await giver.query("ReqQryOrder"), []);
  giver.send("ReqOrderInsert", { ...RESTING, OrderRef: "3" });
  assert.equal((await giver.next("RspOrderInsert"))["ErrorID"], 22, "a reference is used once");
  await Promise.all([giver, other].map(({ client }) => client.close()));
});

test("users who are not named may not trade, and see nothing", async () => {
  await using stage = await Stage.open();
  const stranger = await Trader.enter(stage.relay, "demo");
  stranger.send("ReqOrderInsert", ORDER);
  assert.equal((await stranger.next("RspOrderInsert"))["ErrorID"], 28);
  assert.deepEqual(await stranger.query("ReqQryTradingAccount"), []);
  await stranger.client.close();
});

test("an order that was given elsewhere is heard, as nobody's here, and can be canceled", async () => {
  await using stage = await Stage.open();
  const trader = await Trader.enter(stage.relay, "demo2");
  await using elsewhere = new CtpClient({ url: stage.exchange.ws, user: "demo", password: "demo" });
  await elsewhere.ready();
  const given = await elsewhere.orders.insert({ instrument: RB.id, side: "buy", volume: 1, price: 3_480 });
  const heard = await trader.next("RtnOrder", "OrderStatus", "3");
  assert.equal(heard["FrontID"], given.session.frontId + 1_000);
  const { OrderRef, SessionID, FrontID } = heard as Record<string, string>;
  trader.send("ReqOrderAction", {
    InstrumentID: RB.id,
    ActionFlag: "0",
    OrderRef: OrderRef!,
    SessionID: SessionID!,
    FrontID: FrontID!,
  });
  await trader.next("RtnOrder", "OrderStatus", "5");
  await trader.client.close();
});

test("what happens to an order while the upstream is away is told when it is back; meanwhile nothing is taken", async () => {
  await using stage = await Stage.open();
  const trader = await Trader.enter(stage.relay, "demo2");
  trader.send("ReqOrderInsert", { ...RESTING, OrderRef: "5" });
  const resting = await trader.next("RtnOrder", "OrderStatus", "3");
  stage.proxy.disappear();
  stage.proxy.cut();
  await until(async () => (await healthOf(stage.relay))["state"] === "failing");
  trader.send("ReqOrderInsert", RESTING);
  assert.equal((await trader.next("RspOrderInsert"))["ErrorID"], -1);
  const there = await Trader.enter(stage.exchange, "demo");
  const { OrderSysID, ExchangeID } = resting as Record<string, string>;
  there.send("ReqOrderAction", {
    InstrumentID: RB.id,
    ActionFlag: "0",
    OrderSysID: OrderSysID!,
    ExchangeID: ExchangeID!,
  });
  await there.next("RtnOrder", "OrderStatus", "5");
  stage.proxy.pass();
  const canceled = await trader.next("RtnOrder", "OrderStatus", "5");
  assert.deepEqual(some(canceled, "OrderRef", "SessionID"), ["5", trader.sessionId]);
  await until(async () => (await healthOf(stage.relay))["state"] === "ok");
  trader.send("ReqOrderInsert", { ...RESTING, OrderRef: "6" });
  assert.equal((await trader.next("RtnOrder", "OrderStatus", "3"))["OrderRef"], "6");
  await Promise.all([trader, there].map(({ client }) => client.close()));
});

test("after a restart an order has the names of the session that gave it, and is canceled by them", async () => {
  await using stage = await Stage.open();
  const data = makeDataFolder();
  await stage.restart(data);
  const before = await Trader.enter(stage.relay, "demo2");
  const requestId = before.send("ReqOrderInsert", { ...RESTING, OrderRef: "5" });
  const resting = await before.next("RtnOrder", "OrderStatus", "3");
  await stage.restart(data);
  const trader = await Trader.enter(stage.relay, "demo2");
  assert.notEqual(trader.sessionId, before.sessionId);
  const keys = ["FrontID", "SessionID", "OrderRef", "RequestID"] as const;
  const [order] = await trader.query("ReqQryOrder");
  assert.deepEqual(some(order!, ...keys), some(resting, ...keys));
  assert.equal(order!["RequestID"], requestId);
  const { FrontID, SessionID, OrderRef } = resting as Record<string, string>;
  const cancel = { InstrumentID: RB.id, ActionFlag: "0", FrontID: FrontID!, SessionID: SessionID! };
  trader.send("ReqOrderAction", { ...cancel, OrderRef: OrderRef! });
  assert.deepEqual(some(await trader.next("RtnOrder", "OrderStatus", "5"), ...keys), some(resting, ...keys));
  await Promise.all([before, trader].map(({ client }) => client.close()));
});

test("rates and the most lots are the upstream's, under the user's name; a statement that there is not has no rows", async () => {
  await using stage = await Stage.open();
  const trader = await Trader.enter(stage.relay, "demo2");
  const there = await Trader.enter(stage.exchange, "demo");
  const lots = { InstrumentID: RB.id, Direction: "0", OffsetFlag: "0", HedgeFlag: "1" };
  for (const [request, body] of [
    ["ReqQryInstrumentMarginRate", { InstrumentID: RB.id, HedgeFlag: "1" }],
    ["ReqQryInstrumentCommissionRate", { InstrumentID: RB.id }],
    ["ReqQryExchangeMarginRate", { InstrumentID: RB.id, HedgeFlag: "1" }],
    ["ReqQryMaxOrderVolume", lots],
  ] as const) {
    const [row] = await trader.query(request, body);
    const [told] = await there.query(request, body);
    assert.ok(told !== undefined && Object.keys(told).length > 2, request);
    assert.deepEqual(row, "InvestorID" in told ? { ...told, InvestorID: "demo2" } : told);
  }
  assert.deepEqual(await trader.query("ReqQrySettlementInfo"), []);
  await Promise.all([trader, there].map(({ client }) => client.close()));
});

test("an order is parked at the upstream; what it makes of it is no session's here, and takes no reference away", async () => {
  await using stage = await Stage.open();
  const trader = await Trader.enter(stage.relay, "demo2");
  trader.send("ReqOrderInsert", { ...RESTING, OrderRef: "5" });
  await trader.next("RtnOrder", "OrderStatus", "3");
  // The contract trades at any hour: what is parked goes out at once.
  trader.send("ReqParkedOrderInsert", { ...RESTING, OrderRef: "6" });
  const sent = await trader.next("RtnOrder", "OrderStatus", "3");
  assert.deepEqual(some(sent, "FrontID", "InvestorID", "AccountID", "ClientID"), [1_001, "demo2", "demo2", "demo2"]);
  const parked = await trader.next("RspParkedOrderInsert");
  assert.deepEqual(some(parked, "OrderRef", "InvestorID", "ErrorID"), ["6", "demo2", 0]);
  const [row] = await trader.query("ReqQryParkedOrder");
  assert.deepEqual(some(row!, "ParkedOrderID", "InvestorID"), [parked["ParkedOrderID"], "demo2"]);
  trader.send("ReqRemoveParkedOrder", { ParkedOrderID: parked["ParkedOrderID"] as string });
  assert.equal((await trader.next("RspRemoveParkedOrder"))["ErrorID"], 46);
  trader.send("ReqOrderInsert", { ...RESTING, OrderRef: "7" });
  assert.equal((await trader.next("RtnOrder", "OrderStatus", "3"))["OrderRef"], "7");
  await trader.client.close();
});
