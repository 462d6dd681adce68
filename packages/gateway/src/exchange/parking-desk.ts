/** Takes what is to wait for the next session, and sends it when that begins. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  CancelInput,
  EpochMs,
  OrderInput,
  ParkedCancel,
  ParkedOrder,
  TradingSession,
} from "@tickwire/protocol/model";
import { exchangeFault, fieldFault } from "./checks.ts";
import type { DeskParts } from "./front.ts";
import type { OrderDesk } from "./order-desk.ts";
import { alignId, numberOfId } from "./orders.ts";
import type { Parked } from "./parked.ts";
import { takesOrders } from "./phases.ts";

/** Parked orders and cancels (CTP ReqParkedOrderInsert, ReqParkedOrderAction). */
export class ParkingDesk {
  readonly #parts: DeskParts;
  readonly #desk: OrderDesk;
  /** Ids of what was parked during a session: it waits for the next. Not state: after a restart it does not. */
  readonly #late = new Set<string>();

  constructor(parts: DeskParts, desk: OrderDesk) {
    this.#parts = parts;
    this.#desk = desk;
  }

  /** Parks an order; where the market never closes it goes out at once, after it was parked. */
  park(user: string, session: TradingSession, input: OrderInput, at: EpochMs): ParkedOrder | CtpErrorName {
    const venue = this.#parts.floor.find(input.instrument);
    if (typeof venue === "string") return venue;
    const fault = exchangeFault(input.exchange, venue.instrument) ?? this.#fault(user) ?? fieldFault(input);
    if (fault !== undefined) return fault;
    if (input.condition !== undefined) return "parkedWrongType";
    const { id, state, error } = this.#ticket();
    const exchange = venue.instrument.exchange;
    const price = Number.isFinite(input.price) ? input.price : 0;
    const parked: ParkedOrder = { id, user, session, input: { ...input, exchange, price }, state, error };
    this.#parts.teller.commit({ op: "park", parked });
    this.#wait({ kind: "order", parked }, at);
    return parked;
  }

  /** Parks a cancel likewise. */
  parkCancel(user: string, session: TradingSession, input: CancelInput, at: EpochMs): ParkedCancel | CtpErrorName {
    const fault = this.#fault(user);
    if (fault !== undefined) return fault;
    const entry = this.#desk.find(user, session, input);
    if (entry === undefined) return "orderNotFound";
    const { id, state, error } = this.#ticket();
    const { instrument, exchange } = entry.order.input;
    const parked: ParkedCancel = { id, user, session, input: { ...input, instrument, exchange }, state, error };
    this.#parts.teller.commit({ op: "park-cancel", parked });
    this.#wait({ kind: "cancel", parked }, at);
    return parked;
  }

  /** Removes what waits. */
  unpark(user: string, id: string): CtpErrorName | undefined {
    const found = this.#parts.state.parked.find(id)?.parked;
    if (found === undefined || found.user !== user) return "parkedNotFound";
    if (found.state !== "waiting") return found.state === "sent" ? "parkedSent" : "parkedRemoved";
    this.#late.delete(found.id);
    this.#parts.teller.commit({ op: "unpark", id: found.id, state: "removed" });
    return undefined;
  }

  /** Time has passed: sends, oldest first, what waited for an instrument that takes orders now. At least once a second. */
  advance(at: EpochMs): void {
    if (this.#parts.state.parked.waits === 0) return;
    for (const item of this.#parts.state.parked.waiting()) {
      const { id, input } = item.parked;
      const venue = this.#parts.floor.find(input.instrument);
      if (typeof venue === "string" || venue.product.phase === undefined) continue;
      if (!takesOrders(venue.product.phase)) this.#late.delete(id);
      else if (!this.#late.has(id)) this.#send(item, at);
    }
  }

  /** Sends at once where there is no next session; notes what was parked during one. */
  #wait(item: Parked, at: EpochMs): void {
    const venue = this.#parts.floor.find(item.parked.input.instrument);
    if (typeof venue === "string") return;
    const { hours, phase } = venue.product;
    if (hours.always === true) this.#send(item, at);
    else if (phase !== undefined && takesOrders(phase)) this.#late.add(item.parked.id);
  }

  #send(item: Parked, at: EpochMs): void {
    if (item.kind === "order") this.#sendOrder(item.parked, at);
    else this.#sendCancel(item.parked, at);
  }

  /** Its reference is kept where it still is the session's greatest; else it gets the next one. */
  #sendOrder({ id, user, session, input: given }: ParkedOrder, at: EpochMs): void {
    const isNext = numberOfId(given.ref) > this.#parts.state.orders.lastRef(session);
    const input = isNext ? given : { ...given, ref: "" };
    this.#desk.insert({ user, session, input, at, trigger: undefined }, (error) => this.#sent(id, error));
  }

  #sendCancel({ id, user, session, input }: ParkedCancel, at: EpochMs): void {
    this.#sent(id, this.#desk.cancelFault(user, session, input));
    this.#desk.cancel(user, session, input, at);
  }

  #sent(id: string, error: CtpErrorName | undefined): void {
    this.#parts.teller.commit({ op: "unpark", id, state: "sent", ...(error === undefined ? {} : { error }) });
  }

  #fault(user: string): CtpErrorName | undefined {
    const { state, limits } = this.#parts;
    if (!state.accounting.has(user)) return "noTradingRight";
    return state.parked.count(user) >= limits.parkedPerUser ? "tooManyParked" : undefined;
  }

  #ticket(): { readonly id: string; readonly state: "waiting"; readonly error: undefined } {
    return { id: alignId(this.#parts.state.parked.nextId), state: "waiting", error: undefined };
  }
}
