import assert from "node:assert/strict";
import { test } from "node:test";
import type { CancelInput } from "@tickwire/protocol/model";
import type { UpstreamRefusal } from "../ports/upstream.ts";
import { bound, FakeStore, HERE, settle, Stage } from "../../../../test/support/fake-upstream.ts";

const OTHER = { frontId: 1, sessionId: 5 };
const CANCEL: CancelInput = {
  instrument: "rb2605",
  exchange: "SHFE",
  sysId: "",
  session: HERE,
  ref: "7",
  requestId: 1,
};

test("an order without an answer on a live connection is looked up within seconds: its state is told, or that nobody knows of it", async () => {
  const { upstream, reports, insert, stage } = await bound();
  const listings = upstream.listings;
  upstream.answer = "lost";
  const answers = [insert("7"), insert("8")];
  await settle();
  upstream.listedOrders = [upstream.tell("102", "queueing")];
  await stage.pass(500);
  assert.deepEqual([upstream.listings - listings, reports.length], [0, 0], "not at once: they are asked for together");
  await stage.pass(600);
  assert.deepEqual(await Promise.all(answers), ["sendFailed", undefined]);
  assert.equal(upstream.listings - listings, 1);
  assert.deepEqual(
    reports.map((report) =>
      report.kind === "order"
        ? [report.order.input.ref, report.order.status]
        : report.kind === "insert-refused" && [report.input.ref, report.error],
    ),
    [
      ["8", "queueing"],
      ["7", "sendFailed"],
    ],
  );
  assert.ok(stage.trading.open, "meanwhile others may trade");
  await stage.pass(5_000);
  assert.equal(upstream.listings - listings, 1, "once is enough");
});

test("what came into doubt while the upstream was telling waits for the next time", async () => {
  const { upstream, insert, stage } = await bound();
  upstream.answer = "lost";
  const first = insert("7");
  await settle();
  const { promise, resolve } = Promise.withResolvers<readonly []>();
  const orders = upstream.orders;
  upstream.orders = () => promise;
  await stage.pass(1_100);
  const second = insert("8");
  await settle();
  resolve([]);
  await settle();
  assert.equal(await first, "sendFailed");
  upstream.orders = orders;
  upstream.listedOrders = [upstream.tell("102", "queueing")];
  await stage.pass(1_100);
  assert.equal(await second, undefined);
});

test("an upstream that does not tell what it has is asked again", async () => {
  const { upstream, insert, stage } = await bound();
  upstream.answer = "lost";
  const answer = insert("7");
  await settle();
  const orders = upstream.orders;
  upstream.orders = async () => Promise.reject(new Error("timeout"));
  await stage.pass(1_100);
  upstream.orders = orders;
  await stage.pass(4_000);
  await stage.pass(1_100);
  assert.equal(await answer, "sendFailed");
  assert.equal(stage.errors.length, 1);
});

test("a cancel without an answer is looked up likewise", async () => {
  const { trading, upstream, reports, insert, stage } = await bound();
  void insert("7");
  void insert("8");
  void insert("9");
  await settle();
  for (const ref of ["101", "102", "103"]) upstream.onOrder(upstream.tell(ref, "queueing"));
  upstream.answer = "lost";
  const answers = ["7", "8", "9"].map((ref) => trading.cancel("a", HERE, { ...CANCEL, ref }));
  await settle();
  const onItsWay = upstream.tell("103", "queueing", { submit: "cancel-submitted" });
  upstream.listedOrders = [upstream.tell("101", "canceled"), upstream.tell("102", "queueing"), onItsWay];
  await stage.pass(1_100);
  assert.deepEqual(await Promise.all(answers), [undefined, "sendFailed", undefined]);
  assert.deepEqual(
    reports.slice(3).map(({ kind }) => kind),
    ["order", "order", "cancel-refused"],
  );
});

test("a refusal that only the push tells is the order's, unless the upstream has it all the same", async () => {
  const { upstream, reports, insert, stage } = await bound();
  upstream.answer = new Promise(() => undefined);
  const answers = [insert("7"), insert("8")];
  await settle();
  const refusal: UpstreamRefusal = {
    kind: "insert",
    session: { frontId: 0, sessionId: 0 },
    ref: "101",
    exchange: "SHFE",
    sysId: "",
    instrument: "rb2605",
    error: "insufficientMoney",
  };
  upstream.onRefusal({ ...refusal, instrument: "au2606" });
  await stage.pass(1_100);
  assert.equal(reports.length, 0, "it is about another session's order");
  upstream.onRefusal(refusal);
  // Another session of the account had an order with the same reference.
  upstream.onRefusal({ ...refusal, ref: "102" });
  upstream.listedOrders = [upstream.tell("102", "queueing")];
  await stage.pass(1_100);
  assert.deepEqual(await Promise.all(answers), ["insufficientMoney", undefined]);
});

test("a refusal of both kinds is told once", async () => {
  const { upstream, reports, insert, stage } = await bound();
  upstream.answer = "insufficientMoney";
  const answer = insert("7");
  const [exchange, instrument, error] = ["SHFE", "rb2605", "insufficientMoney"] as const;
  const keys = { session: { frontId: 0, sessionId: 0 }, ref: "101", exchange, sysId: "", instrument };
  upstream.onRefusal({ kind: "insert", ...keys, error });
  assert.equal(await answer, error);
  upstream.onRefusal({ kind: "insert", ...keys, error });
  const listings = upstream.listings;
  await stage.pass(1_100);
  assert.deepEqual([reports.length, upstream.listings], [1, listings]);
});

test("references are those of a session: users and sessions may have the same ones", async () => {
  const { trading, upstream, insert, stage } = await bound();
  void insert("7");
  void stage.insert("7", OTHER);
  await settle();
  for (const ref of ["101", "102"]) upstream.onOrder(upstream.tell(ref, "queueing"));
  assert.deepEqual(
    trading.orders("b").map(({ session, input }) => [session.sessionId, input.ref]),
    [
      [4, "7"],
      [5, "7"],
    ],
  );
  await trading.cancel("a", HERE, { ...CANCEL, session: OTHER });
  assert.deepEqual(
    upstream.canceled.map(({ input }) => input.ref),
    ["102"],
  );
});

test("a cancel that names both keys finds its order by either", async () => {
  const { trading, upstream } = await bound();
  upstream.onOrder(upstream.tell("5", "queueing"));
  const unknown = { frontId: 3, sessionId: 3 };
  await trading.cancel("a", HERE, { ...CANCEL, session: unknown, ref: "99", sysId: "5" });
  assert.equal(upstream.canceled[0]?.input.ref, "5");
});

test("what goes nowhere is told to the user's other sessions, too, and to nobody else", async () => {
  const { trading, reports, others, insert } = await bound();
  void insert("7");
  assert.equal(insert("7"), "duplicateOrderRef");
  assert.equal(trading.cancel("a", HERE, { ...CANCEL, ref: "9" }), "orderNotFound");
  assert.deepEqual(
    [reports, others].map((heard) => heard.map(({ kind }) => kind)),
    [["insert-refused", "cancel-refused"], []],
  );
});

test("an order leaves when its giver is kept; what is asked meanwhile waits behind it", async () => {
  const { trading, upstream, insert, stage } = await bound();
  stage.store.held = true;
  void insert("7");
  void insert("8");
  void trading.cancel("a", HERE, CANCEL);
  void insert("9");
  await settle();
  assert.deepEqual([upstream.given.length, upstream.canceled.length, stage.store.writes], [0, 0, 1]);
  stage.store.release();
  await settle();
  assert.deepEqual([upstream.given.length, upstream.canceled.length, stage.store.writes], [1, 0, 2]);
  stage.store.release();
  await settle();
  assert.deepEqual(
    upstream.given.map(({ ref }) => ref),
    ["101", "102", "103"],
  );
  assert.equal(upstream.canceled[0]?.input.ref, "101");
  assert.equal(stage.store.kept.orders.length, 3);
});

test("an order whose giver cannot be kept is not sent, nor one whose session has ended meanwhile", async () => {
  const { upstream, reports, insert, stage } = await bound();
  stage.store.failure = new Error("disk full");
  assert.equal(await insert("7"), "sendFailed");
  stage.store.failure = undefined;
  stage.store.held = true;
  const answer = insert("8");
  upstream.login();
  stage.store.release();
  assert.equal(await answer, "sendFailed");
  assert.deepEqual([upstream.given.length, reports.length, stage.errors.length], [0, 2, 1]);
});

test("after a restart orders are their givers', and no session is given a name of before", async () => {
  const { upstream, insert, stage } = await bound();
  const day = upstream.day;
  void insert("7");
  await settle();
  const again = new Stage(stage.store, upstream);
  upstream.listedOrders = [upstream.tell("101", "queueing", { tradingDay: day })];
  await again.open();
  const [order] = again.trading.orders("a");
  assert.deepEqual([order?.session, order?.input.ref, order?.input.requestId], [HERE, "7", 33]);
  assert.deepEqual(again.reports, [], "nothing is told twice");
  upstream.answer = "taken";
  await again.trading.cancel("a", OTHER, CANCEL);
  assert.equal(upstream.canceled[0]?.input.ref, "101");
  assert.equal(again.trading.nextSessionId(), HERE.sessionId + 1);
});

test("another day's orders are thrown away", async () => {
  const { upstream, insert, stage } = await bound();
  void insert("7");
  await settle();
  upstream.day = "20260312";
  const again = new Stage(stage.store, upstream);
  upstream.listedOrders = [upstream.tell("101", "queueing", { tradingDay: upstream.day })];
  await again.open();
  assert.equal(again.trading.orders("a")[0]?.input.ref, "101");
  void again.insert("1");
  await settle();
  assert.deepEqual([stage.store.kept.day, stage.store.kept.orders.length], ["20260312", 1]);
});

function namesOf({ trading }: Stage): unknown {
  return trading.orders("a").map(({ session, input }) => [session, input.ref]);
}

test("orders that were given when another day had begun, known or not, keep their names over it and over a restart", async () => {
  const { upstream, insert, stage } = await bound();
  upstream.answer = new Promise(() => undefined);
  upstream.day = "20260312";
  void insert("7");
  await settle();
  upstream.onOrder(upstream.tell("101", "queueing", { tradingDay: upstream.day }));
  void insert("8");
  await settle();
  await stage.pass(60_000);
  await stage.pass(1_000);
  assert.equal(stage.trading.tradingDay, upstream.day);
  const late = upstream.tell("102", "queueing", { tradingDay: upstream.day });
  upstream.onOrder(late);
  const names = [
    [HERE, "7"],
    [HERE, "8"],
  ];
  assert.deepEqual(namesOf(stage), names);
  assert.equal(insert("7"), "duplicateOrderRef");
  void insert("9");
  await settle();
  const again = new Stage(stage.store, upstream);
  upstream.listedOrders = [upstream.tell("101", "queueing", { tradingDay: upstream.day }), late];
  await again.open();
  assert.deepEqual(namesOf(again), names);
});

test("an order that was lost when another day began is looked up first", async () => {
  const { upstream, insert, stage, reports } = await bound();
  upstream.answer = "lost";
  upstream.day = "20260312";
  const answer = insert("7");
  await settle();
  upstream.listedOrders = [upstream.tell("101", "queueing", { tradingDay: upstream.day })];
  upstream.login();
  await stage.pass(200);
  assert.equal(await answer, undefined);
  assert.ok(reports[0]?.kind === "order" && reports[0].order.input.ref === "7");
});

test("an order that was lost is answered when there will be no other session", async () => {
  const { upstream, insert, stage } = await bound();
  upstream.answer = "lost";
  const answer = insert("7");
  await settle();
  upstream.session = undefined;
  upstream.isOver = true;
  await stage.pass(200);
  assert.equal(await answer, "sendFailed");
});

test("an upstream that does not tell the day changes none", async () => {
  const { upstream, insert, stage } = await bound();
  void insert("7");
  upstream.onOrder(upstream.tell("101", "queueing", { tradingDay: upstream.day }));
  upstream.day = "";
  upstream.login();
  await stage.pass(200);
  assert.equal(stage.trading.orders("a")[0]?.input.ref, "7");
});

test("no order overtakes the confirmation of the settlement; one that was not heard is asked for again", async () => {
  const { trading, upstream, insert } = await bound();
  const { promise, resolve } = Promise.withResolvers<void>();
  upstream.confirming = promise;
  trading.confirm("a");
  upstream.answer = "settlementNotConfirmed";
  const answer = insert("7");
  await settle();
  assert.equal(upstream.given.length, 0);
  resolve();
  assert.equal(await answer, "settlementNotConfirmed");
  assert.equal(trading.confirmed("a"), undefined);
  trading.confirm("a");
  assert.equal(upstream.confirmations, 2);
});

test("an empty store begins empty", () => {
  assert.equal(new Stage(new FakeStore()).trading.nextSessionId(), 1);
});
