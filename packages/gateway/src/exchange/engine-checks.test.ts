import assert from "node:assert/strict";
import { test } from "node:test";
import type { Order, OrderInput } from "@tickwire/protocol/model";
import { contract, order, sessionOf, Stage, viewOf } from "../../../../test/support/exchange-stage.ts";
import { COMMODITY_HOURS } from "../../../../test/support/hours.ts";

/** The newest order of user a. */
function newest(stage: Stage): Order {
  return stage.exchange.orders("a").at(-1)!;
}

test("the front refuses in CTP's order, and no order comes about", () => {
  const stock = { ...contract("600000", "SSE"), kind: "stock" as const };
  const stage = new Stage([contract("rb2605"), contract("i2605", "DCE"), contract("au2605"), stock]);
  stage.views.delete("au2605");
  stage.exchange.restore(JSON.parse(JSON.stringify(stage.exchange.checkpoint())) as object);
  const refused: readonly (readonly [Partial<OrderInput>, string])[] = [
    [{ instrument: "xx2605", exchange: "X", ref: "x" }, "instrumentNotFound"],
    [{ instrument: "600000" }, "instrumentNotTrading"],
    [{ instrument: "au2605" }, "instrumentNotTrading"],
    [{ exchange: "DCE", ref: "x" }, "exchangeIdMismatch"],
    [{ exchange: "NYSE", ref: "x" }, "exchangeIdInvalid"],
    [{ ref: "x", volume: 0 }, "badField"],
    [{ ref: "1234567890123" }, "badField"],
    [{ volume: 0 }, "badField"],
    [{ volume: 1.5 }, "badField"],
    [{ price: 0 }, "badField"],
    [{ price: NaN }, "badField"],
    [{ volumeCondition: "all" }, "badField"],
    [{ time: "immediate", volumeCondition: "min", minVolume: 2 }, "badField"],
    [{ priceType: "market" }, "priceTypeNotSupported"],
    [{ offset: "close-today" }, "overCloseToday"],
    [{ offset: "close" }, "overCloseYesterday"],
    [{ instrument: "i2605", offset: "close" }, "overClosePosition"],
    [{ volume: 500_000 }, "insufficientMoney"],
  ];
  stage.told();
  for (const [input, error] of refused) {
    assert.equal(stage.insert("a", input), error, JSON.stringify(input));
    const told = stage.told().filter((line) => !line.endsWith("continuous"));
    assert.deepEqual(told, [`a insert-refused ${error}`]);
  }
  assert.equal(stage.insert("stranger"), "noTradingRight");
  assert.deepEqual(stage.exchange.orders("a"), []);
});

test("what has expired is not traded, and nobody has lots of it any more", () => {
  const stage = new Stage([contract("rb2605", "SHFE", COMMODITY_HOURS), contract("i2605", "DCE")]);
  stage.insert("a", { volume: 2 });
  stage.insert("b", { volume: 2, side: "sell" });
  stage.market(viewOf([998], [1001]), "rb2605");
  stage.insert("a", { price: 1001, volume: 3 });
  assert.deepEqual([stage.exchange.marketNet("rb2605"), stage.exchange.positions("a").length], [-3, 1]);
  stage.now = Date.UTC(2026, 4, 15, 2);
  for (let day = 0; day < 2; day++) {
    stage.exchange.advance(stage.now);
    stage.exchange.confirm("a", stage.now);
    assert.equal(stage.insert("a"), day === 0 ? undefined : "instrumentNotTrading");
    stage.now = Date.UTC(2026, 4, 18, 2);
  }
  assert.deepEqual([stage.exchange.marketNet("rb2605"), stage.exchange.positions("a")], [0, []]);
  assert.deepEqual(stage.replay().checkpoint(), stage.exchange.checkpoint());
});

test("a settlement that is not confirmed refuses orders, and each day wants its own", () => {
  const stage = new Stage();
  stage.exchange.openAccount("c", 1_000_000_00, stage.now);
  assert.equal(stage.insert("c", { volume: 0 }), "settlementNotConfirmed");
  stage.exchange.confirm("c", stage.now);
  assert.equal(stage.exchange.confirmed("c"), stage.now);
  assert.equal(stage.insert("c"), undefined);
  stage.exchange.settle(stage.now);
  assert.equal(stage.insert("c"), "settlementNotConfirmed");
});

test("references grow within a session; an empty one is the next", () => {
  const stage = new Stage();
  const { exchange, now } = stage;
  assert.equal(stage.insert("a", { ref: "000000000041" }), undefined);
  assert.equal(stage.insert("a", { ref: "41" }), "duplicateOrderRef");
  assert.equal(stage.insert("a", { ref: "7" }), "duplicateOrderRef");
  assert.equal(stage.insert("a"), undefined);
  assert.equal(newest(stage).input.ref, "42");
  assert.equal(exchange.insert("a", { frontId: 1, sessionId: 5000 }, order({ ref: "1" }), now), undefined);
  assert.equal(exchange.lastSessionId, 5000);
});

test("the exchange refuses after the front has taken it, in its own words", () => {
  const stage = new Stage();
  const refused: readonly (readonly [Partial<OrderInput>, string])[] = [
    [{ price: 1000.5 }, "价格非最小单位的倍数"],
    [{ price: 1101 }, "价格超出涨停板"],
    [{ price: 899 }, "价格跌破跌停板"],
    [{ volume: 501 }, "报单手数不符合规定"],
  ];
  for (const [input, text] of refused) {
    stage.told();
    assert.equal(stage.insert("a", input), undefined);
    assert.equal(stage.told().length, 2);
    const { status, submit, message, sysId } = newest(stage);
    assert.deepEqual(
      [status, submit, message, sysId],
      ["canceled", "insert-rejected", `已撤单报单被拒绝SHFE:${text}`, ""],
    );
  }
  assert.equal(stage.exchange.account("a")!.frozenMargin, 0);
});

test("orders are canceled by either key, once, and by their owner only", () => {
  const stage = new Stage();
  for (const ref of ["1", "2", "3"]) stage.insert("a", { ref });
  const session = sessionOf("a");
  assert.equal(stage.cancel("b", { session, ref: "1" }), "orderNotFound");
  assert.equal(stage.cancel("b", { exchange: "SHFE", sysId: "           1" }), "orderNotFound");
  assert.equal(stage.cancel("a", { session, ref: "1", instrument: "i2605" }), "orderNotFound");
  assert.equal(stage.cancel("a", {}), "orderNotFound");
  assert.equal(stage.cancel("a", { session, ref: "1", instrument: "rb2605" }), undefined);
  assert.equal(stage.cancel("a", { session, ref: "1" }), "orderFinished");
  assert.equal(stage.cancel("a", { exchange: "DCE", sysId: "           2" }), "orderNotFound");
  assert.equal(stage.cancel("a", { exchange: "SHFE", sysId: "           2" }), undefined);
  assert.equal(stage.cancel("a", { exchange: "SHFE", sysId: "3" }), undefined);
  const refusal = stage.reports.find((report) => report.kind === "cancel-refused" && report.order !== undefined);
  assert.equal(refusal?.kind === "cancel-refused" && refusal.order?.id, 1);
  assert.equal(stage.exchange.account("a")!.frozenMargin, 0);
});

test("what is kept of a user is bounded", () => {
  const limits = { openPerUser: 3, conditionalPerUser: 1, ordersPerDay: 5, tradesPerDay: 1, parkedPerUser: 1 };
  const stage = new Stage(undefined, limits);
  const condition = { of: "last", is: ">", price: 1050 } as const;
  assert.equal(stage.insert("a", { condition }), undefined);
  assert.equal(stage.insert("a", { condition }), "tooManyConditional");
  assert.equal(stage.insert("a"), undefined);
  assert.equal(stage.insert("a"), undefined);
  assert.equal(stage.insert("a"), "orderFrequency");
  assert.equal(stage.insert("b", { side: "sell" }), undefined);
  assert.equal(stage.insert("b"), "orderFrequency", "there have been as many trades as can be");
});

test("money comes and goes, never more than may be taken out", () => {
  const stage = new Stage();
  const { exchange, now } = stage;
  assert.equal(exchange.transfer("a", -2_000_000_001, 1, now), "insufficientMoney");
  assert.equal(exchange.transfer("a", -2_000_000_000, 2, now), undefined);
  assert.equal(exchange.transfer("a", 500, 3, now), undefined);
  assert.equal(exchange.transfer("a", 0.5, 4, now), "badField");
  assert.equal(exchange.transfer("stranger", 1, 5, now), "noTradingRight");
  assert.equal(exchange.account("a")!.balance, 500);
});

test("the most lots of an order are told before and after the instrument was first traded", () => {
  const stage = new Stage();
  const query = { instrument: "rb2605", side: "buy", offset: "open", hedge: "speculation" } as const;
  stage.market(viewOf([1000], [1001], { last: 1000 }));
  // A lot is worth 10,000 yuan: 1,000 of margin, 1 of commission.
  stage.exchange.transfer("a", -2_000_000_000 + 5_005_00 + 99, 1, stage.now);
  assert.equal(stage.exchange.maxVolume("a", query), 5);
  assert.equal(stage.exchange.maxVolume("a", { ...query, offset: "close" }), 0);
  assert.equal(stage.exchange.maxVolume("a", { ...query, instrument: "xx" }), "instrumentNotFound");
  stage.insert("a", { volume: 2 });
  assert.equal(stage.exchange.maxVolume("a", query), 3);
  assert.equal(stage.insert("a", { volume: 4 }), "insufficientMoney");
  assert.equal(stage.insert("a", { volume: 3 }), undefined);
});

test("five-level and best take what stands against them; what is left stays or goes by its time", () => {
  const stage = new Stage();
  stage.market(viewOf([998], [1001, 1002]));
  stage.insert("b", { side: "sell", price: 1001, volume: 5 });
  stage.told();
  stage.insert("a", { priceType: "best", volume: 30 });
  assert.deepEqual(stage.told().slice(-3), ["b fill 5@1001", "a part-filled 15/30", "a fill 10@1001"]);
  assert.deepEqual([newest(stage).price, newest(stage).status], [1001, "part-filled"]);
  stage.market(viewOf([998], [1003, 1004]));
  stage.insert("a", { priceType: "five-level", time: "immediate", volume: 30, side: "buy" });
  assert.deepEqual([newest(stage).price, newest(stage).status, newest(stage).filled], [1004, "canceled", 20]);
  stage.insert("a", { priceType: "best", volume: 1 });
  assert.deepEqual([newest(stage).status, newest(stage).filled], ["canceled", 0], "nothing stands against it any more");
  stage.insert("a", { priceType: "last", volume: 1 });
  assert.deepEqual([newest(stage).price, newest(stage).status], [998, "queueing"]);
});

test("a market order takes everything within the day's limits, where the exchange has market orders", () => {
  const stage = new Stage();
  stage.market(viewOf([998], [1001, 1100]), "i2605");
  stage.insert("a", { instrument: "i2605", priceType: "market", price: 0, volume: 25 });
  assert.deepEqual([newest(stage).price, newest(stage).filled, newest(stage).status], [1100, 20, "canceled"]);
  stage.insert("a", { instrument: "i2605", priceType: "market", price: 0, volume: 31 });
  assert.match(newest(stage).message, /^已撤单报单被拒绝DCE:/);
});

test("what must be filled whole, or in part, at once is filled so or not at all", () => {
  const stage = new Stage();
  stage.market(viewOf([998], [1001]));
  stage.insert("a", { price: 1001, volume: 11, time: "immediate", volumeCondition: "all" });
  assert.deepEqual([newest(stage).status, newest(stage).filled, newest(stage).submit], ["canceled", 0, "accepted"]);
  stage.insert("a", { price: 1001, volume: 12, time: "immediate", volumeCondition: "min", minVolume: 11 });
  assert.equal(newest(stage).filled, 0);
  stage.insert("a", { price: 1001, volume: 12, time: "immediate", volumeCondition: "min", minVolume: 10 });
  assert.deepEqual([newest(stage).status, newest(stage).filled], ["canceled", 10]);
});
