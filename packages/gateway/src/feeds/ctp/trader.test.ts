import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientError } from "@tickwire/client";
import type { UpstreamRefusal } from "../../ports/upstream.ts";
import { CtpTrader, type TradingClient } from "./trader.ts";

const ROW = {
  InstrumentID: "rb2605",
  LongMarginRatioByMoney: 0.1,
  LongMarginRatioByVolume: Number.MAX_VALUE,
  Is: null,
};

const ignore = (): void => undefined;

/** A trader at a gateway whose queries the test answers. */
function open(answer: () => readonly Readonly<Record<string, unknown>>[]): {
  readonly trader: CtpTrader;
  readonly asked: unknown[];
  readonly refusals: UpstreamRefusal[];
  readonly anomalies: string[];
} {
  const [asked, refusals, anomalies]: [unknown[], UpstreamRefusal[], string[]] = [[], [], []];
  const trader = new CtpTrader((cause) => anomalies.push(cause));
  const client = {
    login: { brokerId: "9999", userId: "theirs" },
    query: async (request: string, body: object) => {
      asked.push([request, body]);
      return answer();
    },
  };
  trader.attach(client as unknown as TradingClient);
  trader.listen({
    onOrder: ignore,
    onFill: ignore,
    onPhase: ignore,
    onRefusal: (refusal) => refusals.push(refusal),
  });
  return { trader, asked, refusals, anomalies };
}

test("a question is asked in the account's name as far as it has one, and rows are told without what says nothing", async () => {
  const { trader, asked } = open(() => [ROW]);
  const question = { BrokerID: "", InvestorID: "a", AccountID: "", InstrumentID: "rb2605", ExchangeID: "", Volume: 0 };
  const { InstrumentID, LongMarginRatioByMoney } = ROW;
  assert.deepEqual(await trader.ask("ReqQryX", question), [{ InstrumentID, LongMarginRatioByMoney }]);
  await trader.ask("ReqQryX", { BrokerID: "", UserID: "a", AccountID: "a" });
  assert.deepEqual(asked, [
    ["ReqQryX", { BrokerID: "9999", InvestorID: "theirs", InstrumentID }],
    ["ReqQryX", { BrokerID: "9999", UserID: "theirs", AccountID: "theirs" }],
  ]);
});

test("a refusal is told by its name, a number that the house does not know counted, and no answer is none", async () => {
  for (const [ret, name] of [
    [-404, "unsupportedFunction"],
    [45, "parkedNotFound"],
    [9_999, "queryNotReady"],
    [undefined, "lost"],
  ] as const) {
    const { trader, anomalies } = open(() => {
      throw new ClientError(ret === undefined ? "timeout" : "refused", "no", ret, true);
    });
    assert.equal(await trader.ask("ReqRemoveParkedOrder", {}), name);
    assert.deepEqual(anomalies, ret === 9_999 ? ["ctp-refusal-9999"] : []);
  }
});

test("a refusal that all sessions are told of names its order by the keys that it has", () => {
  const { trader, refusals } = open(() => []);
  const body = {
    OrderRef: "101",
    InstrumentID: "rb2605",
    ExchangeID: "SHFE",
    FrontID: 1,
    SessionID: 4,
    OrderSysID: " 5",
  };
  trader.hearRefusal({ kind: "cancel", info: { ErrorID: 26, ErrorMsg: "" }, body });
  trader.hearRefusal({ kind: "insert", info: { ErrorID: 9_999, ErrorMsg: "" }, body: { OrderRef: "102" } });
  const session = { frontId: 1, sessionId: 4 };
  assert.deepEqual(refusals, [
    {
      kind: "cancel",
      session,
      ref: "101",
      exchange: "SHFE",
      sysId: " 5",
      instrument: "rb2605",
      error: "orderFinished",
    },
    {
      kind: "insert",
      session: { frontId: 0, sessionId: 0 },
      ref: "102",
      exchange: "",
      sysId: "",
      instrument: "",
      error: "badField",
    },
  ]);
});

test("it is over when the trading side has failed or is closed, and not while it is tried again", () => {
  for (const [state, isOver] of [
    ["waiting", false],
    ["live", false],
    ["failed", true],
    ["closed", true],
  ] as const) {
    const trader = new CtpTrader(ignore);
    assert.equal(trader.isOver, false, "before it began");
    trader.attach({ statuses: { td: { state } } } as unknown as TradingClient);
    assert.equal(trader.isOver, isOver, state);
  }
});
