import assert from "node:assert/strict";
import { test } from "node:test";
import type { CancelInput } from "@tickwire/protocol/model";
import { INPUT } from "../../../../test/support/fake-trading.ts";
import { bound, HERE } from "../../../../test/support/fake-upstream.ts";

const CANCEL: CancelInput = {
  instrument: "rb2605",
  exchange: "SHFE",
  sysId: "5",
  session: undefined,
  ref: "",
  requestId: 1,
};

test("an order is parked without a reference, and keeps its own here", async () => {
  const { trading, upstream } = await bound();
  upstream.rows = [{ ParkedOrderID: "         12", OrderRef: "" }];
  const parked = await trading.park("a", HERE, INPUT);
  assert.deepEqual(parked, {
    id: "         12",
    state: "waiting",
    error: undefined,
    user: "a",
    session: HERE,
    input: INPUT,
  });
  const [[request, { OrderRef, InstrumentID, LimitPrice }] = assert.fail()] = upstream.asked;
  assert.deepEqual([request, OrderRef, InstrumentID, LimitPrice], ["ReqParkedOrderInsert", "", "rb2605", 3500]);
});

test("a cancel is parked under the upstream's name of its order", async () => {
  const { trading, upstream } = await bound();
  assert.equal(await trading.parkCancel("a", HERE, CANCEL), "orderNotFound");
  upstream.onOrder(upstream.tell("5", "queueing"));
  upstream.rows = [{ ParkedOrderActionID: "13" }];
  const parked = await trading.parkCancel("a", HERE, CANCEL);
  assert.ok(typeof parked === "object" && parked.id === "13" && parked.input === CANCEL);
  const [[request, { OrderSysID, SessionID }] = assert.fail()] = upstream.asked;
  assert.deepEqual([request, OrderSysID, SessionID], ["ReqParkedOrderAction", "         5", 0]);
});

test("what waits is removed by its number; a refusal is passed on, and what was not answered is not known", async () => {
  const { trading, upstream } = await bound();
  assert.equal(await trading.unpark("a", " 12", "order"), undefined);
  upstream.rows = "parkedNotFound";
  assert.equal(await trading.unpark("a", "13", "cancel"), "parkedNotFound");
  assert.deepEqual(upstream.asked, [
    ["ReqRemoveParkedOrder", { BrokerID: "", InvestorID: "", ParkedOrderID: " 12" }],
    ["ReqRemoveParkedOrderAction", { BrokerID: "", InvestorID: "", ParkedOrderActionID: "13" }],
  ]);
  for (const rows of ["lost", []] as const) {
    upstream.rows = rows;
    assert.equal(await trading.park("a", HERE, INPUT), "sendFailed");
  }
  upstream.rows = "unsupportedFunction";
  assert.equal(await trading.park("a", HERE, INPUT), "unsupportedFunction");
});

test("nobody else parks, nor anybody while the upstream is away", async () => {
  const { trading, upstream } = await bound();
  assert.equal(trading.park("c", HERE, INPUT), "noTradingRight");
  upstream.session = undefined;
  assert.equal(trading.park("a", HERE, INPUT), "sendFailed");
  assert.equal(trading.parkCancel("a", HERE, CANCEL), "sendFailed");
  assert.equal(trading.unpark("a", "1", "order"), "sendFailed");
  assert.deepEqual(upstream.asked, []);
});
