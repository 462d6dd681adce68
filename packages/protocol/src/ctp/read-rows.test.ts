import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { anyAccount, anyFill, anyOrder, anyPosition } from "../../../../test/support/trading-models.ts";
import { addTradingDays, epochOf, tradingDaySpan } from "../model/mod.ts";
import { accountFields, positionFields } from "./holding-bodies.ts";
import { orderFields, tradeFields } from "./order-bodies.ts";
import { toAccount, toPosition } from "./read-holdings.ts";
import { toFill, toOrder } from "./read-orders.ts";
import { instrumentStatusFields, toPhase } from "./reference-bodies.ts";
import { CHINA_HOURS } from "./terms.ts";

const BROKER = "9999";
const dayOf = (time: number): string => tradingDaySpan(CHINA_HOURS, time).day;
const wholeSecond = (time: number): number => Math.floor(time / 1000) * 1000;
/** fast-check makes records without a prototype. */
const plain = (sent: object): unknown => JSON.parse(JSON.stringify(sent));
const at = (date: string, clock: string): number => epochOf(CHINA_HOURS.zone, date, `${clock}:00`, 0);
const moment = (text: string): number => Date.parse(`${text}+08:00`);

describe("orders as received", () => {
  it("are those that were sent, but for moments that the wire does not tell", () => {
    fc.assert(
      fc.property(anyOrder, (sent) => {
        const row = orderFields(sent, BROKER);
        const read = toOrder(row);
        assert.ok(read !== undefined);
        const { labels, ...input } = read.input;
        const { labels: sentLabels, ...sentInput } = sent.input;
        assert.deepEqual(input, sentInput);
        for (const [name, value] of Object.entries(sentLabels)) assert.equal(labels[name], value);
        const skipped = { input: 0, price: 0, inserted: 0, updated: 0, canceled: 0 };
        assert.deepEqual({ ...read, ...skipped }, { ...sent, ...skipped });
        assert.ok(read.updated >= read.inserted);
        assert.equal(read.canceled !== undefined, sent.status === "canceled");
      }),
    );
  });

  it("tell their moments within the trading day, nights included", () => {
    const day = fc.integer({ min: 0, max: 30 }).map((nth) => addTradingDays("CN", "20260105", nth));
    const sessions = { night: 5.5, day: 6 } as const;
    const twice = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(anyOrder, day, fc.constantFrom("night", "day"), twice, (any, tradingDay, session, shares) => {
        const opens = session === "day" ? at(tradingDay, "09:00") : at(addTradingDays("CN", tradingDay, -1), "21:00");
        const [inserted, updated] = shares
          .toSorted((a, b) => a - b)
          .map((share) => wholeSecond(opens + share * sessions[session] * 3_599_000)) as [number, number];
        const sent = { ...any, status: "canceled", inserted, updated, canceled: updated, tradingDay } as const;
        const read = toOrder(orderFields(sent, BROKER))!;
        assert.deepEqual([read.inserted, read.updated, read.canceled], [inserted, updated, updated]);
      }),
    );
  });

  it("of a Friday night that change on Monday do so on Monday", () => {
    const row = {
      InstrumentID: "rb2605",
      Direction: "0",
      ExchangeID: "SHFE",
      TradingDay: "20260112",
      OrderStatus: "0",
    };
    const times = { InsertDate: "20260109", InsertTime: "21:30:00", UpdateTime: "09:00:01" };
    const read = toOrder({ ...row, ...times })!;
    assert.equal(read.inserted, moment("2026-01-09T21:30:00"));
    assert.equal(read.updated, moment("2026-01-12T09:00:01"));
    const wrongAtNight = toOrder({ ...row, ...times, ExchangeID: "DCE", InsertDate: "20260112" })!;
    assert.equal(wrongAtNight.inserted, moment("2026-01-09T21:30:00"));
  });

  it("with codes without a word become the nearest; what is no order is none", () => {
    const row = { InstrumentID: "rb2605", Direction: "1", CombOffsetFlag: "2", OrderPriceType: "8", OrderStatus: "4" };
    const { input, status, inserted } = toOrder({ ...row, ContingentCondition: "Z", TimeCondition: "5" })!;
    assert.deepEqual(
      [input.offset, input.priceType, input.time, input.condition, status, inserted],
      ["close", "limit", "day", undefined, "canceled", NaN],
    );
    assert.equal(toOrder({ ...row, Direction: "7" }), undefined);
    assert.equal(toOrder({}), undefined);
    assert.equal(toFill({}), undefined);
    assert.equal(toPosition({}), undefined);
  });
});

describe("trades, positions and accounts as received", () => {
  it("trades are those that were sent, but for their commission", () => {
    fc.assert(
      fc.property(anyFill, (any) => {
        const time = wholeSecond(any.time);
        const sent = { ...any, time, tradingDay: dayOf(time), commission: NaN };
        assert.deepEqual(toFill(tradeFields(sent, BROKER)), sent);
      }),
    );
  });

  it("positions and accounts are those that were sent, to the fen", () => {
    fc.assert(
      fc.property(anyPosition, (sent) => assert.deepEqual(toPosition(positionFields(sent, BROKER)), plain(sent))),
    );
    fc.assert(fc.property(anyAccount, (sent) => assert.deepEqual(toAccount(accountFields(sent, BROKER)), plain(sent))));
  });

  it("money that there is not is 0, a price NaN", () => {
    const { margin, settlement, side } = toPosition({
      InstrumentID: "a",
      UseMargin: 1.7976931348623157e308,
      Position: -1,
    })!;
    assert.deepEqual([margin, settlement, side], [0, NaN, "short"]);
  });
});

describe("phases as received", () => {
  it("are those that were sent; what names no product or phase is none", () => {
    const sent = { exchange: "SHFE", product: "rb", phase: "auction-orders" } as const;
    const row = instrumentStatusFields({ ...sent, time: 0 });
    assert.deepEqual(toPhase(row), sent);
    for (const lacking of ["InstrumentID", "InstrumentStatus"])
      assert.equal(toPhase({ ...row, [lacking]: null }), undefined);
  });
});
