/**
 * The orders and fills of an account at an upstream, each under two names: that of the upstream's session and that of the session here
 * which gave it. Pure.
 */
import type { Fill, Order, OrderInput, OrderStatus, TradingSession } from "@tickwire/protocol/model";

/**
 * Added to the FrontID of orders that were given elsewhere, so that no session here takes them for its own: both sides count their
 * sessions from 1.
 */
export const FOREIGN_FRONTS = 1_000;
/** How far an order has come. */
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

/** Who gave an order here, and under which name. */
export interface Giver {
  readonly user: string;
  readonly session: TradingSession;
  readonly input: OrderInput;
}

/** One order. */
export interface Entry {
  /** Its name at the upstream. */
  readonly session: TradingSession;
  readonly ref: string;
  /** Undefined where it was given elsewhere. */
  readonly giver: Giver | undefined;
  /** As the upstream told it last; undefined before it did. */
  order: Order | undefined;
  /** Whether it is not known that the upstream has it. */
  lost: boolean;
}

function keyOf({ frontId, sessionId }: TradingSession, ref: string): string {
  return `${frontId} ${sessionId} ${ref.trim()}`;
}

function sysKeyOf(exchange: string, sysId: string): string {
  return `${exchange} ${sysId.trim()}`;
}

/** See above. */
export class Mirror {
  readonly #entries = new Map<string, Entry>();
  /** By the name that it has here. */
  readonly #here = new Map<string, Entry>();
  readonly #bySysId = new Map<string, Entry>();
  readonly #fills = new Map<string, Fill>();

  /** Forgets everything: another trading day. */
  clear(): void {
    for (const map of [this.#entries, this.#here, this.#bySysId, this.#fills]) map.clear();
  }

  /** An order is about to be given. */
  give(session: TradingSession, ref: string, giver: Giver): Entry {
    return this.#add({ session, ref, giver, order: undefined, lost: false });
  }

  /** The upstream does not have it. */
  drop(entry: Entry): void {
    this.#entries.delete(keyOf(entry.session, entry.ref));
    if (entry.giver !== undefined) this.#here.delete(keyOf(entry.giver.session, entry.giver.input.ref));
  }

  /** Takes an order as the upstream tells it; undefined where that is older than what is known. */
  order(order: Order): Entry | undefined {
    const { session, input } = order;
    const known = this.#entries.get(keyOf(session, input.ref));
    const entry = known ?? this.#add({ session, ref: input.ref, giver: undefined, order: undefined, lost: false });
    if (entry.order !== undefined && isOlder(order, entry.order)) return undefined;
    entry.order = order;
    entry.lost = false;
    if (order.sysId !== "") this.#bySysId.set(sysKeyOf(input.exchange, order.sysId), entry);
    return entry;
  }

  /** Takes a fill. */
  fill(fill: Fill): void {
    this.#fills.set(`${fill.exchange} ${fill.tradeId} ${fill.side} ${fill.sysId}`, fill);
  }

  /** The order that has this name here. */
  find(session: TradingSession, ref: string): Entry | undefined {
    return this.#here.get(keyOf(session, ref));
  }

  /** The order that the exchange knows by this number; exchanges may have the same ones, so the instrument must be its own. */
  findBySysId(exchange: string, sysId: string, instrument: string): Entry | undefined {
    const isMeant = ({ order }: Entry): boolean => instrument === "" || order?.input.instrument === instrument;
    const found = this.#bySysId.get(sysKeyOf(exchange, sysId));
    if (found !== undefined || exchange !== "") return found !== undefined && isMeant(found) ? found : undefined;
    return this.#told.find((entry) => entry.order?.sysId.trim() === sysId.trim() && isMeant(entry));
  }

  /** Orders of which it is not known whether the upstream has them. */
  get lost(): readonly Entry[] {
    return [...this.#entries.values()].filter((entry) => entry.lost);
  }

  /** All orders that the upstream has told of, as a user here sees them. */
  orders(user: string): readonly Order[] {
    return this.#told.map((entry) => toOrderHere(entry, user));
  }

  /** All fills, likewise. */
  fills(user: string): readonly Fill[] {
    return Array.from(this.#fills.values(), (fill) => this.toFillHere(fill, user));
  }

  /** A fill as a user here sees it. */
  toFillHere(fill: Fill, user: string): Fill {
    const giver = this.#bySysId.get(sysKeyOf(fill.exchange, fill.sysId))?.giver;
    return { ...fill, user, ref: giver?.input.ref ?? fill.ref };
  }

  get #told(): readonly Entry[] {
    return [...this.#entries.values()].filter(({ order }) => order !== undefined);
  }

  #add(entry: Entry): Entry {
    this.#entries.set(keyOf(entry.session, entry.ref), entry);
    const { session, ref } = nameHere(entry);
    this.#here.set(keyOf(session, ref), entry);
    return entry;
  }
}

/** The name that an order has here. */
function nameHere({ giver, session, ref }: Entry): { readonly session: TradingSession; readonly ref: string } {
  if (giver !== undefined) return { session: giver.session, ref: giver.input.ref };
  return { session: { ...session, frontId: session.frontId + FOREIGN_FRONTS }, ref };
}

/** The order as a user here sees it: under its name here, and his own. To be called where the upstream has told of it. */
export function toOrderHere(entry: Entry, user: string): Order {
  const order = entry.order!;
  const { session, ref } = nameHere(entry);
  const { requestId, labels } = entry.giver?.input ?? order.input;
  return { ...order, user, session, input: { ...order.input, ref, requestId, labels } };
}

/** Whether nothing more can become of it. */
export function hasEnded({ order }: Entry): boolean {
  return order !== undefined && PROGRESS[order.status] === ENDED;
}

function isOlder(order: Order, known: Order): boolean {
  const progress = PROGRESS[order.status] - PROGRESS[known.status];
  return progress < 0 || order.filled < known.filled || (progress === 0 && order.reports < known.reports);
}
