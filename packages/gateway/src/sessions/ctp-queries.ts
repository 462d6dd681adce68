/** Queries about a user's own things: orders, trades, positions, money (ctp.md d.2). */
import {
  accountFields,
  HEDGES,
  investorFields,
  maxVolumeFields,
  orderFields,
  parkedActionFields,
  parkedOrderFields,
  positionDetailFields,
  positionFields,
  textIn,
  toOrderKind,
  tradeFields,
  tradingCodeFields,
  type Fields,
} from "@tickwire/protocol/ctp";
import type { CtpErrorName } from "@tickwire/protocol/errors";
import { EXCHANGES } from "./ctp-market-queries.ts";
import { isOrEmpty, type Answer, type CtpCall } from "./ctp-call.ts";

/** Finds what a query asks for, or refuses it. */
export type Query = (call: CtpCall) => Answer | CtpErrorName;

/** The only currency that there is. */
const CURRENCY = "CNY";

/** By MsgType. */
export const OWN_QUERIES: ReadonlyMap<string, Query> = new Map([
  ["ReqQryOrder", orders],
  ["ReqQryTrade", trades],
  ["ReqQryInvestorPosition", positions],
  ["ReqQryInvestorPositionDetail", details],
  ["ReqQryTradingAccount", account],
  ["ReqQryMaxOrderVolume", maxVolume],
  ["ReqQryInvestor", (call) => call.rows([call.services.seat], investorFields)],
  ["ReqQryTradingCode", tradingCodes],
  ["ReqQryParkedOrder", parkedOrders],
  ["ReqQryParkedOrderAction", parkedCancels],
]);

/** A predicate of the InstrumentID and ExchangeID that a query names, if any. */
function placeFilter(call: CtpCall): (instrument: string, exchange: string) => boolean {
  const [instrument, exchange] = [call.text("InstrumentID"), call.text("ExchangeID")];
  return (id, place) => isOrEmpty(instrument, id) && isOrEmpty(exchange, place);
}

/** An id that exchanges pad with blanks: clients send it with or without them. */
function isId(asked: string, actual: string): boolean {
  return isOrEmpty(asked.trim(), actual.trim());
}

/** Whether a row's time `HH:MM:SS` is within the bounds that the query gives; empty is no bound. */
function isBetween(call: CtpCall, row: Fields, field: string, name: string): boolean {
  const [time, start, end] = [textIn(row, field), call.text(`${name}Start`), call.text(`${name}End`)];
  return (start === "" || time >= start) && (end === "" || time <= end);
}

/** Whether a query with times gives any. */
function hasTimes(call: CtpCall, name: string): boolean {
  return call.text(`${name}Start`) !== "" || call.text(`${name}End`) !== "";
}

function orders(call: CtpCall): Answer {
  const { trading, seat } = call.services;
  const isWanted = placeFilter(call);
  const sysId = call.text("OrderSysID");
  const timed = hasTimes(call, "InsertTime");
  const found = trading
    .orders(seat.user)
    .filter(
      (order) =>
        isWanted(order.input.instrument, order.input.exchange) &&
        isId(sysId, order.sysId) &&
        (!timed || isBetween(call, orderFields(order, seat.brokerId), "InsertTime", "InsertTime")),
    );
  return call.rows(found, (order) => orderFields(order, seat.brokerId));
}

function trades(call: CtpCall): Answer {
  const { trading, seat } = call.services;
  const isWanted = placeFilter(call);
  const tradeId = call.text("TradeID");
  const timed = hasTimes(call, "TradeTime");
  const found = trading
    .fills(seat.user)
    .filter(
      (fill) =>
        isWanted(fill.instrument, fill.exchange) &&
        isId(tradeId, fill.tradeId) &&
        (!timed || isBetween(call, tradeFields(fill, seat.brokerId), "TradeTime", "TradeTime")),
    );
  return call.rows(found, (fill) => tradeFields(fill, seat.brokerId));
}

function positions(call: CtpCall): Answer {
  const { trading, seat } = call.services;
  const isWanted = placeFilter(call);
  const found = trading.positions(seat.user).filter(({ instrument, exchange }) => isWanted(instrument, exchange));
  return call.rows(found, (position) => positionFields(position, seat.brokerId));
}

function details(call: CtpCall): Answer {
  const { trading, seat } = call.services;
  const isWanted = placeFilter(call);
  const found = trading.details(seat.user).filter(({ instrument, exchange }) => isWanted(instrument, exchange));
  return call.rows(found, (detail) => positionDetailFields(detail, seat.brokerId));
}

function account(call: CtpCall): Answer {
  const { trading, seat } = call.services;
  const own = isOrEmpty(call.text("CurrencyID"), CURRENCY) ? trading.account(seat.user) : undefined;
  return call.rows(own === undefined ? [] : [own], (found) => accountFields(found, seat.brokerId));
}

/** A ReqQryMaxOrderVolume in full: what is left out is what most orders are: buy, open, speculation. */
export function maxVolumeQuestion(call: CtpCall): Fields {
  const { seat } = call.services;
  const flag = (name: string, usual: string): Fields => ({ [name]: call.text(name) || usual });
  return {
    ...call.request.body,
    BrokerID: seat.brokerId,
    InvestorID: seat.user,
    ...flag("Direction", "0"),
    ...flag("OffsetFlag", "0"),
    ...flag("HedgeFlag", HEDGES.codeOf("speculation")),
  };
}

function maxVolume(call: CtpCall): Answer | CtpErrorName {
  const { trading, seat } = call.services;
  const question = maxVolumeQuestion(call);
  const kind = toOrderKind(question);
  if (kind === undefined) return "badField";
  const volume = trading.maxVolume(seat.user, { instrument: call.text("InstrumentID"), ...kind });
  return typeof volume === "string" ? volume : call.rows([volume], (most) => maxVolumeFields(question, most));
}

function tradingCodes(call: CtpCall): Answer {
  const { seat } = call.services;
  const codes = [...EXCHANGES.keys()].map((exchange) => tradingCodeFields(exchange, seat));
  const found = codes.filter((row) =>
    ["ExchangeID", "ClientID", "ClientIDType"].every((name) => isOrEmpty(call.text(name), textIn(row, name))),
  );
  return call.rows(found, (row) => row);
}

function parkedOrders(call: CtpCall): Answer {
  const { trading, seat } = call.services;
  const isWanted = placeFilter(call);
  const found = trading.parkedOrders(seat.user).filter(({ input }) => isWanted(input.instrument, input.exchange));
  return call.rows(found, (parked) => parkedOrderFields(parked, seat.brokerId));
}

function parkedCancels(call: CtpCall): Answer {
  const { trading, seat } = call.services;
  const isWanted = placeFilter(call);
  const found = trading.parkedCancels(seat.user).filter(({ input }) => isWanted(input.instrument, input.exchange));
  return call.rows(found, (parked) => parkedActionFields(parked, seat.brokerId));
}
