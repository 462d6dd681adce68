import assert from "node:assert/strict";
import { test } from "node:test";
import { epochOf } from "@tickwire/protocol/model";
import { contract, order, Stage, viewOf } from "../../../../test/support/exchange-stage.ts";

const EVENING = epochOf("Asia/Shanghai", "20260311", "18:00");

/** Round the clock, as the simulator's contracts are: the next day's market may be there before anybody told the time. */
const ALWAYS = { ...contract("rb2605"), hours: { ...contract("rb2605").hours, always: true as const } };

test("the first view of a new day ends the old one before it counts, at the old day's price", () => {
  const stage = new Stage([ALWAYS], undefined, EVENING - 1_000);
  stage.market(viewOf([999], [1001], { time: EVENING - 900, settlement: 1003 }));
  stage.insert("a", { price: 1001, volume: 2 });
  stage.insert("a", { price: 995, volume: 1 });
  stage.told();
  const next = { time: EVENING + 100, tradingDay: "20260312", preSettlement: 1004, settlement: 940, last: 940 };
  stage.market(viewOf([938], [940], next));
  assert.equal(stage.exchange.tradingDay, "20260312");
  assert.deepEqual(
    stage.told().filter((line) => line.includes("fill")),
    [],
    "an order of the old day has no part in the new one",
  );
  const settle = stage.ops.findLast((op) => op.op === "settle");
  assert.deepEqual(settle?.op === "settle" && settle.prices, { rb2605: 1004 });
  const [position] = stage.exchange.positions("a");
  assert.deepEqual([position?.volume, position?.today, position?.preSettlement], [2, 0, 1004]);
});

test("a time far ahead does not end a day: it is the feed's mistake", () => {
  const stage = new Stage([ALWAYS], undefined, EVENING - 60_000);
  stage.insert("a", { price: 995 });
  stage.market(viewOf([999], [1001], { time: EVENING + 86_400_000, tradingDay: "20260313" }));
  assert.equal(stage.exchange.tradingDay, "20260311");
});

test("an OrderSysID names the order that it says, whatever reference comes with it", () => {
  const stage = new Stage();
  const [one, other] = [1, 2].map((sessionId) => ({ frontId: 1, sessionId }));
  const input = order({ price: 990, ref: "1" });
  assert.equal(stage.exchange.insert("a", one!, input, stage.now), undefined);
  assert.equal(stage.exchange.insert("a", other!, input, stage.now), undefined);
  const [first] = stage.exchange.orders("a");
  const { sysId } = first!;
  const cancel = { instrument: "rb2605", exchange: "SHFE", sysId, ref: "1", session: undefined, requestId: 3 };
  assert.equal(stage.exchange.cancel("a", other!, cancel, stage.now), undefined);
  assert.deepEqual(
    stage.exchange.orders("a").map(({ status }) => status),
    ["canceled", "queueing"],
  );
});
