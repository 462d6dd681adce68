/** Orders and trades as received, in the model's terms: the way back of order-bodies.ts (ctp.md d.4). */
import type { EpochMs, Fill, Order, OrderInput, OrderStatus, SubmitStatus } from "../model/mod.ts";
import { readMoment } from "./dates.ts";
import { readText, readVolume } from "./numbers.ts";
import { readLabels, toCondition } from "./order-requests.ts";
import { CHINA_HOURS } from "./terms.ts";
import {
  HEDGES,
  OFFSETS,
  ORDER_STATUSES,
  PRICE_TYPES,
  SIDES,
  SUBMIT_STATUSES,
  TIMES,
  VOLUME_CONDITIONS,
} from "./trading-codes.ts";

/** A body as received. */
type Row = Readonly<Record<string, unknown>>;

/** OrderStatus of what no longer stands in the book, filled in part or not at all: practically unused (ctp.md d.4). */
const NOT_QUEUEING: ReadonlySet<string> = new Set(["2", "4"]);

/**
 * An `Order` of RtnOrder or RspQryOrder; undefined where it names no instrument or has no side. Codes that the model has no word for
 * become the nearest one that it has: forced closing is `close`, exotic prices and times are `limit` and `day`. Moments that are not
 * on it are `NaN`.
 */
export function toOrder(row: Row): Order | undefined {
  const input = toInput(row);
  if (input === undefined) return undefined;
  const text = (name: string): string => readText(row[name]);
  const count = (name: string): number => readVolume(row[name]);
  const status = toStatus(text("OrderStatus"));
  const inserted = momentOf(row, "InsertDate", "InsertTime");
  const updated = laterMoment(row, "UpdateTime", inserted) ?? inserted;
  return {
    id: count("BrokerOrderSeq") || count("SequenceNo"),
    user: userOf(row),
    session: { frontId: count("FrontID"), sessionId: count("SessionID") },
    input,
    tradingDay: text("TradingDay"),
    settlementId: count("SettlementID"),
    status,
    submit: toSubmit(text("OrderSubmitStatus")),
    message: text("StatusMsg"),
    price: input.price,
    filled: count("VolumeTraded"),
    sysId: text("OrderSysID"),
    localId: text("OrderLocalID"),
    triggeredBy: text("RelativeOrderSysID"),
    inserted,
    updated,
    canceled: status === "canceled" ? (laterMoment(row, "CancelTime", inserted) ?? updated) : undefined,
    reports: count("NotifySequence"),
  };
}

/** A `Trade` of RtnTrade or RspQryTrade, likewise. Its commission is `NaN`: the wire does not tell it. */
export function toFill(row: Row): Fill | undefined {
  const text = (name: string): string => readText(row[name]);
  const side = SIDES.wordOf(text("Direction"));
  const instrument = text("InstrumentID");
  if (instrument === "" || side === undefined) return undefined;
  return {
    tradeId: text("TradeID"),
    sequence: readVolume(row["SequenceNo"]),
    order: readVolume(row["BrokerOrderSeq"]),
    user: userOf(row),
    instrument,
    exchange: text("ExchangeID"),
    sysId: text("OrderSysID"),
    localId: text("OrderLocalID"),
    ref: text("OrderRef"),
    side,
    offset: OFFSETS.wordOf(text("OffsetFlag")) ?? "close",
    hedge: HEDGES.wordOf(text("HedgeFlag")) ?? "speculation",
    price: readVolume(row["Price"]),
    volume: readVolume(row["Volume"]),
    time: momentOf(row, "TradeDate", "TradeTime"),
    tradingDay: text("TradingDay"),
    settlementId: readVolume(row["SettlementID"]),
    commission: NaN,
  };
}

function userOf(row: Row): string {
  return readText(row["InvestorID"]) || readText(row["UserID"]);
}

function toInput(row: Row): OrderInput | undefined {
  const text = (name: string): string => readText(row[name]);
  const side = SIDES.wordOf(text("Direction"));
  if (text("InstrumentID") === "" || side === undefined) return undefined;
  const condition = toCondition(text("ContingentCondition"), readVolume(row["StopPrice"]));
  return {
    instrument: text("InstrumentID"),
    exchange: text("ExchangeID"),
    side,
    offset: OFFSETS.wordOf(text("CombOffsetFlag").slice(0, 1)) ?? "close",
    hedge: HEDGES.wordOf(text("CombHedgeFlag").slice(0, 1)) ?? "speculation",
    priceType: PRICE_TYPES.wordOf(text("OrderPriceType")) ?? "limit",
    price: readVolume(row["LimitPrice"]),
    volume: readVolume(row["VolumeTotalOriginal"]),
    time: TIMES.wordOf(text("TimeCondition")) ?? "day",
    volumeCondition: VOLUME_CONDITIONS.wordOf(text("VolumeCondition")) ?? "any",
    minVolume: readVolume(row["MinVolume"]),
    ...(condition === undefined || condition === "none" ? {} : { condition }),
    ref: text("OrderRef"),
    requestId: readVolume(row["RequestID"]),
    labels: readLabels(row),
  };
}

function toStatus(code: string): OrderStatus {
  return ORDER_STATUSES.wordOf(code) ?? (NOT_QUEUEING.has(code) ? "canceled" : "submitted");
}

/** What is asked besides inserts and cancels (modifications) leaves an order as it was accepted. */
function toSubmit(code: string): SubmitStatus {
  return SUBMIT_STATUSES.wordOf(code) ?? "accepted";
}

/** The moment of a date and a time; dates are wrong at night at some exchanges (ctp.md d.9). */
function momentOf(row: Row, date: string, time: string): EpochMs {
  return readTime(row, readText(row[date]), readText(row[time])) ?? NaN;
}

function readTime(row: Row, date: string, time: string): EpochMs | undefined {
  const stamp = { TradingDay: readText(row["TradingDay"]), ActionDay: date, UpdateTime: time, UpdateMillisec: 0 };
  return readMoment(stamp, { exchange: readText(row["ExchangeID"]), multiplier: 1, hours: CHINA_HOURS })?.time;
}

/** A later moment of which there is only the time of day: in the trading day, or else within a day after `inserted`. */
function laterMoment(row: Row, name: string, inserted: EpochMs): EpochMs | undefined {
  const time = readText(row[name]);
  const inDay = readTime(row, "", time);
  if (inDay === undefined || !(inDay < inserted)) return inDay;
  const sinceThen = (inDay - inserted) % DAY_MS;
  return inserted + (sinceThen < 0 ? sinceThen + DAY_MS : sinceThen);
}

/** China has no summer time: all days are equally long. */
const DAY_MS = 86_400_000;
