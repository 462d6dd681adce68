/** What a client knows of its user's orders and trades, so that it can tell what is news. */
import { hasOrderEnded, isOrderNews, type Fill, type Order } from "@tickwire/protocol/model";

/** Orders and trades of a day that are remembered; the oldest that have ended go first. */
const MAX_KEPT = 50_000;

/** Orders and trades of one trading day. */
export class OrderBooks {
  readonly #orders = new Map<string, Order>();
  readonly #fills = new Set<string>();
  #tradingDay = "";

  /** A trading day, maybe the same: nothing is kept from one to the next. */
  begin(tradingDay: string): void {
    if (tradingDay !== this.#tradingDay && this.#tradingDay !== "" && tradingDay !== "") {
      this.#orders.clear();
      this.#fills.clear();
    }
    this.#tradingDay = tradingDay || this.#tradingDay;
  }

  /** Takes note of an order; whether that is news. What is older than what is known, or the same, is none. */
  order(order: Order): boolean {
    const { frontId, sessionId } = order.session;
    const key = `${frontId} ${sessionId} ${order.input.ref}`;
    const known = this.#orders.get(key);
    if (known !== undefined && !isOrderNews(order, known)) return false;
    // Set anew, so that the order of the map is that of the changes.
    this.#orders.delete(key);
    this.#orders.set(key, order);
    if (this.#orders.size > MAX_KEPT) this.#forget();
    return true;
  }

  /** Takes note of a trade; whether that is news. */
  fill({ exchange, tradeId, side, sysId }: Fill): boolean {
    const key = `${exchange} ${tradeId} ${side} ${sysId}`;
    if (this.#fills.has(key)) return false;
    this.#fills.add(key);
    if (this.#fills.size > MAX_KEPT) this.#fills.delete(this.#fills.values().next().value!);
    return true;
  }

  #forget(): void {
    for (const [key, { status }] of this.#orders) {
      if (hasOrderEnded(status)) return void this.#orders.delete(key);
    }
    this.#orders.delete(this.#orders.keys().next().value!);
  }
}
