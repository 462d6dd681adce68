/** How far an order has come, and which of two reports about it is the newer. Pure. */
import type { Order, OrderStatus } from "./order.ts";

/** How far an order has come: it never goes back. */
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

/** Whether nothing will become of an order in this state any more. */
export function hasOrderEnded(status: OrderStatus): boolean {
  return PROGRESS[status] === ENDED;
}

/** Whether a report of an order tells more than the one that is known: reports come again after a break, and in any order. */
export function isOrderNews(order: Order, known: Order): boolean {
  const progress = PROGRESS[order.status] - PROGRESS[known.status];
  if (progress !== 0 || order.filled !== known.filled) return progress >= 0 && order.filled >= known.filled;
  if (order.reports < known.reports) return false;
  return order.submit !== known.submit || order.sysId !== known.sysId || order.message !== known.message;
}
