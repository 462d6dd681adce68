import assert from "node:assert/strict";
import { test } from "node:test";
import { epochOf } from "@tickwire/protocol/model";
import type { Exchange } from "./engine.ts";
import { contract, order, sessionOf, Stage, viewOf } from "../../../../test/support/exchange-stage.ts";
import { COMMODITY_HOURS } from "../../../../test/support/hours.ts";

const at = (date: string, time: string): number => epochOf("Asia/Shanghai", date, time);
const MORE = { bidVolumes: [4], askVolumes: [4] };

test("a resting order waits for the market's lots that stood before it", () => {
  const stage = new Stage();
  stage.market(viewOf([1000], [1001], { bidVolumes: [6] }));
  stage.insert("a", { volume: 3 });
  stage.told();
  stage.market(viewOf([1000], [1001], { bidVolumes: [9], last: 1000, traded: 5 }));
  assert.deepEqual(stage.told(), [], "five of the six before it");
  stage.market(viewOf([1000], [1001], { bidVolumes: [9], last: 1000, traded: 2 }));
  assert.deepEqual(stage.told(), ["a part-filled 1/3", "a fill 1@1000"]);
  stage.market(viewOf([999], [1001], { last: 999, traded: 9 }));
  assert.deepEqual(stage.told(), ["a filled 3/3", "a fill 2@1000"]);
});

test("a market that crosses a resting order fills it at its own price, up to what it shows", () => {
  const stage = new Stage();
  stage.market(viewOf([998], [1001]));
  stage.insert("a", { volume: 6 });
  stage.told();
  stage.market(viewOf([997], [999], MORE));
  assert.deepEqual(stage.told(), ["a part-filled 4/6", "a fill 4@1000"]);
  const { takenAsks, bids, volume, last, openInterest, turnover } = stage.exchange.footprint("rb2605");
  assert.deepEqual([[...takenAsks], [...bids], volume, last], [[[999, 4]], [[1000, 2]], 4, 1000]);
  assert.deepEqual([openInterest, turnover], [4, 40_000]);
  stage.insert("b", { price: 999, volume: 1, time: "immediate" });
  assert.equal(stage.exchange.orders("b")[0]!.filled, 0, "the level is used up until the next view");
});

test("conditional orders wait, come true, and make an order that their reference leads to", () => {
  const stage = new Stage();
  stage.market(viewOf([998], [1001]));
  stage.told();
  stage.insert("a", { ref: "5", condition: { of: "ask", is: ">=", price: 1003 } });
  assert.deepEqual(stage.told(), ["a untouched 0/1"]);
  assert.equal(stage.exchange.account("a")!.frozenMargin, 0);
  stage.market(viewOf([999], [1002]));
  assert.deepEqual(stage.told(), []);
  const before = stage.replay();
  const middle = JSON.stringify(stage.exchange.checkpoint());
  stage.market(viewOf([999], [1003]));
  assert.deepEqual(stage.told(), ["a touched 0/1", "a submitted 0/1", "a queueing 0/1"]);
  const [waited, made] = stage.exchange.orders("a");
  assert.deepEqual([waited!.sysId, made!.triggeredBy, made!.input.condition], ["TJBD_1", "TJBD_1", undefined]);
  assert.equal(stage.cancel("a", { exchange: "SHFE", sysId: "TJBD_1" }), "orderFinished");
  assert.equal(stage.cancel("a", { session: sessionOf("a"), ref: "5" }), undefined);
  assert.equal(stage.exchange.orders("a")[1]!.status, "canceled");
  assert.equal(stage.insert("a", { ref: "6" }), undefined, "the reference of the session has not moved on");
  before.advance(stage.now);
  before.market("rb2605", viewOf([999], [1003]));
  assert.equal(before.orders("a").length, 2, "it waited across a restart");
  const restored = stage.make();
  restored.restore(JSON.parse(middle) as object);
  restored.advance(stage.now);
  restored.market("rb2605", viewOf([999], [1003]));
  assert.equal(restored.orders("a").length, 2, "and across one with a checkpoint");
});

test("a conditional order whose order the front refuses is told so", () => {
  const stage = new Stage();
  stage.insert("a", { condition: { of: "last", is: "<", price: 990 }, offset: "close-today" });
  stage.told();
  stage.market(viewOf([980], [1001]));
  assert.deepEqual(stage.told(), ["a touched 0/1", "a insert-refused overCloseToday"]);
  assert.deepEqual(stage.replay().checkpoint(), stage.exchange.checkpoint());
});

function calendarStage(time: string): Stage {
  const stage = new Stage([contract("rb2605", "SHFE", COMMODITY_HOURS)]);
  stage.exchange.settle(stage.now);
  for (const user of ["a", "b"]) stage.exchange.confirm(user, stage.now);
  stage.now = at("20260311", time);
  stage.exchange.advance(stage.now);
  stage.told();
  return stage;
}

test("an auction collects orders and brings them together at the price with the most volume", () => {
  const stage = calendarStage("20:56");
  stage.market(viewOf([998], [1003], MORE));
  stage.insert("a", { price: 1005, volume: 5 });
  stage.insert("b", { price: 1000, volume: 5, side: "sell" });
  stage.insert("b", { price: 1002, volume: 3, side: "sell" });
  assert.equal(stage.told().filter((line) => line.includes("queueing")).length, 3);
  stage.insert("a", { time: "immediate", price: 1010 });
  assert.match(stage.exchange.orders("a").at(-1)!.message, /当前状态禁止此项操作$/);
  stage.told();
  stage.exchange.advance(at("20260311", "20:59"));
  // Five lots at 1000 or 1001 leave nothing over; 1000 is the previous settlement.
  assert.deepEqual(stage.told(), [
    "rb auction-match",
    "a filled 5/5",
    "a fill 5@1000",
    "b filled 5/5",
    "b fill 5@1000",
  ]);
  stage.now = at("20260311", "20:59:30");
  stage.insert("a");
  assert.match(stage.exchange.orders("a").at(-1)!.message, /当前状态禁止此项操作$/);
  stage.exchange.advance(at("20260311", "21:00"));
  assert.deepEqual(stage.told().slice(-1), ["rb continuous"]);
});

test("what an auction that was missed should have brought together meets when trading begins", () => {
  const stage = calendarStage("20:56");
  stage.insert("a", { price: 1005, volume: 5 });
  stage.insert("b", { price: 1000, volume: 5, side: "sell" });
  const late: Exchange = stage.replay();
  late.advance(at("20260311", "21:30"));
  late.market("rb2605", viewOf([998], [1003]));
  assert.equal(late.orders("a")[0]!.status, "filled");
});

test("parked orders and cancels go out when the next session begins", () => {
  const stage = calendarStage("23:30");
  const session = sessionOf("a");
  const first = stage.exchange.park("a", session, { ...order(), ref: "" }, stage.now);
  const second = stage.exchange.park("a", session, { ...order(), price: 990 }, stage.now);
  const third = stage.exchange.park("a", session, { ...order(), offset: "close" }, stage.now);
  assert.ok(typeof first !== "string" && typeof second !== "string" && typeof third !== "string");
  assert.equal(stage.exchange.unpark("b", second.id, stage.now), "parkedNotFound");
  assert.equal(stage.exchange.unpark("a", second.id.trim(), stage.now), undefined);
  assert.equal(stage.exchange.unpark("a", second.id, stage.now), "parkedRemoved");
  assert.deepEqual(stage.told(), []);
  stage.exchange.advance(at("20260312", "09:00"));
  assert.deepEqual(stage.told(), [
    "rb continuous",
    "a submitted 0/1",
    "a queueing 0/1",
    "a insert-refused overCloseYesterday",
  ]);
  assert.deepEqual(
    stage.exchange.parkedOrders("a").map(({ state, error }) => [state, error]),
    [
      ["sent", undefined],
      ["removed", undefined],
      ["sent", "overCloseYesterday"],
    ],
  );
  assert.equal(stage.exchange.unpark("a", first.id, stage.now), "parkedSent");
  stage.now = at("20260312", "10:20");
  stage.exchange.advance(stage.now);
  const cancel = { instrument: "rb2605", exchange: "", sysId: "", session, ref: "1", requestId: 9 };
  const parked = stage.exchange.parkCancel("a", session, cancel, stage.now);
  assert.ok(typeof parked !== "string");
  stage.told();
  stage.exchange.advance(at("20260312", "10:30"));
  assert.deepEqual(stage.told(), ["rb continuous", "a canceled 0/1"]);
  assert.deepEqual(stage.replay().checkpoint(), stage.exchange.checkpoint());
});

test("what is parked during a session waits for the next one", () => {
  const stage = calendarStage("21:30");
  stage.market(viewOf([998], [1003]));
  stage.exchange.park("a", sessionOf("a"), order(), stage.now);
  stage.exchange.advance(at("20260311", "22:00"));
  assert.deepEqual(stage.exchange.orders("a"), []);
  stage.exchange.advance(at("20260311", "23:00"));
  assert.deepEqual(stage.exchange.orders("a"), []);
  stage.exchange.advance(at("20260312", "09:00"));
  assert.equal(stage.exchange.orders("a")[0]!.status, "queueing");
});

test("where the market never closes what is parked goes out at once", () => {
  const stage = new Stage();
  stage.told();
  const parked = stage.exchange.park("a", sessionOf("a"), order(), stage.now);
  assert.equal(typeof parked !== "string" && parked.state, "waiting");
  assert.deepEqual(stage.told(), ["a submitted 0/1", "a queueing 0/1"]);
  assert.equal(stage.exchange.parkedOrders("a")[0]!.state, "sent");
});

test("a day ends by the clock, once: orders are gone, positions stay, ids go on", () => {
  const stage = new Stage();
  stage.insert("a", { volume: 2 });
  stage.insert("b", { volume: 1, side: "sell" });
  const { exchange } = stage;
  exchange.advance(at("20260311", "17:59:59"));
  assert.deepEqual([exchange.tradingDay, exchange.settlementId], ["20260311", 1]);
  stage.told();
  exchange.advance(at("20260311", "18:00"));
  exchange.advance(at("20260311", "18:00:01"));
  assert.deepEqual([exchange.tradingDay, exchange.settlementId], ["20260312", 2]);
  assert.deepEqual(stage.told(), [], "open orders disappear without a word");
  assert.deepEqual([exchange.orders("a"), exchange.fills("a"), exchange.footprint("rb2605").volume], [[], [], 0]);
  assert.deepEqual(
    stage.statements.map(({ user, day, settlementId }) => [user, day, settlementId]),
    [
      ["a", "20260311", 1],
      ["b", "20260311", 1],
    ],
  );
  assert.equal(exchange.marketNet("rb2605") + exchange.positions("a")[0]!.volume, 1);
  assert.equal(exchange.positions("a")[0]!.tradingDay, "20260312");
  exchange.confirm("a", stage.now);
  stage.insert("a");
  assert.deepEqual([exchange.orders("a")[0]!.id, exchange.orders("a")[0]!.sysId], [3, "           1"]);
});

test("a day that was settled by hand is not settled again by the clock", () => {
  const stage = new Stage();
  stage.exchange.settle(stage.now);
  assert.equal(stage.exchange.tradingDay, "20260312");
  const restarted = stage.replay();
  restarted.advance(at("20260311", "12:00"));
  assert.deepEqual([restarted.tradingDay, restarted.settlementId], ["20260312", 2]);
  stage.exchange.advance(at("20260311", "18:30"));
  assert.deepEqual([stage.exchange.tradingDay, stage.exchange.settlementId], ["20260312", 2]);
  stage.exchange.advance(at("20260312", "18:30"));
  assert.deepEqual([stage.exchange.tradingDay, stage.exchange.settlementId], ["20260313", 3]);
});
