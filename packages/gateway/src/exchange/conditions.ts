/** What conditional orders wait for (ctp.md d.3). Pure. */
import type { Condition } from "@tickwire/protocol/model";
import type { MarketView } from "../ports/exchange.ts";

/** Whether a condition is true in a view; without the price that it is about it is not. */
export function isTouched(condition: Condition | undefined, view: MarketView): boolean {
  if (condition === undefined) return false;
  const price = watchedPrice(condition, view);
  switch (condition.is) {
    case ">":
      return price > condition.price;
    case ">=":
      return price >= condition.price;
    case "<":
      return price < condition.price;
    case "<=":
      return price <= condition.price;
  }
}

function watchedPrice({ of }: Condition, view: MarketView): number {
  if (of === "last") return view.last;
  return (of === "ask" ? view.askPrices : view.bidPrices)[0] ?? NaN;
}
