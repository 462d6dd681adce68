/** Orders through the client of this repository, in all three dialects, against the simulator. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { connectCtp, type CtpLink } from "@tickwire/client";
import { CHINA_HOURS, type Dialect, type TradingPush } from "@tickwire/protocol/ctp";
import { tradingDaySpan, type Snapshot } from "@tickwire/protocol/model";
import { HandFeed, openGateway } from "./support/gateway.ts";
import { makeSnapshot, RB2605 } from "./support/samples.ts";

const CODE = "rb2605";
const { ws, gateway } = await openGateway({ TICKWIRE_FEED: `sim?instruments=${CODE}&rate=5` });
after(() => gateway.close());

const URLS: Readonly<Record<Dialect, string>> = { seed: ws, legacy: `${ws}/td/?dialect=legacy`, classic: `${ws}/td/` };

/** A client with everything that it is told, and a way to wait for something of it. */
async function open(dialect: Dialect, user: string) {
  const pushes: TradingPush[] = [];
  const listeners = new Set<() => void>();
  const client = await connectCtp({
    url: URLS[dialect],
    dialect,
    user,
    password: "demo",
    onPush: (push) => {
      pushes.push(push);
      for (const look of listeners) look();
    },
  });
  const seen = (test: (push: TradingPush) => boolean): Promise<TradingPush> =>
    new Promise((done) => {
      const look = (): void => {
        const found = pushes.find(test);
        if (found === undefined) return;
        listeners.delete(look);
        done(found);
      };
      listeners.add(look);
      look();
    });
  return { client, pushes, seen, [Symbol.asyncDispose]: () => client.close() };
}

async function account(client: CtpLink): Promise<Record<string, number>> {
  const [row] = await client.query("ReqQryTradingAccount");
  return row as Record<string, number>;
}

describe("the client's orders", () => {
  for (const dialect of ["seed", "legacy", "classic"] as const) {
    it(`${dialect}: opens at the market, rests, cancels, and the account adds up`, async () => {
      await using trader = await open(dialect, "demo");
      const { client, seen } = trader;
      const order = await client.insertOrder({
        InstrumentID: CODE,
        Direction: "0",
        OrderPriceType: "3",
        VolumeTotalOriginal: 2,
      });
      assert.match(String(order["OrderSysID"]), /^ *\d+$/);
      const trade = await seen(({ kind, body }) => kind === "trade" && body["OrderSysID"] === order["OrderSysID"]);
      assert.equal(trade.body["Direction"], "0");
      const [depth] = await client.query("ReqQryDepthMarketData", { InstrumentID: CODE });
      const low = Number(depth?.["LowerLimitPrice"]);
      const resting = await client.insertOrder({
        InstrumentID: CODE,
        Direction: "0",
        LimitPrice: low,
        VolumeTotalOriginal: 1,
      });
      assert.equal(resting["OrderStatus"], "3");
      assert.ok((await account(client))["FrozenMargin"]! > 0);
      void client.cancelOrder(resting);
      await seen(({ body }) => body["OrderSysID"] === resting["OrderSysID"] && body["OrderStatus"] === "5");
      const free = await account(client);
      assert.equal(free["FrozenMargin"], 0);
      const { PreBalance, Deposit, Withdraw, CloseProfit, PositionProfit, Commission, Balance } = free;
      const sum = PreBalance! - Withdraw! + Deposit! + CloseProfit! + PositionProfit! - Commission!;
      assert.equal(Math.round(sum * 100), Math.round(Balance! * 100));
    });
  }

  it("a refusal by the front rejects with its number", async () => {
    await using trader = await open("classic", "demo2");
    const order = { InstrumentID: CODE, Direction: "1", CombOffsetFlag: "3", LimitPrice: 3000, VolumeTotalOriginal: 1 };
    await assert.rejects(trader.client.insertOrder(order), /50 CTP:平今仓位不足/);
    await assert.rejects(trader.client.insertOrder({ ...order, InstrumentID: "nothing" }), /16 CTP:找不到合约/);
  });
});

it("users' orders and trades are in the market data of everybody", async () => {
  const RB = { ...RB2605, hours: { ...RB2605.hours, always: true as const } };
  const time = Date.now();
  const { day } = tradingDaySpan(CHINA_HOURS, time);
  const feed = new HandFeed((sink) => {
    sink.instrument(RB);
    const limits = { preSettlement: 3500, upperLimit: 3850, lowerLimit: 3150 };
    const book = { bids: { prices: [3499], volumes: [10] }, asks: { prices: [3501], volumes: [10] } };
    const figures = { last: 3501, high: 3501, low: 3501, volume: 100, turnover: 3_501_000, openInterest: 500 };
    sink.snapshot(makeSnapshot(RB.id, { time, tradingDay: day, actionDay: day, ...limits, ...book, ...figures }));
  });
  await using house = await openGateway({}, [feed]);
  const seen: Snapshot[] = [];
  let look: (() => void) | undefined;
  const watcher = await connectCtp({
    url: house.ws,
    user: "demo2",
    password: "demo",
    terms: () => RB,
    onSnapshot: (snapshot) => {
      seen.push(snapshot);
      look?.();
    },
  });
  await watcher.subscribe([RB.id]);
  const until = (test: (snapshot: Snapshot) => boolean): Promise<void> =>
    new Promise((done) => {
      look = () => {
        if (seen.some(test)) done();
      };
      look();
    });
  const buyer = await connectCtp({ url: house.ws, user: "demo", password: "demo" });
  await buyer.insertOrder({ InstrumentID: RB.id, Direction: "0", LimitPrice: 3500, VolumeTotalOriginal: 3 });
  feed.sink.advance(time + 1_000);
  await until(
    ({ bids, last, volume }) => bids.prices[0] === 3500 && bids.volumes[0] === 3 && last === 3501 && volume === 100,
  );
  await watcher.insertOrder({ InstrumentID: RB.id, Direction: "1", LimitPrice: 3500, VolumeTotalOriginal: 2 });
  feed.sink.advance(time + 2_000);
  await until(({ bids, last, volume, openInterest, low, turnover }) => {
    const depth = bids.prices[0] === 3500 && bids.volumes[0] === 1;
    return depth && last === 3500 && volume === 102 && openInterest === 502 && low === 3500 && turnover === 3_571_000;
  });
  await Promise.all([watcher.close(), buyer.close()]);
});
