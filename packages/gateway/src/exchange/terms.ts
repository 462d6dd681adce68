/** By which terms an instrument is traded on a day, and what they make of an order's price. Pure. */
import type { Instrument, Order, OrderInput, TradingDay, TradingTerms } from "@tickwire/protocol/model";
import type { ExchangeWorld, MarketView, StoredTerms } from "../ports/exchange.ts";

/** Lots per order where nothing is known of an instrument's limits. */
const UNKNOWN_LIMITS = {
  minLimitOrderVolume: 1,
  maxLimitOrderVolume: 500,
  minMarketOrderVolume: 1,
  maxMarketOrderVolume: 0,
  positionDateType: "2",
  maxMarginSideAlgorithm: "0",
} as const;
/** Expiry of what does not expire. */
const NEVER: TradingDay = "99991231";
/** Exchanges without market orders (ctp.md d.3). */
const NO_MARKET_ORDERS: ReadonlySet<string> = new Set(["SHFE", "INE"]);

/** The terms of an instrument as the world has them now. */
export function makeTerms(
  instrument: Instrument,
  view: MarketView,
  rates: ReturnType<ExchangeWorld["rates"]>,
): TradingTerms {
  const future = instrument.future ?? UNKNOWN_LIMITS;
  const market = NO_MARKET_ORDERS.has(instrument.exchange) ? 0 : future.maxMarketOrderVolume;
  return {
    instrument: instrument.id,
    exchange: instrument.exchange,
    product: instrument.product,
    multiplier: instrument.multiplier,
    priceTick: instrument.priceTick,
    longMargin: rates.longMargin,
    shortMargin: rates.shortMargin,
    openFee: rates.openFee,
    closeFee: rates.closeFee,
    closeTodayFee: rates.closeTodayFee,
    preSettlement: firstOf(view.preSettlement, view.last, bestPrice(view)),
    upperLimit: view.upperLimit,
    lowerLimit: view.lowerLimit,
    minLimitVolume: future.minLimitOrderVolume,
    maxLimitVolume: future.maxLimitOrderVolume,
    minMarketVolume: future.minMarketOrderVolume,
    maxMarketVolume: market,
    history: future.positionDateType === "1",
    largerSide: future.maxMarginSideAlgorithm === "1",
    expires: expiryOf(instrument),
  };
}

/** The last trading day: what trades all the time, as a simulator's contracts do, is never delivered. */
export function expiryOf({ future, hours }: Instrument): TradingDay {
  return hours.always === true ? NEVER : (future?.expireDate ?? NEVER);
}

/** Terms as JSON holds them. */
export function toStoredTerms(terms: TradingTerms): StoredTerms {
  return { ...terms, upperLimit: orNull(terms.upperLimit), lowerLimit: orNull(terms.lowerLimit) };
}

/** Terms as the model has them. */
export function toTerms(stored: StoredTerms): TradingTerms {
  return { ...stored, upperLimit: stored.upperLimit ?? NaN, lowerLimit: stored.lowerLimit ?? NaN };
}

/** Whether a day's prices in the terms are still those of the market. */
export function isCurrent(terms: TradingTerms, view: MarketView): boolean {
  return (
    Object.is(terms.upperLimit, view.upperLimit) &&
    Object.is(terms.lowerLimit, view.lowerLimit) &&
    (terms.preSettlement === view.preSettlement || !Number.isFinite(view.preSettlement))
  );
}

/** Whether two terms are the same. */
export function areSameTerms(a: TradingTerms, b: TradingTerms): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What an order's margin and commission are frozen at: its own limit, else the worst price that it may be filled at. */
export function freezePrice(order: Pick<Order, "input" | "price">, terms: TradingTerms | undefined): number {
  if (order.input.priceType === "limit" || terms === undefined) return order.price;
  return Number.isFinite(terms.upperLimit) ? terms.upperLimit : order.price;
}

/** The price that an order bears before the exchange has it: its limit, or about what it will be traded at. */
export function submittedPrice(input: OrderInput, terms: TradingTerms, view: MarketView): number {
  return input.priceType === "limit" ? input.price : firstOf(view.last, terms.preSettlement);
}

/** The first of these that is a price; 0 where none is. */
export function firstOf(...prices: readonly number[]): number {
  return prices.find((price) => Number.isFinite(price)) ?? 0;
}

function bestPrice(view: MarketView): number {
  return view.bidPrices[0] ?? view.askPrices[0] ?? NaN;
}

function orNull(price: number): number | null {
  return Number.isFinite(price) ? price : null;
}
