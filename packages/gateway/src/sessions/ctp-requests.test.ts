/** Every request of the trading side, one exchange of frames in each dialect. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeTradingRequest, REQUESTS, type Dialect, type Fields } from "@tickwire/protocol/ctp";
import { CtpFixture, settle, type CtpConnection } from "../../../../test/support/ctp-fixture.ts";
import {
  ACCOUNT,
  DETAIL,
  FakeTrading,
  FILL,
  INPUT,
  makeOrder,
  POSITION,
} from "../../../../test/support/fake-trading.ts";
import { CANCEL_FIELDS, FULL_ORDER_FIELDS } from "../../../../test/support/order-fields.ts";
import { makeSnapshot, NOW } from "../../../../test/support/samples.ts";

/** What a request is answered with: rows of which each must have these fields, or nothing; an error's number. */
interface Expected {
  readonly body?: Fields;
  readonly rows?: readonly Fields[] | "none";
  readonly error?: number;
  /** No reply: success is told by reports. */
  readonly silent?: true;
}

const ORDER: Fields = { ...FULL_ORDER_FIELDS, OrderRef: "8" };
const CANCEL: Fields = { ...CANCEL_FIELDS, OrderSysID: "           1" };
const RB: Fields = { InstrumentID: "rb2605", ExchangeID: "SHFE" };

/** By request; the fixture's books have one of each thing. */
const EXCHANGES: Readonly<Record<string, readonly Expected[]>> = {
  ReqAuthenticate: [{ body: { UserID: "demo", AppID: "x" }, rows: [{ UserID: "demo", AppID: "x", AppType: "1" }] }],
  ReqUserPasswordUpdate: [
    { body: { OldPassword: "a", NewPassword: "b" }, rows: [{ UserID: "demo", NewPassword: "" }], error: 9 },
    { body: { OldPassword: "a", NewPassword: "" }, rows: [{ UserID: "demo" }], error: 131 },
    { body: { UserID: "demo2", OldPassword: "a", NewPassword: "b" }, rows: [{}], error: 9 },
  ],
  ReqTradingAccountPasswordUpdate: [
    { body: { OldPassword: "a", NewPassword: "b" }, rows: [{ AccountID: "demo" }], error: 9 },
  ],
  ReqOrderInsert: [
    { body: ORDER, silent: true },
    { body: { ...ORDER, InvestorID: "demo2" }, rows: [{ OrderRef: "8" }], error: 28 },
    { body: { ...ORDER, Direction: "" }, rows: [{ OrderRef: "8", LimitPrice: 3500 }], error: 15 },
  ],
  ReqOrderAction: [
    { body: CANCEL, silent: true },
    { body: { ...CANCEL, UserID: "demo2" }, rows: [{ OrderSysID: "           1" }], error: 28 },
    { body: { ...CANCEL, OrderSysID: "" }, rows: [{ InstrumentID: "rb2605" }], error: 23 },
  ],
  ReqParkedOrderInsert: [{ body: ORDER, rows: [{ ParkedOrderID: "1", Status: "1", OrderRef: "8" }] }],
  ReqParkedOrderAction: [{ body: CANCEL, rows: [{ ParkedOrderActionID: "2", Status: "1" }] }],
  ReqRemoveParkedOrder: [
    { body: { ParkedOrderID: " 1" }, rows: [{ ParkedOrderID: " 1" }] },
    { body: { ParkedOrderID: "2" }, rows: [{}], error: 45 },
  ],
  ReqRemoveParkedOrderAction: [{ body: { ParkedOrderActionID: "2" }, rows: [{ ParkedOrderActionID: "2" }] }],
  ReqSettlementInfoConfirm: [{ body: {}, rows: [{ InvestorID: "demo", ConfirmDate: "20251223", SettlementID: 1 }] }],
  ReqQrySettlementInfo: [
    { body: {}, rows: [{ SequenceNo: 1, TradingDay: "20251222" }, { SequenceNo: 2 }] },
    { body: { TradingDay: "20250101" }, rows: "none" },
  ],
  ReqQrySettlementInfoConfirm: [{ body: {}, rows: [{ ConfirmTime: "09:30:15" }] }],
  ReqQryBrokerTradingParams: [{ body: {}, rows: [{ Algorithm: "1", AccountID: "demo" }] }],
  ReqQryParkedOrder: [
    { body: {}, rows: [{ ParkedOrderID: "1" }] },
    { body: { ExchangeID: "DCE" }, rows: "none" },
  ],
  ReqQryParkedOrderAction: [
    { body: RB, rows: [{ ParkedOrderActionID: "2" }] },
    { body: { ExchangeID: "DCE" }, rows: "none" },
  ],
  ReqQryExchange: [
    { body: { ExchangeID: "DCE" }, rows: [{ ExchangeID: "DCE", ExchangeName: "大连商品交易所" }] },
    { body: {}, rows: Array.from({ length: 7 }, () => ({})) },
    { body: { ExchangeID: "X" }, rows: "none" },
  ],
  ReqQryProduct: [
    { body: { ProductID: "rb" }, rows: [{ ProductID: "rb", VolumeMultiple: 10, ProductClass: "1" }] },
    { body: { ProductClass: "1" }, rows: [{ ProductID: "rb" }, { ProductID: "au" }] },
    { body: { ProductClass: "2" }, rows: "none" },
  ],
  ReqQryDepthMarketData: [
    { body: { InstrumentID: "rb2605" }, rows: [{ LastPrice: 3500, ExchangeID: "SHFE" }] },
    { body: {}, rows: [{ InstrumentID: "rb2605" }] },
    { body: { InstrumentID: "au2606" }, rows: "none" },
    { body: { InstrumentID: "xx" }, rows: "none" },
  ],
  ReqQryOrder: [
    { body: {}, rows: [{ OrderSysID: "           1", OrderStatus: "3" }, { OrderSysID: "           2" }] },
    { body: { OrderSysID: "2" }, rows: [{ OrderSysID: "           2" }] },
    { body: { InsertTimeStart: "09:30:16" }, rows: [{ OrderSysID: "           2" }] },
    { body: { InsertTimeEnd: "09:30:15", InstrumentID: "rb2605" }, rows: [{ OrderSysID: "           1" }] },
    { body: { InstrumentID: "au2606" }, rows: "none" },
    { body: { InvestorID: "demo2" }, rows: "none", error: 9 },
  ],
  ReqQryTrade: [
    { body: RB, rows: [{ TradeID: "           9", Price: 3500, Volume: 1 }] },
    { body: { TradeID: "8" }, rows: "none" },
    { body: { TradeTimeStart: "09:30:15", TradeTimeEnd: "09:30:15" }, rows: [{ TradeID: "           9" }] },
    { body: { TradeTimeEnd: "09:30:14" }, rows: "none" },
  ],
  ReqQryInvestorPosition: [
    { body: RB, rows: [{ PosiDirection: "2", Position: 1, UseMargin: 3500 }] },
    { body: { ExchangeID: "DCE" }, rows: "none" },
  ],
  ReqQryInvestorPositionDetail: [
    { body: {}, rows: [{ OpenPrice: 3500, TradeID: "           9" }] },
    { body: { InstrumentID: "au2606" }, rows: "none" },
  ],
  ReqQryTradingAccount: [
    { body: {}, rows: [{ Balance: 199_996.5, Available: 196_496.5, CurrMargin: 3500 }] },
    { body: { CurrencyID: "USD" }, rows: "none" },
  ],
  ReqQryMaxOrderVolume: [
    { body: RB, rows: [{ MaxVolume: 57, Direction: "0", OffsetFlag: "0", InvestorID: "demo" }] },
    { body: { InstrumentID: "xx" }, rows: "none", error: 16 },
  ],
  ReqQryInvestor: [{ body: {}, rows: [{ InvestorID: "demo", IsActive: 1 }] }],
  ReqQryTradingCode: [
    { body: { ExchangeID: "INE" }, rows: [{ ExchangeID: "INE", ClientID: "demo" }] },
    { body: { ClientID: "else" }, rows: "none" },
  ],
  ReqQryInstrumentMarginRate: [
    { body: RB, rows: [{ InstrumentID: "rb2605", LongMarginRatioByMoney: 0.1, HedgeFlag: "1" }] },
    { body: { HedgeFlag: "3" }, rows: [{ InstrumentID: "rb2605", HedgeFlag: "3" }] },
    { body: { InstrumentID: "xx" }, rows: "none" },
  ],
  ReqQryInstrumentCommissionRate: [{ body: {}, rows: [{ InstrumentID: "rb2605", OpenRatioByMoney: 0.0001 }] }],
  ReqQryInstrumentOrderCommRate: [{ body: RB, rows: [{ InstrumentID: "rb2605", OrderCommByVolume: 0 }] }],
  ReqQryExchangeMarginRate: [
    { body: {}, rows: [{ InstrumentID: "rb2605", ShortMarginRatioByMoney: 0.1 }] },
    { body: { ExchangeID: "DCE" }, rows: "none" },
  ],
  ReqQryOptionInstrTradeCost: [{ body: RB, rows: "none" }],
  ReqQryOptionInstrCommRate: [{ body: RB, rows: "none" }],
};

function makeTrading(): FakeTrading {
  const trading = new FakeTrading();
  const session = { frontId: 1, sessionId: 1 };
  const second = makeOrder({ id: 2, sysId: "           2", inserted: NOW + 1000 });
  trading.books.orders.push(makeOrder(), second, makeOrder({ user: "demo2" }));
  trading.books.fills.push(FILL, { ...FILL, user: "demo2" });
  trading.books.positions.push(POSITION);
  trading.books.details.push(DETAIL);
  trading.books.accounts.push(ACCOUNT);
  const cancel = { instrument: "rb2605", exchange: "SHFE", sysId: "1", session: undefined, ref: "", requestId: 0 };
  const parked = { user: "demo", session, state: "waiting", error: undefined } as const;
  trading.books.parkedOrders.push({ ...parked, id: "1", input: INPUT });
  trading.books.parkedCancels.push({ ...parked, id: "2", input: cancel });
  trading.books.statements.push({ user: "demo", day: "20251222", settlementId: 1, text: "结算单".repeat(100) });
  return trading;
}

async function check(
  client: CtpConnection,
  dialect: Dialect,
  request: string,
  expected: Expected,
  requestId: number,
): Promise<void> {
  const spec = REQUESTS.get(request)!;
  const on = dialect === "classic" ? "" : "On";
  client.session.receive(encodeTradingRequest(dialect, request, expected.body ?? {}, requestId));
  await settle();
  const frames = client.take();
  const replies = frames.filter((frame) => frame["MsgType"] === `${on}${spec.reply}`);
  const told = JSON.stringify([dialect, request, expected, frames]);
  if (expected.silent) return assert.deepEqual(frames, [], told);
  const { rows = "none", error = 0 } = expected;
  assert.equal(replies.length, rows === "none" ? 1 : rows.length, told);
  for (const [at, reply] of replies.entries()) {
    const isLast = at === replies.length - 1;
    assert.deepEqual(Object.keys(reply).slice(0, 3), ["MsgType", "RspInfo", spec.replyBody], told);
    assert.equal((reply["RspInfo"] as { ErrorID: number }).ErrorID, error, told);
    assert.equal(reply["RequestID"], requestId === 0 && dialect !== "seed" ? undefined : requestId, told);
    assert.equal(reply["IsLast"], isLast || (dialect === "seed" ? false : undefined), told);
    const body = reply[spec.replyBody];
    if (rows === "none") assert.equal(JSON.stringify(body), spec.empty, told);
    else for (const [name, value] of Object.entries(rows[at]!)) assert.equal((body as Fields)[name], value, told);
  }
}

test("the table has every request but those that sessions serve themselves", () => {
  const elsewhere = new Set(["ReqUserLogin", "ReqUserLogout", "ReqQryInstrument"]);
  assert.deepEqual(
    [...REQUESTS.keys()].filter((name) => !elsewhere.has(name)).toSorted(),
    Object.keys(EXCHANGES).toSorted(),
  );
});

for (const [dialect, target] of [
  ["seed", "/"],
  ["legacy", "/td/?dialect=legacy"],
  ["classic", "/td/"],
] as const) {
  test(`every request in the ${dialect} dialect`, async () => {
    const fixture = new CtpFixture({}, false, makeTrading());
    fixture.sink.snapshot(makeSnapshot("rb2605"));
    const client = await fixture.connectIn(target);
    for (const [request, list] of Object.entries(EXCHANGES)) {
      for (const [at, expected] of list.entries()) {
        await check(client, dialect, request, expected, at === 0 ? 5 : 0);
      }
    }
    assert.deepEqual(fixture.errors, []);
  });

  test(`every request in the ${dialect} dialect before the login, and without trading`, async () => {
    const before = new CtpFixture({}, false, makeTrading()).connect(target);
    const without = await new CtpFixture().connectIn(target);
    const md = await new CtpFixture({}, false, makeTrading()).connectIn(`/md/?dialect=${dialect}`);
    for (const request of Object.keys(EXCHANGES)) {
      const frame = encodeTradingRequest(dialect, request, {}, 3);
      const ids = [before, without, md].map((client) => {
        const [reply] = client.ask(frame);
        return [reply!["MsgType"], (reply!["RspInfo"] as { ErrorID: number }).ErrorID];
      });
      const first =
        request === "ReqAuthenticate"
          ? [dialect === "classic" ? "RspAuthenticate" : "OnRspAuthenticate", 0]
          : [request, -401];
      assert.deepEqual(ids, [first, [request, -404], [request, -404]]);
    }
  });
}
