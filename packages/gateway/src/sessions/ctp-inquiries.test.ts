import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeTradingRequest, type Fields } from "@tickwire/protocol/ctp";
import type { LaterRows, WireRow } from "../ports/trading.ts";
import { CtpFixture, errorIdsOf, settle, typesOf, type CtpConnection } from "../../../../test/support/ctp-fixture.ts";
import { FakeTrading } from "../../../../test/support/fake-trading.ts";

const ROW = { BrokerID: "theirs", InvestorID: "demo", InstrumentID: "rb2605", LongMarginRatioByMoney: 0.1 };

/** Trading whose queries about rates and lots another answers, when the test says so. */
class Passed extends FakeTrading {
  readonly questions: (readonly [query: string, fields: WireRow])[] = [];
  readonly answers: ((found: Awaited<LaterRows>) => void)[] = [];

  inquire(_user: string, query: string, fields: WireRow): LaterRows | undefined {
    if (!/Rate|MaxOrderVolume/.test(query)) return undefined;
    this.questions.push([query, fields]);
    return new Promise((resolve) => this.answers.push(resolve));
  }
}

async function open(config: ConstructorParameters<typeof CtpFixture>[0] = {}): Promise<{
  readonly trading: Passed;
  readonly client: CtpConnection;
  readonly fixture: CtpFixture;
}> {
  const trading = new Passed();
  const fixture = new CtpFixture(config, false, trading);
  return { trading, fixture, client: await fixture.connectIn() };
}

function rate(requestId: number, body: Fields = { InstrumentID: "rb2605" }): string {
  return encodeTradingRequest("seed", "ReqQryInstrumentMarginRate", body, requestId);
}

test("rows that come later are told in the order of the questions, under the broker of the login", async () => {
  const { trading, client } = await open();
  assert.deepEqual([client.ask(rate(1)), client.ask(rate(2))], [[], []]);
  const account = encodeTradingRequest("seed", "ReqQryTradingAccount", {}, 3);
  assert.deepEqual(typesOf(client.ask(account)), ["OnRspQryTradingAccount"], "what is known here does not wait");
  trading.answers[1]!([]);
  await settle();
  assert.deepEqual(client.take(), []);
  trading.answers[0]!([ROW, ROW]);
  await settle();
  const frames = client.take();
  assert.deepEqual(
    frames.map(({ RequestID, IsLast }) => [RequestID, IsLast]),
    [
      [1, false],
      [1, true],
      [2, true],
    ],
  );
  const { BrokerID, LongMarginRatioByMoney } = frames[0]!["InstrumentMarginRate"] as Fields;
  assert.deepEqual([LongMarginRatioByMoney, BrokerID === "theirs"], [0.1, false]);
});

test("a refusal is told as one; a question about others is refused here", async () => {
  const { trading, client } = await open();
  client.ask(rate(1));
  trading.answers[0]!("unsupportedFunction");
  await settle();
  assert.deepEqual(errorIdsOf(client.take()), [27]);
  assert.deepEqual(errorIdsOf(client.ask(rate(2, { InvestorID: "x" }))), [9]);
  assert.equal(trading.questions.length, 1);
});

test("a question about lots is asked in full", async () => {
  const { trading, client } = await open();
  client.ask(encodeTradingRequest("seed", "ReqQryMaxOrderVolume", { InstrumentID: "rb2605" }, 1));
  const [, { Direction, OffsetFlag, HedgeFlag }] = trading.questions[0]!;
  assert.deepEqual([Direction, OffsetFlag, HedgeFlag], ["0", "0", "1"]);
  trading.answers[0]!([{ InstrumentID: "rb2605", MaxVolume: 5 }]);
  await settle();
  assert.equal((client.take()[0]!["QryMaxOrderVolume"] as Fields)["MaxVolume"], 5);
});

test("a question is under way until it is answered, and is not answered after the logout", async () => {
  const { trading, fixture, client } = await open({ flowControl: "real" });
  client.ask(rate(1));
  fixture.now += 1000;
  assert.deepEqual(errorIdsOf(client.ask(rate(2))), [-2]);
  const types = typesOf(client.ask({ MsgType: "ReqUserLogout", ReqUserLogout: {} }));
  assert.deepEqual(types, ["OnRspUserLogout"]);
  trading.answers[0]!([ROW]);
  await settle();
  assert.deepEqual(client.take(), []);
  await client.login();
  assert.deepEqual(client.ask(rate(3)), []);
  trading.answers[1]!([ROW]);
  await settle();
  assert.deepEqual(errorIdsOf(client.take()), [0]);
});
