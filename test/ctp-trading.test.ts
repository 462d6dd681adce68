/** Trading over real sockets: what ctp.md d.4 says happens to orders, seen by clients of three dialects. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { CHINA_HOURS, encodeTradingRequest, type Dialect, type Fields } from "@tickwire/protocol/ctp";
import { tradingDaySpan } from "@tickwire/protocol/model";
import { TestClient, type Json } from "./support/client.ts";
import { HandFeed, openGateway } from "./support/gateway.ts";
import { ORDER, RB } from "./support/open-contract.ts";
import { makeSnapshot } from "./support/samples.ts";

const feed = new HandFeed((sink) => {
  sink.instrument(RB);
  quote([3499, 3498], [3501, 3502], sink);
});
const { ws, gateway } = await openGateway({ TICKWIRE_CTP_MAXSESSIONSPERUSER: "50" }, [feed]);
after(() => gateway.close());

/** A side of ten lots at each of these prices. */
function side(prices: number[]): { prices: number[]; volumes: number[] } {
  return { prices, volumes: prices.map(() => 10) };
}

/** The feed's book becomes one of ten lots at each of these prices. */
function quote(bids: number[], asks: number[], sink = feed.sink): void {
  const time = Date.now();
  const day = tradingDaySpan(CHINA_HOURS, time).day;
  const limits = { preSettlement: 3500, upperLimit: 3850, lowerLimit: 3150, settlement: NaN };
  const known = { time, tradingDay: day, actionDay: day, last: 3500, ...limits, bids: side(bids), asks: side(asks) };
  sink.snapshot(makeSnapshot(RB.id, known));
}

function numberOf(row: Json, key: string): number {
  return row[key] as number;
}

/** A logged-in client that speaks one dialect. */
class Trader {
  readonly client: TestClient;
  readonly #dialect: Dialect;
  #requestId = 0;

  constructor(client: TestClient, dialect: Dialect) {
    this.client = client;
    this.#dialect = dialect;
  }

  static async enter(dialect: Dialect, user = "demo"): Promise<Trader> {
    const client = await TestClient.open(`${ws}/td/?dialect=${dialect}`);
    client.send({ MsgType: "ReqUserLogin", RequestID: 1, ReqUserLogin: { UserID: user, Password: "demo" } });
    const reply = await client.next();
    assert.deepEqual((reply["RspInfo"] as Json)["ErrorID"], 0);
    return new Trader(client, dialect);
  }

  send(request: string, body: Fields): number {
    this.client.send(encodeTradingRequest(this.#dialect, request, body, ++this.#requestId));
    return this.#requestId;
  }

  /** The next frame, but for phases of products: its name without `On`, and its body. */
  async next(): Promise<readonly [name: string, body: Json, frame: Json]> {
    const frame = await this.client.next(({ MsgType }) => !String(MsgType).endsWith("RtnInstrumentStatus"));
    const key = Object.keys(frame).find((name) => !/^(MsgType|RspInfo|RequestID|IsLast)$/.test(name));
    assert.ok(key !== undefined, JSON.stringify(frame));
    return [String(frame["MsgType"]).replace(/^On/, ""), frame[key] as Json, frame];
  }

  /** The next frames, each as the values of `fields` after its name. */
  async expect(...frames: readonly (readonly [name: string, fields: Json])[]): Promise<readonly Json[]> {
    const bodies: Json[] = [];
    for (const [name, fields] of frames) {
      const [actual, body] = await this.next();
      const seen = Object.fromEntries(Object.keys(fields).map((key) => [key, body[key]]));
      assert.deepEqual([actual, seen], [name, fields], JSON.stringify(body));
      bodies.push(body);
    }
    return bodies;
  }

  /** All rows of a query. */
  async query(request: string, body: Fields = {}): Promise<readonly Json[]> {
    this.send(request, body);
    const rows: Json[] = [];
    for (;;) {
      const [name, row, frame] = await this.next();
      assert.equal(name, request.replace("Req", "Rsp"));
      if (row !== null && Object.keys(row).length > 0) rows.push(row);
      if (frame["IsLast"] === true) return rows;
    }
  }
}

for (const dialect of ["seed", "legacy", "classic"] as const) {
  test(`an order's life in the ${dialect} dialect: submitted, queueing, filled; resting, canceled; refused`, async () => {
    quote([3499, 3498], [3501, 3502]);
    const trader = await Trader.enter(dialect);
    const requestId = trader.send("ReqOrderInsert", ORDER);
    const [, queueing] = await trader.expect(
      [
        "RtnOrder",
        { OrderSubmitStatus: "0", OrderStatus: "a", StatusMsg: "报单已提交", OrderSysID: "", RequestID: requestId },
      ],
      ["RtnOrder", { OrderSubmitStatus: "3", OrderStatus: "3", StatusMsg: "未成交", VolumeTotal: 2 }],
      ["RtnOrder", { OrderStatus: "0", StatusMsg: "全部成交", VolumeTraded: 2, VolumeTotal: 0 }],
      ["RtnTrade", { Price: 3501, Volume: 2, OffsetFlag: "0", Direction: "0" }],
    );
    assert.match(String(queueing!["OrderSysID"]), /^ *\d+$/);
    trader.send("ReqOrderInsert", { ...ORDER, LimitPrice: 3400 });
    const [, resting] = await trader.expect(["RtnOrder", { OrderStatus: "a" }], ["RtnOrder", { OrderStatus: "3" }]);
    const keys = {
      InstrumentID: RB.id,
      ExchangeID: "SHFE",
      OrderSysID: String(resting!["OrderSysID"]),
      ActionFlag: "0",
    };
    trader.send("ReqOrderAction", keys);
    await trader.expect(["RtnOrder", { OrderStatus: "5", StatusMsg: "已撤单", VolumeTotal: 2 }]);
    trader.send("ReqOrderAction", keys);
    const [again, , frame] = await trader.next();
    assert.deepEqual([again, (frame["RspInfo"] as Json)["ErrorID"]], ["RspOrderAction", 26]);
    await trader.expect(["ErrRtnOrderAction", { OrderSysID: keys.OrderSysID }]);
    trader.send("ReqOrderInsert", { ...ORDER, LimitPrice: 3400.5 });
    const [, refused] = await trader.expect(
      ["RtnOrder", { OrderStatus: "a" }],
      ["RtnOrder", { OrderSubmitStatus: "4", OrderStatus: "5" }],
    );
    assert.match(String(refused!["StatusMsg"]), /^已撤单报单被拒绝SHFE:/);
    const requests = { ...ORDER, Direction: "1", CombOffsetFlag: "3", VolumeTotalOriginal: 400 };
    trader.send("ReqOrderInsert", requests);
    const [name, input, refusal] = await trader.next();
    assert.deepEqual([name, refusal["RspInfo"]], ["RspOrderInsert", { ErrorID: 50, ErrorMsg: "CTP:平今仓位不足" }]);
    assert.equal(input["VolumeTotalOriginal"], 400);
    await trader.expect(["ErrRtnOrderInsert", { CombOffsetFlag: "3", InstrumentID: RB.id }]);
    await trader.client.close();
  });
}

test("what cannot be filled at once is canceled: FAK, FOK", async () => {
  quote([3499, 3498], [3501, 3502]);
  const trader = await Trader.enter("seed", "demo2");
  trader.send("ReqOrderInsert", { ...ORDER, VolumeTotalOriginal: 15, TimeCondition: "1" });
  await trader.expect(
    ["RtnOrder", { OrderStatus: "a" }],
    ["RtnOrder", { OrderStatus: "3" }],
    ["RtnOrder", { OrderStatus: "1", StatusMsg: "部分成交", VolumeTraded: 10, VolumeTotal: 5 }],
    ["RtnTrade", { Volume: 10 }],
    ["RtnOrder", { OrderStatus: "5", StatusMsg: "已撤单", VolumeTraded: 10, VolumeTotal: 5 }],
  );
  trader.send("ReqOrderInsert", { ...ORDER, VolumeTotalOriginal: 40, TimeCondition: "1", VolumeCondition: "3" });
  await trader.expect(
    ["RtnOrder", { OrderStatus: "a" }],
    ["RtnOrder", { OrderStatus: "3" }],
    ["RtnOrder", { OrderStatus: "5", VolumeTraded: 0, VolumeTotal: 40 }],
  );
  await trader.client.close();
});

test("users trade with each other; all sessions of each hear it, then everything reconciles", async () => {
  quote([3480], [3520]);
  const buyer = await Trader.enter("seed");
  const watcher = await Trader.enter("classic");
  const seller = await Trader.enter("classic", "demo2");
  const before = (await seller.query("ReqQryTradingAccount"))[0]!;
  const known = new Set((await seller.query("ReqQryOrder")).map((order) => order["OrderSysID"]));
  buyer.send("ReqOrderInsert", { ...ORDER, LimitPrice: 3500, VolumeTotalOriginal: 3, OrderRef: "1000" });
  await buyer.expect(["RtnOrder", { OrderStatus: "a", OrderRef: "1000" }], ["RtnOrder", { OrderStatus: "3" }]);
  const [, resting] = await watcher.expect(
    ["RtnOrder", { OrderStatus: "a", OrderRef: "1000" }],
    ["RtnOrder", { OrderStatus: "3" }],
  );
  const sysId = String(resting!["OrderSysID"]);
  seller.send("ReqOrderAction", { InstrumentID: RB.id, ExchangeID: "SHFE", OrderSysID: sysId, ActionFlag: "0" });
  const [, , foreign] = await seller.next();
  assert.deepEqual(foreign["RspInfo"], { ErrorID: 25, ErrorMsg: "CTP:撤单找不到相应报单" });
  await seller.expect(["ErrRtnOrderAction", { OrderSysID: sysId, OrderLocalID: "" }]);
  seller.send("ReqOrderInsert", { ...ORDER, LimitPrice: 3490, VolumeTotalOriginal: 2, Direction: "1", OrderRef: "77" });
  const told = await seller.expect(
    ["RtnOrder", { OrderStatus: "a" }],
    ["RtnOrder", { OrderStatus: "3" }],
    ["RtnOrder", { OrderStatus: "0", OrderRef: "77" }],
    ["RtnTrade", { Price: 3500, Volume: 2, Direction: "1" }],
  );
  for (const trader of [buyer, watcher]) {
    const heard = await trader.expect(
      ["RtnOrder", { OrderStatus: "1", VolumeTraded: 2, VolumeTotal: 1 }],
      ["RtnTrade", { Price: 3500, Volume: 2, Direction: "0", OrderRef: "1000" }],
    );
    assert.equal(heard[1]!["TradeID"], told[3]!["TradeID"]);
  }
  const orders = (await seller.query("ReqQryOrder")).filter((order) => !known.has(order["OrderSysID"]));
  assert.deepEqual(orders, [told[2]]);
  const trades = await seller.query("ReqQryTrade", { TradeID: String(told[3]!["TradeID"]) });
  assert.deepEqual(trades, [told[3]]);
  const short = (await seller.query("ReqQryInvestorPosition")).find((row) => row["PosiDirection"] === "3");
  assert.deepEqual([short!["Position"], short!["TodayPosition"]], [2, 2]);
  const [account] = await seller.query("ReqQryTradingAccount");
  const paid = numberOf(account!, "Commission") - numberOf(before, "Commission");
  assert.ok(paid > 0);
  const profit = numberOf(account!, "PositionProfit") - numberOf(before, "PositionProfit");
  assert.ok(Math.abs(numberOf(before, "Balance") + profit - paid - numberOf(account!, "Balance")) < 0.005);
  for (const trader of [buyer, watcher, seller]) await trader.client.close();
});
