import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { anyCancelInput, anyOrderInput, anyUser } from "../../../../test/support/trading-models.ts";
import { inputOrderActionFields, inputOrderFields } from "./order-bodies.ts";
import { toCancelInput, toOrderInput, toOrderKind, toParkedInput } from "./order-requests.ts";
import type { Fields } from "./structs.ts";

/** A limit order for the day, as clients write it (ctp.md d.3). */
const LIMIT: Fields = {
  InstrumentID: "rb2610",
  ExchangeID: "SHFE",
  OrderRef: "12",
  OrderPriceType: "2",
  Direction: "0",
  CombOffsetFlag: "0",
  CombHedgeFlag: "1",
  LimitPrice: 3501,
  VolumeTotalOriginal: 3,
  TimeCondition: "3",
  VolumeCondition: "1",
  MinVolume: 1,
  ContingentCondition: "1",
  ForceCloseReason: "0",
  BusinessUnit: "",
  InvestUnitID: "u",
  IsSwapOrder: 0,
};

test("a limit order for the day", () => {
  assert.deepEqual(toOrderInput(LIMIT, 9), {
    instrument: "rb2610",
    exchange: "SHFE",
    side: "buy",
    offset: "open",
    hedge: "speculation",
    priceType: "limit",
    price: 3501,
    volume: 3,
    time: "day",
    volumeCondition: "any",
    minVolume: 1,
    ref: "12",
    requestId: 9,
    labels: { InvestUnitID: "u" },
  });
});

/** One field of an order changed, and what becomes of it: a part of the input, or an error. */
const CHANGES: readonly (readonly [Fields, string | object])[] = [
  [{ Direction: "1" }, { side: "sell" }],
  [{ Direction: "" }, "badField"],
  [{ CombOffsetFlag: "1" }, { offset: "close" }],
  [{ CombOffsetFlag: "3" }, { offset: "close-today" }],
  [{ CombOffsetFlag: "41" }, { offset: "close-yesterday" }],
  ...["", "2", "5", "6"].map((flag): [Fields, string] => [{ CombOffsetFlag: flag }, "badField"]),
  [{ CombHedgeFlag: "2" }, { hedge: "arbitrage" }],
  [{ CombHedgeFlag: "3" }, { hedge: "hedge" }],
  [{ CombHedgeFlag: "5" }, { hedge: "market-maker" }],
  [{ CombHedgeFlag: "6" }, "badField"],
  [{ OrderPriceType: "1" }, { priceType: "market" }],
  [{ OrderPriceType: "3" }, { priceType: "best" }],
  [{ OrderPriceType: "4" }, { priceType: "last" }],
  [{ OrderPriceType: "G" }, { priceType: "five-level" }],
  [{ OrderPriceType: "5" }, "priceTypeNotSupported"],
  [{ OrderPriceType: "" }, "badField"],
  [{ TimeCondition: "1" }, { time: "immediate" }],
  ...["2", "4", "5", "6"].map((time): [Fields, string] => [{ TimeCondition: time }, "unsupportedFunction"]),
  [{ TimeCondition: "" }, "badField"],
  [{ VolumeCondition: "2" }, { volumeCondition: "min" }],
  [{ VolumeCondition: "3" }, { volumeCondition: "all" }],
  [{ VolumeCondition: "" }, "badField"],
  [{ ForceCloseReason: "" }, {}],
  [{ ForceCloseReason: "1" }, "badField"],
  [{ ContingentCondition: "" }, {}],
  ...["2", "3", "4"].map((code): [Fields, string] => [{ ContingentCondition: code }, "unsupportedFunction"]),
  ...(["56789ABCDEFH"].flatMap((codes) =>
    [...codes].map((code, at) => [
      { ContingentCondition: code, StopPrice: 3600 },
      {
        condition: {
          of: ["last", "ask", "bid"][Math.floor(at / 4)],
          is: [">", ">=", "<", "<="][at % 4],
          price: 3600,
        },
      },
    ]),
  ) as [Fields, object][]),
  [
    { AccountID: "a", IsAutoSuspend: 1, GTDDate: "20260105" },
    { labels: { InvestUnitID: "u", AccountID: "a", IsAutoSuspend: 1, GTDDate: "20260105" } },
  ],
];

for (const [change, expected] of CHANGES) {
  test(`an order with ${JSON.stringify(change)}`, () => {
    const base = toOrderInput(LIMIT, 0);
    assert.ok(typeof base === "object");
    const changed = toOrderInput({ ...LIMIT, ...change }, 0);
    assert.deepEqual(changed, typeof expected === "string" ? expected : { ...base, ...expected });
  });
}

test("a parked order may say that it is one", () => {
  assert.deepEqual(toParkedInput({ ...LIMIT, ContingentCondition: "4" }, 1), toOrderInput(LIMIT, 1));
  assert.deepEqual(toParkedInput(LIMIT, 1), toOrderInput(LIMIT, 1));
  assert.equal(toParkedInput({ ...LIMIT, ContingentCondition: "3" }, 1), "unsupportedFunction");
});

test("a question for the most lots", () => {
  assert.deepEqual(toOrderKind({ Direction: "1", OffsetFlag: "3", HedgeFlag: "1" }), {
    side: "sell",
    offset: "close-today",
    hedge: "speculation",
  });
  assert.equal(toOrderKind({ Direction: "1", OffsetFlag: "", HedgeFlag: "1" }), undefined);
});

const CANCEL: Fields = { InstrumentID: "rb2610", ExchangeID: "SHFE", ActionFlag: "0" };

test("a cancel is named by session and reference, or by exchange and OrderSysID", () => {
  const bySession = { ...CANCEL, FrontID: 1, SessionID: 7, OrderRef: "12" };
  const named = { instrument: "rb2610", exchange: "SHFE", requestId: 2 };
  const session = { frontId: 1, sessionId: 7 };
  assert.deepEqual(toCancelInput(bySession, 2), { ...named, sysId: "", session, ref: "12" });
  const bySysId = { ...CANCEL, OrderSysID: "       46792" };
  assert.deepEqual(toCancelInput(bySysId, 2), { ...named, sysId: "       46792", session: undefined, ref: "" });
  assert.deepEqual(toCancelInput({ ...bySession, ...bySysId }, 2), {
    ...named,
    sysId: "       46792",
    session,
    ref: "12",
  });
});

test("a cancel without a key, or that is none", () => {
  for (const change of [{}, { OrderRef: "12" }, { FrontID: 1, SessionID: 7 }, { OrderSysID: "   " }]) {
    assert.equal(toCancelInput({ ...CANCEL, ...change }, 0), "badOrderActionField");
  }
  for (const flag of ["", "3"]) {
    assert.equal(toCancelInput({ ...CANCEL, OrderSysID: "1", ActionFlag: flag }, 0), "badOrderActionField");
  }
});

test("orders and cancels come back from their bodies", () => {
  fc.assert(
    fc.property(anyOrderInput, anyCancelInput, anyUser, (order, cancel, user) => {
      assert.deepEqual(toOrderInput(inputOrderFields(order, user, "9999"), order.requestId), order);
      assert.deepEqual(toCancelInput(inputOrderActionFields(cancel, user, "9999"), cancel.requestId), cancel);
    }),
  );
});
