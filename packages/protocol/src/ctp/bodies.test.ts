import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FUTURES, INSTRUMENTS } from "../../../../test/support/samples.ts";
import {
  anyAccount,
  anyCancelInput,
  anyFen,
  anyFill,
  anyHedge,
  anyOrder,
  anyOrderInput,
  anyParkedCancel,
  anyParkedOrder,
  anyPosition,
  anyPositionDetail,
  anyTerms,
  anyTime,
  anyUser,
} from "../../../../test/support/trading-models.ts";
import { CTP_ERRORS } from "../errors.ts";
import { BODIES, type BodyName } from "./body-tables.ts";
import { encodeBody } from "./encode-body.ts";
import { accountFields, positionDetailFields, positionFields } from "./holding-bodies.ts";
import {
  clientIdOf,
  inputOrderActionFields,
  inputOrderFields,
  orderActionFields,
  orderFields,
  parkedActionFields,
  parkedOrderFields,
  tradeFields,
} from "./order-bodies.ts";
import {
  brokerTradingParamsFields,
  commissionRateFields,
  exchangeFields,
  exchangeMarginRateFields,
  instrumentStatusFields,
  investorFields,
  marginRateFields,
  maxVolumeFields,
  orderCommRateFields,
  productFields,
  settlementInfoConfirmFields,
  settlementInfoFragments,
  tradingCodeFields,
} from "./reference-bodies.ts";
import { fieldsOf, gbkLength, type Fields } from "./structs.ts";

const BROKER = "9999";
const party = anyUser.map((user) => ({ brokerId: BROKER, user }));
const phase = fc.constantFrom(
  "before",
  "pause",
  "continuous",
  "auction-orders",
  "auction-balance",
  "auction-match",
  "closed",
);

/** Every message with the fields that its builder makes of anything. */
const BUILT: readonly (readonly [BodyName, fc.Arbitrary<Fields>])[] = [
  ["RtnOrder", anyOrder.map((order) => orderFields(order, BROKER))],
  ["RtnTrade", anyFill.map((fill) => tradeFields(fill, BROKER))],
  ["RspQryTrade", anyFill.map((fill) => tradeFields(fill, BROKER))],
  ["RspOrderInsert", fc.tuple(anyOrderInput, anyUser).map(([input, user]) => inputOrderFields(input, user, BROKER))],
  [
    "RspOrderAction",
    fc.tuple(anyCancelInput, anyUser).map(([input, user]) => inputOrderActionFields(input, user, BROKER)),
  ],
  [
    "ErrRtnOrderAction",
    fc
      .tuple(anyCancelInput, anyUser, fc.option(anyOrder, { nil: undefined }), anyTime)
      .map(([input, user, order, time]) =>
        orderActionFields({ input, user, order, error: "orderFinished" }, BROKER, time),
      ),
  ],
  ["RspQryParkedOrder", anyParkedOrder.map((parked) => parkedOrderFields(parked, BROKER))],
  ["RspQryParkedOrderAction", anyParkedCancel.map((parked) => parkedActionFields(parked, BROKER))],
  ["RspQryInvestorPosition", anyPosition.map((position) => positionFields(position, BROKER))],
  ["RspQryInvestorPositionDetail", anyPositionDetail.map((detail) => positionDetailFields(detail, BROKER))],
  ["RspQryTradingAccount", anyAccount.map((account) => accountFields(account, BROKER))],
  ["RspQryExchange", fc.constant(exchangeFields("SHFE", "上海期货交易所"))],
  ["RspQryProduct", fc.constantFrom(...FUTURES).map((future) => productFields(future)!)],
  [
    "RspQryInstrumentMarginRate",
    fc.tuple(anyTerms, party, anyHedge).map(([terms, who, hedge]) => marginRateFields(terms, who, hedge)),
  ],
  [
    "RspQryExchangeMarginRate",
    fc.tuple(anyTerms, anyHedge).map(([terms, hedge]) => exchangeMarginRateFields(terms, BROKER, hedge)),
  ],
  ["RspQryInstrumentCommissionRate", fc.tuple(anyTerms, party).map(([terms, who]) => commissionRateFields(terms, who))],
  ["RspQryInstrumentOrderCommRate", fc.tuple(anyTerms, party).map(([terms, who]) => orderCommRateFields(terms, who))],
  [
    "RspQryMaxOrderVolume",
    fc.nat().map((volume) => maxVolumeFields({ InstrumentID: "rb2610", Direction: "0" }, volume)),
  ],
  ["RspQryInvestor", party.map(investorFields)],
  ["RspQryTradingCode", party.map((who) => tradingCodeFields("SHFE", who))],
  ["RspQryBrokerTradingParams", party.map(brokerTradingParamsFields)],
  [
    "RspSettlementInfoConfirm",
    fc.tuple(anyTime, party).map(([time, who]) => settlementInfoConfirmFields(time, 3, who)),
  ],
  [
    "RspQrySettlementInfo",
    fc
      .tuple(fc.string({ unit: "grapheme", minLength: 1, maxLength: 900 }), anyUser)
      .map(([text, user]) => settlementInfoFragments({ user, day: "20260105", settlementId: 1, text }, BROKER).at(-1)!),
  ],
  [
    "RtnInstrumentStatus",
    fc
      .tuple(phase, anyTime)
      .map(([now, time]) => instrumentStatusFields({ exchange: "SHFE", product: "rb", phase: now, time })),
  ],
];

for (const [name, built] of BUILT) {
  test(`${name}: nothing but fields of its struct, each of its type, length and enumeration`, () => {
    const specs = new Map(fieldsOf(BODIES[name][0]).map((spec) => [spec.name, spec]));
    fc.assert(
      fc.property(built, (fields) => {
        const body = JSON.parse(encodeBody(name, fields)) as Fields;
        for (const [field, value] of Object.entries(fields)) {
          const spec = specs.get(field);
          assert.ok(spec !== undefined, `${name} has no ${field}`);
          if (typeof value === "number") assert.match(spec.type, /int|bool|double/, field);
          else {
            assert.match(spec.type, /text|char/, field);
            assert.ok(gbkLength(value) <= spec.maxBytes, `${field}: ${value}`);
            assert.ok(
              [...value].every((char) => spec.allowed?.includes(char) ?? true),
              `${field}: ${value}`,
            );
          }
          if (Object.hasOwn(body, field)) assert.equal(body[field], value, field);
        }
      }),
      { numRuns: 50 },
    );
  });
}

test("money is written in yuan, exact to the fen", () => {
  fc.assert(
    fc.property(anyFen, anyAccount, (fen, account) => {
      const text = encodeBody("RspQryTradingAccount", accountFields({ ...account, available: fen }, BROKER));
      const written = /"Available":(-?[\d.]+)/.exec(text)![1]!;
      const [yuan, decimals = ""] = written.split(".");
      assert.ok(decimals.length <= 2, written);
      assert.equal(BigInt(yuan + decimals.padEnd(2, "0")), BigInt(fen));
    }),
  );
});

test("a filled order as CTP tells it", () => {
  const [order] = fc.sample(anyOrder, 1);
  const fields = orderFields(
    {
      ...order!,
      input: { ...order!.input, volume: 5 },
      filled: 2,
      status: "part-filled",
      submit: "accepted",
      message: "部分成交",
      inserted: Date.UTC(2026, 0, 5, 1, 2, 3),
      updated: Date.UTC(2026, 0, 5, 16, 0, 0),
      canceled: undefined,
    },
    BROKER,
  );
  const { VolumeTotal, VolumeTraded, OrderStatus, OrderSubmitStatus, StatusMsg } = fields;
  assert.deepEqual(
    [VolumeTotal, VolumeTraded, OrderStatus, OrderSubmitStatus, StatusMsg],
    [3, 2, "1", "3", "部分成交"],
  );
  const { InsertDate, InsertTime, UpdateTime, CancelTime } = fields;
  assert.deepEqual([InsertDate, InsertTime, UpdateTime, CancelTime], ["20260105", "09:02:03", "00:00:00", ""]);
});

test("a refused cancel has the keys of its order, and why", () => {
  const [order] = fc.sample(anyOrder, 1);
  const [input] = fc.sample(anyCancelInput, 1);
  const refused = { input: input!, user: "demo", error: "orderFinished" as const };
  const known = orderActionFields({ ...refused, order: order! }, BROKER);
  assert.deepEqual(
    [known["OrderSysID"], known["OrderRef"], known["SessionID"], known["OrderLocalID"], known["StatusMsg"]],
    [order!.sysId, order!.input.ref, order!.session.sessionId, order!.localId, CTP_ERRORS.orderFinished.msg],
  );
  const unknown = orderActionFields({ ...refused, order: undefined }, BROKER);
  assert.deepEqual([unknown["OrderSysID"], unknown["OrderRef"]], [input!.sysId, input!.ref]);
});

test("a parked order's error, known or not", () => {
  const [parked] = fc.sample(anyParkedOrder, 1);
  const sent = parkedOrderFields({ ...parked!, state: "sent", error: "insufficientMoney" }, BROKER);
  assert.deepEqual([sent["Status"], sent["ErrorID"], sent["ErrorMsg"]], ["2", 31, "CTP:资金不足"]);
  assert.equal(parkedOrderFields({ ...parked!, error: "constructor" }, BROKER)["ErrorID"], 0);
});

test("products have the names of their contracts without the month; only futures have products", () => {
  const product = productFields(FUTURES[0]!)!;
  assert.doesNotMatch(product["ProductName"] as string, /\d/);
  for (const instrument of INSTRUMENTS) {
    assert.equal(productFields(instrument) === undefined, instrument.future === undefined, instrument.id);
  }
});

test("a trading code is cut at whole characters", () => {
  assert.deepEqual(["demo", "abcdefghijkl", "螺纹钢螺纹钢", "a螺纹钢螺纹"].map(clientIdOf), [
    "demo",
    "abcdefghij",
    "螺纹钢螺纹",
    "a螺纹钢螺",
  ]);
});

test("a statement is cut into pieces of at most 500 bytes that make the whole again", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\n", "螺", "纹", "|"), maxLength: 3000 });
  fc.assert(
    fc.property(text, (whole) => {
      const rows = settlementInfoFragments({ user: "demo", day: "20260105", settlementId: 2, text: whole }, BROKER);
      assert.equal(rows.map((row) => row["Content"]).join(""), whole);
      assert.deepEqual(
        rows.map((row) => row["SequenceNo"]),
        rows.map((_, at) => at + 1),
      );
      for (const [at, row] of rows.entries()) {
        const bytes = gbkLength(row["Content"] as string);
        assert.ok(bytes <= 500 && (at === rows.length - 1 || bytes >= 499));
      }
    }),
  );
});
