import assert from "node:assert/strict";
import { test } from "node:test";
import { FILL, makeOrder } from "../../../../test/support/fake-trading.ts";
import { bound, HERE, settle, Stage } from "../../../../test/support/fake-upstream.ts";
import { FOREIGN_FRONTS } from "./mirror.ts";

test("an order goes out under the upstream's names and comes back under the giver's, to every user under his own", async () => {
  const { trading, upstream, reports, others, insert } = await bound();
  assert.ok(insert() instanceof Promise);
  await settle();
  assert.deepEqual(
    upstream.given.map(({ ref, requestId, labels }) => [ref, requestId, labels]),
    [["101", 0, {}]],
  );
  upstream.onOrder(upstream.tell("101", "queueing"));
  const [report] = reports;
  assert.ok(report?.kind === "order");
  const { user, session, input } = report.order;
  assert.deepEqual(
    [report.user, user, session, input.ref, input.requestId, input.labels],
    ["a", "a", HERE, "7", 33, { x: 1 }],
  );
  assert.ok(others[0]?.kind === "order" && others[0].order.user === "b");
  upstream.onFill({ ...FILL, exchange: "SHFE", sysId: "         101", ref: "101" });
  const [, fill] = reports;
  assert.ok(fill?.kind === "fill" && fill.fill.ref === "7" && fill.fill.user === "a");
  assert.deepEqual(
    trading.fills("b").map(({ ref }) => ref),
    ["7"],
  );
  assert.deepEqual(trading.orders("c"), []);
});

test("a refusal is told to all before the giver's answer; the order was none", async () => {
  const { trading, upstream, reports, others, insert } = await bound();
  upstream.answer = "insufficientMoney";
  const answer = insert();
  assert.equal(await answer, "insufficientMoney");
  for (const heard of [reports, others]) {
    const [report] = heard;
    assert.ok(report?.kind === "insert-refused" && report.error === "insufficientMoney" && report.input.ref === "7");
  }
  assert.deepEqual(trading.orders("a"), []);
  assert.equal(insert("7"), "duplicateOrderRef");
  assert.equal(insert("6"), "duplicateOrderRef");
  assert.ok(insert("") instanceof Promise, "without a reference it gets the next");
});

test("an order that went down with the connection is refused when the upstream turns out not to have it", async () => {
  const { upstream, reports, insert, stage } = await bound();
  upstream.answer = "lost";
  const answers = [insert("7"), insert("8")];
  await settle();
  assert.equal(reports.length, 0, "nothing is known yet");
  const arrived = upstream.tell("102", "queueing");
  upstream.session = undefined;
  assert.equal(insert("9"), "sendFailed");
  upstream.listedOrders = [arrived];
  upstream.login();
  await stage.pass(200);
  assert.deepEqual(await Promise.all(answers), ["sendFailed", undefined]);
  const refused = reports.flatMap((report) =>
    report.kind === "insert-refused" ? [[report.input.ref, report.error]] : [],
  );
  assert.deepEqual(refused, [
    ["9", "sendFailed"],
    ["7", "sendFailed"],
  ]);
  upstream.onOrder({ ...arrived, input: { ...arrived.input, ref: "101" }, sysId: "1" });
  const late = reports.at(-1);
  assert.ok(late?.kind === "order" && late.order.input.ref === "7", "it came all the same, and is the giver's");
  assert.deepEqual(
    stage.trading
      .orders("a")
      .map(({ input }) => input.ref)
      .toSorted(),
    ["7", "8"],
  );
});

test("orders that were given elsewhere are no session's here; each is canceled by either name", async () => {
  const { trading, upstream, reports } = await bound();
  upstream.onOrder(upstream.tell("5", "queueing"));
  const [report] = reports;
  assert.ok(report?.kind === "order");
  const { session, input } = report.order;
  assert.deepEqual([session.frontId, input.ref], [9 + FOREIGN_FRONTS, "5"]);
  const cancel = { instrument: "rb2605", exchange: "SHFE", sysId: "", session, ref: "5", requestId: 1 };
  await trading.cancel("b", HERE, cancel);
  await trading.cancel("b", HERE, { ...cancel, session: undefined, sysId: "5" });
  for (const name of upstream.canceled) {
    assert.deepEqual([name.session.frontId, name.input.ref, name.sysId.trim()], [9, "5", "5"]);
  }
  assert.equal(upstream.canceled.length, 2);
  assert.equal(trading.cancel("b", HERE, { ...cancel, ref: "6" }), "orderNotFound");
  upstream.answer = "duplicateOrderAction";
  assert.equal(await trading.cancel("b", HERE, cancel), "duplicateOrderAction");
  assert.equal(reports.at(-1)?.kind, "cancel-refused");
  upstream.onOrder(upstream.tell("5", "canceled"));
  assert.equal(trading.cancel("b", HERE, cancel), "orderFinished");
});

test("an order never goes back, whatever order reports and lists come in", async () => {
  const { trading, upstream, reports } = await bound();
  upstream.onOrder(upstream.tell("5", "part-filled", { filled: 2, reports: 3 }));
  upstream.onOrder(upstream.tell("5", "queueing", { reports: 2 }));
  assert.equal(reports.length, 1);
  assert.deepEqual(
    trading.orders("a").map(({ status, filled }) => [status, filled]),
    [["part-filled", 2]],
  );
});

test("nobody else may trade or see; while the upstream is away nothing is taken", async () => {
  const stage = new Stage();
  const { trading, upstream } = stage;
  const input = makeOrder().input;
  assert.equal(trading.insert("a", HERE, input), "sendFailed");
  assert.equal(trading.status().state, "failing");
  await stage.open();
  assert.equal(trading.insert("c", HERE, input), "noTradingRight");
  assert.equal(trading.confirm("c"), "noPrivilege");
  assert.deepEqual([trading.account("c"), trading.account("a")?.user], [undefined, "a"]);
  assert.deepEqual([trading.confirm("a"), trading.confirm("b"), upstream.confirmations], [undefined, undefined, 1]);
  assert.deepEqual(trading.status().state, "ok");
});

test("another trading day begins everything anew, with another login or without", async () => {
  const { trading, upstream, stage, insert } = await bound();
  void insert("7");
  upstream.onOrder(upstream.tell("101", "filled"));
  trading.confirm("a");
  upstream.day = "20260312";
  await stage.pass(60_000);
  await stage.pass(1_000);
  assert.ok(trading.open);
  assert.deepEqual([trading.tradingDay, trading.orders("a"), trading.confirmed("a")], ["20260312", [], undefined]);
  assert.ok(insert("1") instanceof Promise, "references begin anew");
});

test("an upstream that does not tell what it has is asked again, and complained of once", async () => {
  const stage = new Stage();
  stage.upstream.orders = async () => Promise.reject(new Error("90"));
  stage.upstream.login();
  for (let times = 0; times < 5; times++) await stage.pass(6_000);
  assert.deepEqual([stage.errors.length, stage.trading.open], [1, false]);
  stage.upstream.orders = async () => [];
  await stage.pass(6_000);
  assert.ok(stage.trading.open);
});

test("an order that was lost before the day ended is answered when the next one begins", async () => {
  const { upstream, reports, insert, stage } = await bound();
  upstream.answer = "lost";
  const answer = insert("7");
  await settle();
  upstream.session = undefined;
  upstream.day = "20260312";
  upstream.login();
  await stage.pass(200);
  assert.equal(await answer, "sendFailed");
  assert.deepEqual(
    reports.map((report) => (report.kind === "insert-refused" ? [report.input.ref, report.error] : report.kind)),
    [["7", "sendFailed"]],
  );
});

test("a phase that the upstream tells of is told to everybody", async () => {
  const { upstream, reports, others, stage } = await bound();
  const phase = { exchange: "SHFE", product: "rb", phase: "continuous" } as const;
  upstream.onPhase(phase);
  for (const heard of [reports, others]) assert.deepEqual(heard, [{ kind: "phase", ...phase, time: stage.now }]);
});
