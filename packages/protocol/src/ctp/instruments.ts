/** Instruments on the CTP wire, both ways. */
import {
  decimalsOf,
  type FutureTerms,
  type Instrument,
  type InstrumentKind,
  type Market,
  type TradingHours,
} from "../model/mod.ts";
import { DEPTH_LEVELS, INSTRUMENT_FIELDS, SEED_INSTRUMENT_ORDER, type InstrumentField } from "./fields.ts";
import type { Dialect, InstrumentFilter } from "./messages.ts";
import { readQuantity, readText, readVolume } from "./numbers.ts";
import { encodeObject } from "./objects.ts";

/** CTP ProductClass of a future, and of what has no class of its own there: spot (ctp.md d.11). */
const FUTURE = "1";
const SPOT = "4";
/** InstLifePhase: listed. What a feed announces can be traded, so IsTrading is always 1. */
const LISTED = "1";

/** What the fields of a future's terms are for anything else: no dates, no order limits, paid in full. */
const NO_TERMS: FutureTerms = {
  deliveryYear: 0,
  deliveryMonth: 0,
  createDate: "",
  openDate: "",
  expireDate: "",
  maxLimitOrderVolume: 0,
  minLimitOrderVolume: 0,
  maxMarketOrderVolume: 0,
  minMarketOrderVolume: 0,
  longMarginRatio: 1,
  shortMarginRatio: 1,
  positionDateType: "2",
  positionType: "2",
  maxMarginSideAlgorithm: "0",
};

/** The fields of one instrument. StrikePrice of what is no option is 0, as gateways write DBL_MAX. */
function toFields(instrument: Instrument): Readonly<Record<InstrumentField, string | number>> {
  const terms = instrument.future ?? NO_TERMS;
  return {
    InstrumentID: instrument.id,
    ExchangeID: instrument.exchange,
    InstrumentName: instrument.name,
    ExchangeInstID: instrument.id,
    ProductID: instrument.product,
    ProductClass: instrument.future === undefined ? SPOT : FUTURE,
    DeliveryYear: terms.deliveryYear,
    DeliveryMonth: terms.deliveryMonth,
    MaxMarketOrderVolume: terms.maxMarketOrderVolume,
    MinMarketOrderVolume: terms.minMarketOrderVolume,
    MaxLimitOrderVolume: terms.maxLimitOrderVolume,
    MinLimitOrderVolume: terms.minLimitOrderVolume,
    VolumeMultiple: instrument.multiplier,
    PriceTick: instrument.priceTick,
    CreateDate: terms.createDate,
    OpenDate: terms.openDate,
    ExpireDate: terms.expireDate,
    StartDelivDate: terms.expireDate,
    EndDelivDate: terms.expireDate,
    InstLifePhase: LISTED,
    IsTrading: 1,
    PositionType: terms.positionType,
    PositionDateType: terms.positionDateType,
    LongMarginRatio: terms.longMarginRatio,
    ShortMarginRatio: terms.shortMarginRatio,
    MaxMarginSideAlgorithm: terms.maxMarginSideAlgorithm,
    UnderlyingInstrID: instrument.future === undefined ? "" : instrument.product,
    StrikePrice: 0,
    OptionsType: "",
    UnderlyingMultiple: 1,
    CombinationType: "0",
  };
}

/** The `Instrument` body of a dialect as JSON: the seed document's nine fields first, or the classic gateway's order. */
export function encodeInstrument(dialect: Dialect, instrument: Instrument): string {
  return encodeObject(toFields(instrument), dialect === "seed" ? SEED_INSTRUMENT_ORDER : INSTRUMENT_FIELDS);
}

/** Whether an instrument passes a query's filter: texts that are empty filter nothing. */
export function passesFilter(instrument: Instrument, filter: InstrumentFilter): boolean {
  return (
    isOrEmpty(filter.instrumentId, instrument.id) &&
    isOrEmpty(filter.exchangeInstId, instrument.id) &&
    isOrEmpty(filter.exchangeId, instrument.exchange) &&
    isOrEmpty(filter.productId, instrument.product)
  );
}

function isOrEmpty(wanted: string, actual: string): boolean {
  return wanted === "" || wanted === actual;
}

/** What an exchange lists, where it is not futures: enough to tell stocks from currencies. */
const VENUES: ReadonlyMap<string, readonly [InstrumentKind, Market]> = new Map([
  ["SSE", ["stock", "CN"]],
  ["SZSE", ["stock", "CN"]],
  ["HKEX", ["stock", "HK"]],
  ["NASDAQ", ["stock", "US"]],
  ["NYSE", ["stock", "US"]],
  ["FX", ["forex", "GLOBAL"]],
  ["CRYPTO", ["crypto", "GLOBAL"]],
]);
/** Decimals of a crypto volume. */
const CRYPTO_VOLUME_DECIMALS = 8;

/**
 * A received `Instrument` body in the model's terms, or undefined where it names none. CTP says nothing about trading
 * hours: they are given. Where a body lacks something, the value is the least that does no harm (step 1, multiplier 1).
 */
export function toInstrument(body: Readonly<Record<string, unknown>>, hours: TradingHours): Instrument | undefined {
  const id = readText(body["InstrumentID"]);
  if (id === "") return undefined;
  const exchange = readText(body["ExchangeID"]);
  const venue = VENUES.get(exchange);
  const isFuture = venue === undefined && (readText(body["ProductClass"]) || FUTURE) === FUTURE;
  const [kind, market] = venue ?? ["commodity", "GLOBAL"];
  const priceTick = readVolume(body["PriceTick"]) || 1;
  return {
    id,
    kind: isFuture ? "future" : kind,
    market: isFuture ? "CN-FUTURES" : market,
    exchange,
    product: readText(body["ProductID"]) || id,
    name: readText(body["InstrumentName"]) || id,
    priceTick,
    priceDecimals: decimalsOf(priceTick),
    volumeDecimals: kind === "crypto" ? CRYPTO_VOLUME_DECIMALS : 0,
    multiplier: readVolume(body["VolumeMultiple"]) || 1,
    levels: DEPTH_LEVELS,
    currency: "CNY",
    hours,
    ...(isFuture ? { future: toTerms(body) } : {}),
  };
}

function toTerms(body: Readonly<Record<string, unknown>>): FutureTerms {
  const ratio = (key: InstrumentField): number => readQuantity(body[key]);
  const count = (key: InstrumentField): number => readVolume(body[key]);
  const text = (key: InstrumentField): string => readText(body[key]);
  return {
    deliveryYear: count("DeliveryYear"),
    deliveryMonth: count("DeliveryMonth"),
    createDate: text("CreateDate"),
    openDate: text("OpenDate"),
    expireDate: text("ExpireDate"),
    maxLimitOrderVolume: count("MaxLimitOrderVolume"),
    minLimitOrderVolume: count("MinLimitOrderVolume"),
    maxMarketOrderVolume: count("MaxMarketOrderVolume"),
    minMarketOrderVolume: count("MinMarketOrderVolume"),
    longMarginRatio: ratio("LongMarginRatio"),
    shortMarginRatio: ratio("ShortMarginRatio"),
    positionDateType: text("PositionDateType") === "1" ? "1" : "2",
    positionType: text("PositionType") === "1" ? "1" : "2",
    maxMarginSideAlgorithm: text("MaxMarginSideAlgorithm") === "1" ? "1" : "0",
  };
}
