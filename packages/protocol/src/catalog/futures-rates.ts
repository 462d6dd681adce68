/** Margin and fees of futures as rates, for whoever charges them. */
import type { Rate, TradingTerms } from "../model/mod.ts";
import type { Commission, FutureProduct } from "./futures-products.ts";

/** What an order for a contract is charged by. */
export type FutureRates = Pick<TradingTerms, "longMargin" | "shortMargin" | "openFee" | "closeFee" | "closeTodayFee">;

/** Assumed where a product's fee is not known: a ten-thousandth of the turnover for each of opening and closing. */
const USUAL_COMMISSION: Commission = { by: "money", open: 1e-4, close: 1e-4, closeToday: 1e-4 };

/** A product's margin (both sides alike) and fees; an unknown fee is a ten-thousandth of the turnover. */
export function futureRates(product: FutureProduct): FutureRates {
  const { by, open, close, closeToday } = product.commission ?? USUAL_COMMISSION;
  const toRate = (fee: number): Rate =>
    by === "money" ? { byMoney: fee, byVolume: 0 } : { byMoney: 0, byVolume: fee };
  const margin: Rate = { byMoney: product.marginRatio, byVolume: 0 };
  return {
    longMargin: margin,
    shortMargin: margin,
    openFee: toRate(open),
    closeFee: toRate(close),
    closeTodayFee: toRate(closeToday),
  };
}
