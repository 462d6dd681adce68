/** What a client knows of its user's orders and trades, so that it can tell what is news. */
import type { Fill, Order, OrderStatus } from "@tickwire/protocol/model";

/** Orders and trades of a day that are remembered; the oldest that have ended go first. */
const MAX_KEPT = 50_000;
/** How far an order has come; it never goes back. */
const PROGRESS: Readonly<Record<OrderStatus, number>> = {
  submitted: 0,
  untouched: 0,
  queueing: 1,
  "part-filled": 2,
  touched: 3,
  filled: 3,
  canceled: 3,
};
const ENDED = 3;

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
    if (known !== undefined && !isNews(order, known)) return false;
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
      if (PROGRESS[status] === ENDED) return void this.#orders.delete(key);
    }
    this.#orders.delete(this.#orders.keys().next().value!);
  }
}

function isNews(order: Order, known: Order): boolean {
  const progress = PROGRESS[order.status] - PROGRESS[known.status];
  if (progress !== 0 || order.filled !== known.filled) return progress >= 0 && order.filled >= known.filled;
  if (order.reports < known.reports) return false;
  return order.submit !== known.submit || order.sysId !== known.sysId || order.message !== known.message;
}
