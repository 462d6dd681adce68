/** The orders of a trading day and the keys by which they are found (ctp.md d.5). */
import type { EpochMs, Order, TradingSession } from "@tickwire/protocol/model";
import { CONDITIONAL_PREFIX, Entry, numberOfId } from "./orders.ts";
import type { Trade } from "./trades.ts";

/** What one user did today. */
export interface Owner {
  readonly orders: Entry[];
  /** Trades with this user on a side, or on both. */
  readonly trades: Trade[];
  /** Orders that are not finished, conditional ones included. */
  open: number;
  /** Conditional orders that are not touched. */
  untouched: number;
  /** The greatest reference in any session, as a number. */
  lastRef: number;
  /** When the settlement was confirmed. */
  confirmed: EpochMs | undefined;
}

/** Orders of one session. References only grow: what belongs to one is found by halving. */
class SessionOrders {
  readonly #refs: number[] = [];
  readonly #entries: Entry[] = [];

  /** The greatest reference, 0 without any. */
  get last(): number {
    return this.#refs.at(-1) ?? 0;
  }

  /** Adds an order with a greater reference, or puts it in the place of the one that has the same. */
  set(ref: number, entry: Entry): void {
    if (ref > this.last) {
      this.#refs.push(ref);
      this.#entries.push(entry);
      return;
    }
    const place = this.#place(ref);
    if (this.#refs[place] !== ref) throw new Error(`order ${entry.order.id} has a reference that came too late`);
    this.#entries[place] = entry;
  }

  get(ref: number): Entry | undefined {
    const place = this.#place(ref);
    return this.#refs[place] === ref ? this.#entries[place] : undefined;
  }

  #place(ref: number): number {
    let low = 0;
    let high = this.#refs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#refs[middle]! < ref) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** All orders of the day; ids are contiguous. */
export class DayOrders {
  #base = 1;
  #entries: Entry[] = [];
  readonly #owners = new Map<string, Owner>();
  /** By SessionID, then by FrontID. */
  readonly #sessions = new Map<number, Map<number, SessionOrders>>();
  readonly #accepted = new Map<string, Entry[]>();
  readonly #conditional = new Map<string, Entry>();
  #lastSessionId = 0;

  /** The id of the next order. */
  get nextId(): number {
    return this.#base + this.#entries.length;
  }

  /** Every order of the day, in the order of their ids. */
  get all(): readonly Entry[] {
    return this.#entries;
  }

  /** Highest SessionID of an order, 0 without orders. */
  get lastSessionId(): number {
    return this.#lastSessionId;
  }

  /** Orders that an exchange has accepted today. */
  acceptedAt(exchange: string): number {
    return this.#accepted.get(exchange)?.length ?? 0;
  }

  /** What a user did; the record is made where there is none. */
  owner(user: string): Owner {
    let owner = this.#owners.get(user);
    if (owner === undefined) {
      owner = { orders: [], trades: [], open: 0, untouched: 0, lastRef: 0, confirmed: undefined };
      this.#owners.set(user, owner);
    }
    return owner;
  }

  /** The same; undefined where there is none. */
  findOwner(user: string): Owner | undefined {
    return this.#owners.get(user);
  }

  /** Users with their records. */
  owners(): IterableIterator<[string, Owner]> {
    return this.#owners.entries();
  }

  /** Adds an order with the next id. */
  add(order: Order): Entry {
    const entry = new Entry(order, this.owner(order.user));
    if (order.id !== this.nextId) throw new Error(`order ${order.id} does not follow ${this.nextId - 1}`);
    this.#entries.push(entry);
    entry.owner.orders.push(entry);
    const ref = Number(order.input.ref);
    this.#session(order.session).set(ref, entry);
    if (ref > entry.owner.lastRef) entry.owner.lastRef = ref;
    if (order.session.sessionId > this.#lastSessionId) this.#lastSessionId = order.session.sessionId;
    if (order.sysId.startsWith(CONDITIONAL_PREFIX)) this.#conditional.set(order.sysId, entry);
    return entry;
  }

  /** Adds the OrderSysID that an order has just got: the next one of its exchange. */
  addAccepted(entry: Entry): void {
    const { exchange } = entry.order.input;
    const list = this.#accepted.get(exchange);
    if (list === undefined) this.#accepted.set(exchange, [entry]);
    else list.push(entry);
  }

  /** The order with this id; throws where there is none. */
  get(id: number): Entry {
    const entry = this.#entries[id - this.#base];
    if (entry === undefined) throw new Error(`there is no order ${id} today`);
    return entry;
  }

  /** The newest reference of a session as a number, 0 without any. */
  lastRef(session: TradingSession): number {
    return this.#sessions.get(session.sessionId)?.get(session.frontId)?.last ?? 0;
  }

  /** The order of a session with this reference, blanks aside. */
  byRef(session: TradingSession, ref: string): Entry | undefined {
    return this.#sessions.get(session.sessionId)?.get(session.frontId)?.get(numberOfId(ref));
  }

  /** The order that an exchange knows by this id, blanks around it aside. */
  bySysId(exchange: string, sysId: string): Entry | undefined {
    const number = numberOfId(sysId);
    if (!Number.isNaN(number)) return this.#accepted.get(exchange)?.[number - 1];
    const entry = this.#conditional.get(sysId.trim());
    return entry?.order.input.exchange === exchange ? entry : undefined;
  }

  /** Forgets the day. */
  clear(nextId: number): void {
    this.#base = nextId;
    this.#entries = [];
    this.#owners.clear();
    this.#sessions.clear();
    this.#accepted.clear();
    this.#conditional.clear();
    this.#lastSessionId = 0;
  }

  #session({ frontId, sessionId }: TradingSession): SessionOrders {
    let fronts = this.#sessions.get(sessionId);
    if (fronts === undefined) this.#sessions.set(sessionId, (fronts = new Map()));
    let session = fronts.get(frontId);
    if (session === undefined) fronts.set(frontId, (session = new SessionOrders()));
    return session;
  }
}

/** Orders as they are now. */
export function ordersOf(entries: readonly Entry[]): Order[] {
  return entries.map(({ order }) => order);
}
