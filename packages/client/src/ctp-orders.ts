/** Orders on their way: from the frame that gives one to the first answer of the exchange. */
import type { Fields, LoginReply, RspInfo, TradingPush } from "@tickwire/protocol/ctp";
import { ClientError, type Timers } from "./connection.ts";
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

interface Pending {
  readonly resolve: (order: Row) => void;
  readonly reject: (error: ClientError) => void;
  readonly cancelTimeout: () => void;
}

/** The orders of one session that wait for an answer, by OrderRef. */
export class NewOrders {
  readonly #timers: Timers;
  readonly #pending = new Map<string, Pending>();
  #ref = 0;
  #sessionId = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** A session begins: its references go on after `maxOrderRef`, reports of other sessions are not about them. */
  begin({ maxOrderRef, sessionId }: Pick<LoginReply, "maxOrderRef" | "sessionId">): void {
    this.#sessionId = sessionId;
    this.#ref = Math.max(this.#ref, Number(maxOrderRef) || 0);
  }

  /** An order with everything filled in, and what becomes of it. */
  add(order: Fields): { readonly body: Fields; readonly placed: Promise<Row> } {
    const body: Fields = { ...USUAL, OrderRef: String(++this.#ref), ...order };
    const ref = String(body["OrderRef"]);
    const { promise: placed, resolve, reject } = Promise.withResolvers<Row>();
    const cancelTimeout = this.#timers.after(REPLY_TIMEOUT_MS, () =>
      this.#take(ref)?.reject(new ClientError("timeout", `order ${ref}: no reply within ${REPLY_TIMEOUT_MS / 1000} s`)),
    );
    this.#pending.set(ref, { resolve, reject, cancelTimeout });
    return { body, placed };
  }

  /** Takes note of a push. */
  hear({ kind, body }: TradingPush): void {
    if (kind !== "order" || body["SessionID"] !== this.#sessionId || body["OrderStatus"] === SUBMITTED) return;
    this.#take(body["OrderRef"])?.resolve(body);
  }

  /** The front refused an order: the one that is named, or else the oldest. */
  refuse({
    body,
    info,
    detail,
  }: {
    readonly body: Row | null;
    readonly info: RspInfo;
    readonly detail?: string;
  }): void {
    const ref = body?.["OrderRef"] ?? this.#pending.keys().next().value;
    const why = `order ${String(ref)}: ${info.ErrorID} ${info.ErrorMsg}${detail === undefined ? "" : ` (${detail})`}`;
    this.#take(ref)?.reject(new ClientError("refused", why, info.ErrorID));
  }

  /** Nothing more is coming. */
  fail(error: ClientError): void {
    for (const ref of this.#pending.keys()) this.#take(ref)?.reject(error);
  }

  #take(ref: unknown): Pending | undefined {
    const pending = this.#pending.get(String(ref));
    this.#pending.delete(String(ref));
    pending?.cancelTimeout();
    return pending;
  }
}
