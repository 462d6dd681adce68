/** Orders and cancels on their way: from the frame that gives one to what the exchange says. */
import type { Fields, LoginReply, RowReply, TradingPush } from "@tickwire/protocol/ctp";
import { ClientError, type Timers } from "./connection.ts";
import { about, refusal } from "./ctp-errors.ts";
import { REPLY_TIMEOUT_MS } from "./requests.ts";

/** The body of a row or push as received. */
export type Row = Readonly<Record<string, unknown>>;

/** What an order is where nothing else is said: a limit order of a speculator, good for the day (ctp.md d.3). */
const USUAL: Fields = {
  OrderPriceType: "2",
  CombOffsetFlag: "0",
  CombHedgeFlag: "1",
  TimeCondition: "3",
  VolumeCondition: "1",
  MinVolume: 1,
  ContingentCondition: "1",
  ForceCloseReason: "0",
};
/** OrderStatus of what has passed the front and not reached the exchange yet. */
const SUBMITTED = "a";
/** OrderStatus of what has ended: filled, canceled, and (practically unused) no longer queueing. */
const ENDED: ReadonlySet<unknown> = new Set(["0", "2", "4", "5"]);

/** A frame that refuses an order or a cancel; `body` is null where the gateway itself did. */
export type OrderRefusal = Pick<RowReply, "body" | "info" | "requestId"> & { readonly detail?: string };

interface Pending {
  readonly what: string;
  /** RequestID. */
  readonly number: number;
  /** The order as far as it is known: what reports are compared with. */
  readonly order: Row;
  /** Whether a report about it is the answer. */
  readonly isAnswer: (report: Row) => boolean;
  readonly resolve: (order: Row) => void;
  readonly reject: (error: ClientError) => void;
  readonly cancelTimeout: () => void;
}

/** The orders and cancels of one session that wait for an answer. */
export class PendingOrders {
  readonly #timers: Timers;
  readonly #inserts = new Set<Pending>();
  readonly #cancels = new Set<Pending>();
  #ref = 0;
  #session: Row = {};

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** A session begins: its references go on after `maxOrderRef`, reports of other sessions are not about them. */
  begin({ maxOrderRef, frontId, sessionId }: Pick<LoginReply, "maxOrderRef" | "frontId" | "sessionId">): void {
    this.#session = { FrontID: frontId, SessionID: sessionId };
    this.#ref = Math.max(this.#ref, Number(maxOrderRef) || 0);
  }

  /** The next OrderRef of the session. */
  nextRef(): string {
    return String(++this.#ref);
  }

  /** An order with everything filled in. */
  complete(order: Fields): Fields {
    return { ...USUAL, ...order, OrderRef: order["OrderRef"] || this.nextRef() };
  }

  /** Waits for the exchange's first answer to an order; `send` sends it. */
  insert(order: Fields, number: number, send: () => void): Promise<Row> {
    const named = { ...this.#session, OrderRef: order["OrderRef"] };
    const isAnswer = (report: Row): boolean => report["OrderStatus"] !== SUBMITTED;
    return this.#add(this.#inserts, { what: `order ${named.OrderRef}`, number, order: named, isAnswer }, send);
  }

  /** Waits for the end of an order that is being canceled. */
  cancel(order: Row, number: number, send: () => void): Promise<Row> {
    const what = `cancel of order ${String(order["OrderSysID"] || order["OrderRef"]).trim()}`;
    const isAnswer = (report: Row): boolean => ENDED.has(report["OrderStatus"]);
    return this.#add(this.#cancels, { what, number, order, isAnswer }, send);
  }

  /** Takes note of a push. */
  hear({ kind, body }: TradingPush): void {
    if (kind !== "order") return;
    // The exchange gives references, too: to what a condition or a session's begin makes of an order (ctp.md d.5).
    if (isOfSession(body, this.#session)) this.#ref = Math.max(this.#ref, Number(body["OrderRef"]) || 0);
    for (const pending of [...this.#inserts, ...this.#cancels]) {
      if (isSame(pending.order, body) && pending.isAnswer(body)) this.#take(pending).resolve(body);
    }
  }

  /** An order or a cancel was refused: the one that is named, or else the oldest. False: nobody waits for it. */
  refuse(kind: "insert" | "cancel", { body, info, requestId, detail }: OrderRefusal): boolean {
    const [first, ...others] = kind === "insert" ? this.#inserts : this.#cancels;
    if (info.ErrorID === 0 || first === undefined) return false;
    const all = [first, ...others];
    const named =
      all.find(({ number }) => number === requestId) ?? all.find(({ order }) => body !== null && isNamed(order, body));
    const refused = named ?? (requestId === 0 ? first : undefined);
    if (refused !== undefined) this.#take(refused).reject(about(refused.what, refusal(info, detail)));
    return refused !== undefined;
  }

  /** Nothing more is coming: what became of those that wait is not known. */
  fail(why: string): void {
    for (const pending of [...this.#inserts, ...this.#cancels]) {
      this.#take(pending).reject(new ClientError("closed", `${pending.what}: ${why}; what became of it is not known`));
    }
  }

  #add(
    to: Set<Pending>,
    call: Pick<Pending, "what" | "number" | "order" | "isAnswer">,
    send: () => void,
  ): Promise<Row> {
    const { promise, resolve, reject } = Promise.withResolvers<Row>();
    const cancelTimeout = this.#timers.after(REPLY_TIMEOUT_MS, () =>
      this.#take(pending).reject(
        new ClientError("timeout", `${call.what}: no reply within ${REPLY_TIMEOUT_MS / 1000} s`),
      ),
    );
    const pending: Pending = { ...call, resolve, reject, cancelTimeout };
    to.add(pending);
    send();
    return promise;
  }

  #take(pending: Pending): Pending {
    this.#inserts.delete(pending);
    this.#cancels.delete(pending);
    pending.cancelTimeout();
    return pending;
  }
}

/**
 * Whether a report is about an order: by OrderSysID, exactly as received, or else by front, session and reference (ctp.md d.5). A
 * reference may be padded to its twelve characters; a front or an exchange that one side leaves out says nothing.
 */
function isSame(order: Row, report: Row): boolean {
  if (order["OrderSysID"]) {
    return order["OrderSysID"] === report["OrderSysID"] && agree(order, report, "ExchangeID");
  }
  return isOfSession(order, report) && refOf(order) === refOf(report);
}

function isOfSession(order: Row, session: Row): boolean {
  return order["SessionID"] === session["SessionID"] && agree(order, session, "FrontID");
}

/** Whether a refusal, which has no session, names an order: by its reference, or by the OrderSysID where it has none. */
function isNamed(order: Row, refused: Row): boolean {
  if (refOf(refused) !== "") return refOf(order) === refOf(refused);
  return Boolean(refused["OrderSysID"]) && order["OrderSysID"] === refused["OrderSysID"];
}

function refOf(row: Row): string {
  return String(row["OrderRef"] ?? "").trim();
}

/** Whether both say the same of a field, or one of them nothing. */
function agree(a: Row, b: Row, field: string): boolean {
  return !a[field] || !b[field] || a[field] === b[field];
}
