/**
 * The life of an order: what it may become, and how it then looks. Orders are values: each change makes a new one, which is
 * the report about it as well (ctp.md d.4).
 */
import type { EpochMs, Order, OrderStatus } from "@tickwire/protocol/model";
import type { Level } from "./book.ts";
import type { Owner } from "./day-orders.ts";

/** Characters of an OrderSysID, OrderLocalID, TradeID or ParkedOrderID: digits, right-aligned. */
const ID_WIDTH = 12;
/** What OrderSysIDs of conditional orders begin with (ctp.md d.4.6). */
export const CONDITIONAL_PREFIX = "TJBD_";

/** CTP StatusMsg by status (ctp.md d.4; those of conditional orders are the header's names of the codes). */
const MESSAGES: Readonly<Record<OrderStatus, string>> = {
  submitted: "报单已提交",
  queueing: "未成交",
  "part-filled": "部分成交",
  filled: "全部成交",
  canceled: "已撤单",
  untouched: "尚未触发",
  touched: "已触发",
};
/** What the message of an order begins with that the exchange refused; the exchange's own text follows. */
const REJECTED_MESSAGE = "已撤单报单被拒绝";

/** What a status may be followed by. */
const NEXT: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  submitted: ["queueing", "canceled"],
  queueing: ["part-filled", "filled", "canceled"],
  "part-filled": ["part-filled", "filled", "canceled"],
  filled: [],
  canceled: [],
  untouched: ["touched", "canceled"],
  touched: [],
};

/** An order of this trading day: its newest state, and its place in the book while it has one. */
export class Entry {
  order: Order;
  readonly owner: Owner;
  readonly buys: boolean;
  /** Lots that are neither filled nor canceled. */
  left: number;
  /** Its price in steps of the grid, from acceptance on. */
  steps = 0;
  /** Lots of the market that stand before it at its price. Not state: it is guessed anew after a restart. */
  ahead = 0;
  /** Where it rests; undefined: nowhere. */
  level: Level | undefined = undefined;
  previous: Entry | undefined = undefined;
  next: Entry | undefined = undefined;

  constructor(order: Order, owner: Owner) {
    this.order = order;
    this.owner = owner;
    this.buys = order.input.side === "buy";
    this.left = order.input.volume - order.filled;
  }
}

/** Blanks by the number of digits that follow. */
const BLANKS: readonly string[] = Array.from({ length: ID_WIDTH + 1 }, (_, digits) => " ".repeat(ID_WIDTH - digits));

/** An id as exchanges write it: right-aligned in 12 characters (ctp.md d.4.4). */
export function alignId(number: number): string {
  const digits = `${number}`;
  return (BLANKS[digits.length] ?? "") + digits;
}

/** The number of such an id, however it is aligned; `NaN` for anything else. */
export function numberOfId(id: string): number {
  const text = id.trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : NaN;
}

/** CTP StatusMsg of an order that is in this state by itself. */
export function messageOf(status: OrderStatus): string {
  return MESSAGES[status];
}

/** Whether nothing can become of an order any more. */
export function isFinished(status: OrderStatus): boolean {
  return NEXT[status].length === 0;
}

/** An order as JSON gave it, with every field. */
export function toOrder(stored: Order): Order {
  return { ...stored, canceled: stored.canceled };
}

/** The exchange accepted it: it has an OrderSysID and a price to stand for. */
export function accepted(order: Order, at: EpochMs, sysId: string, price: number): Order {
  const status = next(order, "queueing");
  const message = MESSAGES[status];
  return { ...order, status, submit: "accepted", message, sysId, price, updated: at, reports: order.reports + 1 };
}

/** The exchange refused it; `text` is the exchange's. */
export function rejected(order: Order, at: EpochMs, text: string): Order {
  const status = next(order, "canceled");
  const message = REJECTED_MESSAGE + text;
  const reports = order.reports + 1;
  return { ...order, status, submit: "insert-rejected", message, updated: at, canceled: at, reports };
}

/** So much more of it was filled. */
export function filledBy(order: Order, at: EpochMs, volume: number): Order {
  const filled = order.filled + volume;
  if (filled > order.input.volume) throw new Error(`order ${order.id} is filled beyond its volume`);
  const status = next(order, filled === order.input.volume ? "filled" : "part-filled");
  return { ...order, status, message: MESSAGES[status], filled, updated: at, reports: order.reports + 1 };
}

/** What was left of it is canceled. */
export function canceledAt(order: Order, at: EpochMs): Order {
  const status = next(order, "canceled");
  const message = MESSAGES[status];
  const reports = order.reports + 1;
  return { ...order, status, submit: "accepted", message, updated: at, canceled: at, reports };
}

/** Its condition came true. */
export function touchedAt(order: Order, at: EpochMs): Order {
  const status = next(order, "touched");
  return { ...order, status, message: MESSAGES[status], updated: at, reports: order.reports + 1 };
}

/** The status, if the order may come to it; throws where it may not. */
function next(order: Order, status: OrderStatus): OrderStatus {
  if (NEXT[order.status].includes(status)) return status;
  throw new Error(`order ${order.id} cannot go from ${order.status} to ${status}`);
}
