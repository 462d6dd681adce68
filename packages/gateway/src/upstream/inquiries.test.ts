import assert from "node:assert/strict";
import { test } from "node:test";
import { bound, settle } from "../../../../test/support/fake-upstream.ts";

const RATE = "ReqQryInstrumentMarginRate";
const QUESTION = { BrokerID: "", InvestorID: "a", InstrumentID: "rb2605", HedgeFlag: "1" };
const ROW = { BrokerID: "9999", InvestorID: "theirs", InstrumentID: "rb2605", LongMarginRatioByMoney: 0.1 };

test("rates are asked once a day, however many want them, and are everybody's own", async () => {
  const { trading, upstream, stage } = await bound();
  upstream.rows = [ROW];
  const both = [trading.inquire("a", RATE, QUESTION), trading.inquire("b", RATE, { ...QUESTION, InvestorID: "b" })];
  assert.deepEqual(await Promise.all(both), [[{ ...ROW, InvestorID: "a" }], [{ ...ROW, InvestorID: "b" }]]);
  await trading.inquire("a", RATE, QUESTION);
  assert.equal(upstream.asked.length, 1);
  await trading.inquire("a", RATE, { ...QUESTION, InstrumentID: "au2606" });
  assert.equal(upstream.asked.length, 2);
  upstream.day = "20260312";
  upstream.login();
  await stage.pass(200);
  await trading.inquire("a", RATE, QUESTION);
  assert.equal(upstream.asked.length, 3, "another day may have others");
});

test("the most lots are asked each time; what was not found, and the rates of what is held, too", async () => {
  const { trading, upstream } = await bound();
  upstream.rows = [{ MaxVolume: 3 }];
  for (let times = 0; times < 2; times++) await trading.inquire("a", "ReqQryMaxOrderVolume", QUESTION);
  upstream.rows = [];
  for (let times = 0; times < 2; times++) await trading.inquire("a", RATE, QUESTION);
  upstream.rows = [ROW];
  for (let times = 0; times < 2; times++) await trading.inquire("a", RATE, { ...QUESTION, InstrumentID: "" });
  assert.equal(upstream.asked.length, 6);
});

test("a gateway that does not know a query is asked once; other refusals may pass", async () => {
  const { trading, upstream } = await bound();
  upstream.rows = "unsupportedFunction";
  for (let times = 0; times < 2; times++)
    assert.equal(await trading.inquire("a", "ReqQrySettlementInfo", {}), "unsupportedFunction");
  assert.equal(upstream.asked.length, 1);
  upstream.rows = "lost";
  for (let times = 0; times < 2; times++) assert.equal(await trading.inquire("a", RATE, QUESTION), "queryNotReady");
  assert.equal(upstream.asked.length, 3);
});

test("only so many queries wait; those of a session that ends hear so", async () => {
  const { trading, upstream, stage } = await bound();
  const { promise, resolve } = Promise.withResolvers<readonly []>();
  upstream.rows = promise;
  const ask = (id: number) => trading.inquire("a", RATE, { ...QUESTION, InstrumentID: `rb${id}` });
  const answers = Array.from({ length: 20 }, (_, at) => ask(at));
  assert.equal(await ask(20), "queryBusy");
  upstream.session = undefined;
  await stage.pass(200);
  for (const answer of await Promise.all(answers)) assert.equal(answer, "queryNotReady");
  upstream.login();
  const next = ask(21);
  resolve([]);
  await settle();
  assert.deepEqual(await next, []);
  const asked = upstream.asked.map(([, { InstrumentID }]) => InstrumentID);
  assert.deepEqual(asked, ["rb0", "rb21"], "nobody waits for the others any more");
});

test("nobody else is told, and what this gateway knows it is not asked for", async () => {
  const { trading, upstream } = await bound();
  assert.equal(trading.inquire("c", RATE, QUESTION), undefined);
  assert.equal(trading.inquire("a", "ReqQryOrder", {}), undefined);
  assert.deepEqual(upstream.asked, []);
});
