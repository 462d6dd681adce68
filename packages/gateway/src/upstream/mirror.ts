/**
 * The orders and fills of an account at an upstream, each under two names: that of the upstream's session and that of the session here
 * which gave it. Pure.
 */
import {
  hasOrderEnded,
  isOrderNews,
  type Fill,
  type Order,
  type TradingDay,
  type TradingSession,
} from "@tickwire/protocol/model";
import type { Giver } from "../ports/upstream.ts";

/**
 * Added to the FrontID of orders that were given elsewhere, so that no session here takes them for its own: both sides count their
 * sessions from 1.
 */
export const FOREIGN_FRONTS = 1_000;

/** One order. */
export interface Entry {
  /** Its name at the upstream. */
  readonly session: TradingSession;
  readonly ref: string;
  /** Undefined where it was given elsewhere. */
  readonly giver: Giver | undefined;
  /** As the upstream told it last; undefined before it did. */
  order: Order | undefined;
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
  #refused = 0;

  /**
   * Another trading day: forgets everything that is not known to be of it, but for what is under way and may be. Returns what is
   * left.
   */
  begin(day: TradingDay, isUnderWay: (entry: Entry) => boolean): readonly Entry[] {
    const stays = (entry: Entry): boolean =>
      entry.order === undefined ? isUnderWay(entry) : entry.order.tradingDay === day;
    for (const entry of this.#entries.values()) if (!stays(entry)) this.#remove(entry);
    this.#refused = 0;
    this.#bySysId.clear();
    for (const entry of this.#entries.values()) if (entry.order !== undefined) this.#index(entry, entry.order);
    for (const [key, { tradingDay }] of this.#fills) if (tradingDay !== day) this.#fills.delete(key);
    return [...this.#entries.values()];
  }

  /** An order is about to be given. */
  give(session: TradingSession, ref: string, giver: Giver): Entry {
    return this.#add({ session, ref, giver, order: undefined });
  }

  /** The upstream has refused it. */
  drop(entry: Entry): void {
    this.#remove(entry);
    this.#refused++;
  }

  #remove(entry: Entry): void {
    this.#entries.delete(keyOf(entry.session, entry.ref));
    const { session, ref } = nameHere(entry);
    this.#here.delete(keyOf(session, ref));
  }

  /** Takes an order as the upstream tells it; undefined where that is no news. */
  order(order: Order): Entry | undefined {
    const { session, input } = order;
    const known = this.#entries.get(keyOf(session, input.ref));
    const entry = known ?? this.#add({ session, ref: input.ref, giver: undefined, order: undefined });
    if (entry.order !== undefined && !isOrderNews(order, entry.order)) return undefined;
    entry.order = order;
    this.#index(entry, order);
    return entry;
  }

  /** Takes a fill; false where that is no news. */
  fill(fill: Fill): boolean {
    const key = `${fill.exchange} ${fill.tradeId} ${fill.side} ${fill.sysId}`;
    if (this.#fills.has(key)) return false;
    this.#fills.set(key, fill);
    return true;
  }

  /** The order that has this name at the upstream. */
  at(session: TradingSession, ref: string): Entry | undefined {
    return this.#entries.get(keyOf(session, ref));
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

  /** How many orders there are and were this trading day: the names of those that were refused are kept as well. */
  get size(): number {
    return this.#entries.size + this.#refused;
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
    const entry = this.findBySysId(fill.exchange, fill.sysId, fill.instrument);
    return { ...fill, user, ref: entry?.giver?.input.ref ?? fill.ref };
  }

  get #told(): readonly Entry[] {
    return [...this.#entries.values()].filter(({ order }) => order !== undefined);
  }

  #index(entry: Entry, { sysId, input }: Order): void {
    if (sysId !== "") this.#bySysId.set(sysKeyOf(input.exchange, sysId), entry);
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
  const { requestId, labels } = entry.giver?.input ?? { ...order.input, labels: withoutOwner(order.input.labels) };
  return { ...order, user, session, input: { ...order.input, ref, requestId, labels } };
}

/** Fields that name the account at the upstream. */
const OWNER: ReadonlySet<string> = new Set(["AccountID", "ClientID"]);

function withoutOwner(labels: Order["input"]["labels"]): Order["input"]["labels"] {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !OWNER.has(name)));
}

/** Whether nothing more can become of it. */
export function hasEnded({ order }: Entry): boolean {
  return order !== undefined && hasOrderEnded(order.status);
}
