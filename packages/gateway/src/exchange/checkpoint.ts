/** All of the exchange's state as JSON can hold it, and back. */
import type { EpochMs, Order, TradingDay } from "@tickwire/protocol/model";
import type { StoredTerms } from "../ports/exchange.ts";
import { alignId, type Entry, isFinished, toOrder } from "./orders.ts";
import type { StoredParked } from "./parked.ts";
import type { ExchangeState } from "./state.ts";
import { toStoredTerms, toTerms } from "./terms.ts";
import { toStoredTrade, type StoredTrade, type Tape } from "./trades.ts";

/** Version of the form below. */
const VERSION = 1;

/** What a checkpoint holds. */
interface Checkpoint {
  readonly version: typeof VERSION;
  readonly time: EpochMs;
  readonly tradingDay: TradingDay;
  readonly settlementId: number;
  readonly nextOrder: number;
  readonly sequence: number;
  readonly conditional: number;
  readonly confirmed: readonly (readonly [user: string, at: EpochMs])[];
  readonly terms: readonly StoredTerms[];
  readonly orders: readonly Order[];
  readonly trades: readonly StoredTrade[];
  readonly tapes: readonly (readonly [instrument: string, tape: Tape])[];
  readonly marketNet: readonly (readonly [instrument: string, lots: number])[];
  readonly parked: StoredParked;
  readonly accounting: object;
}

/** The state as a checkpoint. Nothing of it changes when the state does. */
export function toCheckpoint(state: ExchangeState): object {
  const confirmed: [string, EpochMs][] = [];
  for (const [user, owner] of state.orders.owners()) {
    if (owner.confirmed !== undefined) confirmed.push([user, owner.confirmed]);
  }
  return {
    version: VERSION,
    time: state.time,
    tradingDay: state.tradingDay,
    settlementId: state.settlementId,
    nextOrder: state.orders.nextId,
    sequence: state.sequence,
    conditional: state.conditional,
    confirmed: byName(confirmed),
    terms: [...state.terms.values()].map(toStoredTerms),
    orders: state.orders.all.map(({ order }) => order),
    trades: state.trades.map(toStoredTrade),
    tapes: [...state.tapes].map(([id, tape]) => [id, { ...tape }] as const),
    marketNet: byName([...state.marketNet]),
    parked: state.parked.store(),
    accounting: state.accounting.checkpoint(),
  } satisfies Checkpoint;
}

/** Fills an empty state from a checkpoint. Throws where it is none of this version. */
export function restoreCheckpoint(state: ExchangeState, stored: object): void {
  const checkpoint = stored as Checkpoint;
  if (checkpoint.version !== VERSION) throw new Error("the ledger's checkpoint is of another version");
  state.time = checkpoint.time;
  state.tradingDay = checkpoint.tradingDay;
  state.settlementId = checkpoint.settlementId;
  state.sequence = checkpoint.sequence;
  state.conditional = checkpoint.conditional;
  state.terms.clear();
  for (const terms of checkpoint.terms) state.terms.set(terms.instrument, toTerms(terms));
  restoreOrders(state, checkpoint);
  for (const [user, at] of checkpoint.confirmed) state.orders.owner(user).confirmed = at;
  refill(
    state.tapes,
    checkpoint.tapes.map(([id, tape]) => [id, { ...tape }] as const),
  );
  refill(state.marketNet, checkpoint.marketNet);
  state.parked.restore(checkpoint.parked);
  state.accounting.restore(checkpoint.accounting);
}

/** Orders by their ids, which is the order in which they were accepted: so the book keeps their priority. */
function restoreOrders(state: ExchangeState, { orders, trades, nextOrder }: Checkpoint): void {
  state.books.clear();
  state.untouched.clear();
  state.trades.length = 0;
  state.orders.clear(orders[0]?.id ?? nextOrder);
  for (const stored of orders) {
    const entry = state.orders.add(toOrder(stored));
    const { order } = entry;
    const isAccepted = order.sysId !== "" && order.input.condition === undefined;
    if (isAccepted) state.orders.addAccepted(entry);
    if (isFinished(order.status)) continue;
    entry.owner.open++;
    if (order.status === "untouched") state.watch(entry);
    if (isAccepted) state.rest(entry);
  }
  for (const [sequence, at, price, volume, buy, sell, buyFee, sellFee] of trades) {
    const sides = { buy: entryOf(state, buy), sell: entryOf(state, sell) };
    state.addTrade({ sequence, tradeId: alignId(sequence), at, price, volume, ...sides, buyFee, sellFee });
  }
}

function entryOf(state: ExchangeState, id: number): Entry | undefined {
  return id === 0 ? undefined : state.orders.get(id);
}

function refill<V>(map: Map<string, V>, entries: readonly (readonly [string, V])[]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

function byName<V>(entries: readonly (readonly [string, V])[]): (readonly [string, V])[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
