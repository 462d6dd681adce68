/** Orders through the client of this repository, in all three dialects, against the simulator. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { connectCtp, type CtpLink } from "@tickwire/client";
import type { Dialect, TradingPush } from "@tickwire/protocol/ctp";
import { openGateway } from "./support/gateway.ts";

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

  it("users' orders and trades are in the market data of everybody", async () => {
    await using trader = await open("seed", "demo");
    const { client } = trader;
    const depth = async (): Promise<Record<string, number>> =>
      (await client.query("ReqQryDepthMarketData", { InstrumentID: CODE }))[0] as Record<string, number>;
    const inside = async (): Promise<boolean> => {
      // Wait for a spread with room in it, then stand alone between its prices.
      const { BidPrice1, AskPrice1 } = await depth();
      return AskPrice1! - BidPrice1! >= 2;
    };
    while (!(await inside())) continue;
    const before = await depth();
    const price = before["BidPrice1"]! + 1;
    const order = await client.insertOrder({
      InstrumentID: CODE,
      Direction: "0",
      LimitPrice: price,
      VolumeTotalOriginal: 3,
    });
    if (order["OrderStatus"] !== "3") return;
    for (;;) {
      const { BidPrice1, BidVolume1, Volume } = await depth();
      if (BidPrice1 === price) {
        assert.ok(BidVolume1! >= 1);
        break;
      }
      // The simulator's own prices may have moved through the order before it was seen: then its trade is in the volume.
      if (trader.pushes.some(({ kind, body }) => kind === "trade" && body["OrderSysID"] === order["OrderSysID"])) {
        assert.ok(Volume! > before["Volume"]!);
        break;
      }
    }
  });
});
