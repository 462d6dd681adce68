/**
 * Orders and cancels that the upstream parks until its exchange opens. They wait there, under numbers of its own; an order that is sent
 * then is one of the upstream's making, as what a condition triggers is.
 */
import { inputOrderActionFields, inputOrderFields } from "@tickwire/protocol/ctp";
import type { CancelInput, OrderInput, ParkedCancel, ParkedOrder, TradingSession } from "@tickwire/protocol/model";
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { LaterAnswer, LaterParked, ParkedKind, WireRow } from "../ports/trading.ts";
import type { UpstreamTrader } from "../ports/upstream.ts";
import { nameThere, type PassedOrders } from "./orders.ts";

/** What removes each kind, and the field with its number. */
const REMOVALS = {
  order: ["ReqRemoveParkedOrder", "ParkedOrderID"],
  cancel: ["ReqRemoveParkedOrderAction", "ParkedOrderActionID"],
} as const;

/** See the file's head. */
export class Parking {
  readonly #trader: UpstreamTrader;
  readonly #orders: PassedOrders;

  constructor(trader: UpstreamTrader, orders: PassedOrders) {
    this.#trader = trader;
    this.#orders = orders;
  }

  /** Parks an order. It goes without a reference: those that are given until it is sent would overtake its own. */
  async park(user: string, session: TradingSession, input: OrderInput): LaterParked<ParkedOrder> {
    const fields = inputOrderFields({ ...input, ref: "", requestId: 0, labels: {} }, user, "");
    const id = idOf(await this.#trader.ask("ReqParkedOrderInsert", fields), "ParkedOrderID");
    return typeof id === "string" ? id : { ...id, user, session, input };
  }

  /** Parks a cancel of an order that is known. */
  async parkCancel(user: string, session: TradingSession, input: CancelInput): LaterParked<ParkedCancel> {
    const entry = this.#orders.find(input);
    if (entry === undefined) return "orderNotFound";
    const there = nameThere(entry);
    const key = there.sysId === "" ? { session: there.session, ref: there.input.ref } : { session: undefined, ref: "" };
    const named = { ...there.input, ...key, sysId: there.sysId, requestId: 0 };
    const rows = await this.#trader.ask("ReqParkedOrderAction", inputOrderActionFields(named, user, ""));
    const id = idOf(rows, "ParkedOrderActionID");
    return typeof id === "string" ? id : { ...id, user, session, input };
  }

  /** Removes what waits. */
  async unpark(id: string, kind: ParkedKind): LaterAnswer {
    const [request, field] = REMOVALS[kind];
    const rows = await this.#trader.ask(request, { BrokerID: "", InvestorID: "", [field]: id });
    return typeof rows === "string" ? refusalOf(rows) : undefined;
  }
}

/** The number that the upstream has parked something under, or why it has not. */
function idOf(
  rows: readonly WireRow[] | "lost" | CtpErrorName,
  field: string,
): Pick<ParkedOrder, "id" | "state" | "error"> | CtpErrorName {
  if (typeof rows === "string") return refusalOf(rows);
  const id = rows[0]?.[field];
  return id === undefined ? "sendFailed" : { id: String(id), state: "waiting", error: undefined };
}

/** Nobody knows of a request without an answer: what waits can be asked for. */
function refusalOf(error: "lost" | CtpErrorName): CtpErrorName {
  return error === "lost" ? "sendFailed" : error;
}
