/** Queries about what is traded and at what rates. */
import {
  commissionRateFields,
  encodeDepthBody,
  exchangeFields,
  exchangeMarginRateFields,
  HEDGES,
  marginRateFields,
  orderCommRateFields,
  productFields,
  textIn,
  type Fields,
} from "@tickwire/protocol/ctp";
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { Hedge, Instrument, Snapshot, TradingTerms } from "@tickwire/protocol/model";
import { isOrEmpty, NO_ROWS, type Answer, type CtpCall } from "./ctp-call.ts";

/** ProductClass of futures. */
const FUTURE = "1";

/** China's futures exchanges by ExchangeID. */
export const EXCHANGES: ReadonlyMap<string, string> = new Map([
  ["SHFE", "上海期货交易所"],
  ["INE", "上海国际能源交易中心"],
  ["DCE", "大连商品交易所"],
  ["CZCE", "郑州商品交易所"],
  ["CFFEX", "中国金融期货交易所"],
  ["GFEX", "广州期货交易所"],
]);

/** By MsgType. There are no options, so nothing about them is ever found. */
export const MARKET_QUERIES: ReadonlyMap<string, (call: CtpCall) => Answer | CtpErrorName> = new Map([
  ["ReqQryExchange", exchanges],
  ["ReqQryProduct", products],
  ["ReqQryDepthMarketData", snapshots],
  ["ReqQryInstrumentMarginRate", marginRates],
  ["ReqQryInstrumentCommissionRate", commissionRates],
  ["ReqQryInstrumentOrderCommRate", orderRates],
  ["ReqQryExchangeMarginRate", exchangeMarginRates],
  ["ReqQryOptionInstrTradeCost", () => NO_ROWS],
  ["ReqQryOptionInstrCommRate", () => NO_ROWS],
]);

/** Those of everything that is listed: the classic gateway's page fails on an instrument whose exchange it was not told (ctp.md a.6). */
function exchanges(call: CtpCall): Answer {
  const names = new Map(EXCHANGES);
  for (const { exchange } of call.services.desk.instruments()) {
    if (!names.has(exchange)) names.set(exchange, exchange);
  }
  const found = [...names].filter(([id]) => isOrEmpty(call.text("ExchangeID"), id));
  return call.rows(found, ([id, name]) => exchangeFields(id, name));
}

/** One row per product, as its first instrument has it. */
function products(call: CtpCall): Answer {
  const rows = new Map<string, Fields>();
  for (const instrument of call.services.desk.instruments()) {
    if (rows.has(instrument.product)) continue;
    const row = productFields(instrument);
    if (row !== undefined && isAsked(call, row)) rows.set(instrument.product, row);
  }
  return call.rows([...rows.values()], (row) => row);
}

function isAsked(call: CtpCall, row: Fields): boolean {
  return ["ProductClass", "ExchangeID", "ProductID"].every((name) => isOrEmpty(call.text(name), textIn(row, name)));
}

/** The last snapshot of each instrument that has one. */
function snapshots(call: CtpCall): Answer {
  const { desk } = call.services;
  const found: (readonly [Snapshot, Instrument])[] = [];
  for (const instrument of named(call) ?? desk.instruments()) {
    const snapshot = isOfAsked(call, instrument) ? desk.last(instrument.id, "snapshot") : undefined;
    if (snapshot !== undefined) found.push([snapshot, instrument]);
  }
  return { count: found.length, body: (at) => encodeDepthBody(call.dialect, ...found[at]!) };
}

/** The instrument that the query names, or none of that name; undefined where it names none. */
function named(call: CtpCall): readonly Instrument[] | undefined {
  const id = call.text("InstrumentID");
  if (id === "") return undefined;
  const instrument = call.services.desk.instrument(id);
  return instrument === undefined ? [] : [instrument];
}

function isOfAsked(call: CtpCall, { exchange, kind }: Instrument): boolean {
  const productClass = call.text("ProductClass");
  return (
    isOrEmpty(call.text("ExchangeID"), exchange) &&
    (productClass === "" || (productClass === FUTURE) === (kind === "future"))
  );
}

/** Terms of what the query names; without a name of `others`. */
function termsOf(call: CtpCall, others: () => Iterable<string>): readonly TradingTerms[] {
  const { trading } = call.services;
  const id = call.text("InstrumentID");
  const terms = Array.from(id === "" ? new Set(others()) : [id], (each) => trading.terms(each));
  return terms.filter(
    (found): found is TradingTerms => found !== undefined && isOrEmpty(call.text("ExchangeID"), found.exchange),
  );
}

/** As CTP does where no instrument is named: those in which the user has positions. */
function held({ services: { trading, seat } }: CtpCall): Iterable<string> {
  return trading.positions(seat.user).map(({ instrument }) => instrument);
}

function hedgeOf(call: CtpCall): Hedge {
  return HEDGES.wordOf(call.text("HedgeFlag")) ?? "speculation";
}

function marginRates(call: CtpCall): Answer {
  const hedge = hedgeOf(call);
  return call.rows(
    termsOf(call, () => held(call)),
    (terms) => marginRateFields(terms, call.services.seat, hedge),
  );
}

function commissionRates(call: CtpCall): Answer {
  return call.rows(
    termsOf(call, () => held(call)),
    (terms) => commissionRateFields(terms, call.services.seat),
  );
}

function orderRates(call: CtpCall): Answer {
  return call.rows(
    termsOf(call, () => held(call)),
    (terms) => orderCommRateFields(terms, call.services.seat),
  );
}

function exchangeMarginRates(call: CtpCall): Answer {
  const { desk, seat } = call.services;
  const all = function* (): Iterable<string> {
    for (const { id, kind } of desk.instruments()) if (kind === "future") yield id;
  };
  const hedge = hedgeOf(call);
  return call.rows(termsOf(call, all), (terms) => exchangeMarginRateFields(terms, seat.brokerId, hedge));
}
