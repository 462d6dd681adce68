/** Futures contracts as instruments: those that are listed, and any other from its id. */
import { decimalsOf, epochOf, type EpochMs, type Instrument } from "../model/mod.ts";
import { contractDates } from "./contract-dates.ts";
import { FUTURE_PRODUCTS, type FutureProduct } from "./futures-products.ts";
import { LISTED_ON } from "./futures-table.ts";

/** Book levels of futures: SHFE and INE carry five (ctp.md d.10), the others are served alike. */
const LEVELS = 5;
/** A contract's id: product, then year and month (ctp.md d.11). */
const CONTRACT = /^([A-Za-z]{1,2})(\d{3,4})$/;
const LISTED_AT = epochOf("Asia/Shanghai", LISTED_ON, "12:00");

const products: ReadonlyMap<string, FutureProduct> = new Map(FUTURE_PRODUCTS.map((product) => [product.id, product]));

/** The product with this id, case as given, or undefined. */
export function futureProductOf(id: string): FutureProduct | undefined {
  return products.get(id);
}

/** The contracts listed on {@link LISTED_ON}, by product and month. */
export function listedFutures(): Instrument[] {
  return FUTURE_PRODUCTS.flatMap((product) =>
    product.listed.map((yymm) => makeContract(product, 2000 + Number(yymm.slice(0, 2)), Number(yymm.slice(2)))),
  );
}

/**
 * The contract with this id, listed or not (expired ones too); undefined when the id is not one that the product's
 * exchange would give: unknown product (case counts), a wrong number of digits, no month from 01 to 12.
 *
 * CZCE writes one digit of the year (`AP010`): of the decades it is the one that puts the delivery month nearest to `near`,
 * by default the day of the table.
 */
export function futureOf(id: string, near: EpochMs = LISTED_AT): Instrument | undefined {
  const [, letters, digits] = CONTRACT.exec(id) ?? [];
  if (letters === undefined || digits === undefined) return undefined;
  const product = products.get(letters);
  const month = Number(digits.slice(-2));
  if (product === undefined || month < 1 || month > 12) return undefined;
  if (digits.length !== (product.exchange === "CZCE" ? 3 : 4)) return undefined;
  const year = digits.length === 4 ? 2000 + Number(digits.slice(0, 2)) : nearestYear(Number(digits[0]), month, near);
  return makeContract(product, year, month);
}

function nearestYear(digit: number, month: number, near: EpochMs): number {
  const date = new Date(near);
  const nearMonths = date.getUTCFullYear() * 12 + date.getUTCMonth();
  const months = digit * 12 + month - 1;
  return digit + Math.round((nearMonths - months) / 120) * 10;
}

function makeContract(product: FutureProduct, year: number, month: number): Instrument {
  const yymm = `${String(year % 100).padStart(2, "0")}${String(month).padStart(2, "0")}`;
  const digits = product.exchange === "CZCE" ? yymm.slice(1) : yymm;
  const { create, open, expire } = contractDates(product, year, month);
  return {
    id: product.id + digits,
    kind: "future",
    market: "CN-FUTURES",
    exchange: product.exchange,
    product: product.id,
    name: product.name + digits,
    priceTick: product.priceTick,
    priceDecimals: decimalsOf(product.priceTick),
    volumeDecimals: 0,
    multiplier: product.multiplier,
    levels: LEVELS,
    currency: "CNY",
    hours: product.hours,
    future: {
      deliveryYear: year,
      deliveryMonth: month,
      createDate: create,
      openDate: open,
      expireDate: expire,
      maxLimitOrderVolume: product.maxLimitOrderVolume,
      minLimitOrderVolume: 1,
      maxMarketOrderVolume: product.maxMarketOrderVolume,
      minMarketOrderVolume: product.minMarketOrderVolume,
      longMarginRatio: product.marginRatio,
      shortMarginRatio: product.marginRatio,
      positionDateType: product.positionDateType,
      positionType: "2",
      maxMarginSideAlgorithm: product.maxMarginSideAlgorithm,
    },
  };
}
