/**
 * The simulated exchange: pure and deterministic, the clock is in its calls. Commands are decided against the state and the
 * market; what they do is written as operations, whose sum the state is.
 */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import {
  addTradingDays,
  tradingDaySpan,
  type CancelInput,
  type EpochMs,
  type Fen,
  type OrderInput,
  type ParkedCancel,
  type ParkedOrder,
  type TradingDay,
  type TradingSession,
} from "@tickwire/protocol/model";
import type { ExchangeEngine, ExchangeSink, ExchangeWorld, MarketView, Op } from "../ports/exchange.ts";
import type { JournalPast } from "../ports/journal.ts";
import type { Accounting } from "./accounting.ts";
import { restoreCheckpoint, toCheckpoint } from "./checkpoint.ts";
import { ExchangeBooks } from "./exchange-books.ts";
import { Floor } from "./floor.ts";
import type { ExchangeLimits } from "./front.ts";
import { OrderDesk } from "./order-desk.ts";
import { toOrder } from "./orders.ts";
import { ParkingDesk } from "./parking-desk.ts";
import { EXCHANGE_DAY } from "./phases.ts";
import { ExchangeState } from "./state.ts";
import { Teller } from "./teller.ts";
import { firstOf } from "./terms.ts";
import type { Product } from "./venue.ts";

/** So much is kept unless told otherwise: a checkpoint of it still is one string. */
const LIMITS: ExchangeLimits = {
  openPerUser: 20_000,
  conditionalPerUser: 200,
  ordersPerDay: 1_000_000,
  tradesPerDay: 2_500_000,
  parkedPerUser: 200,
};
/** The market's time may be ahead of the newest call by so much: calls come at least once a second. */
const MAX_LEAD = 2_000;

/** Implements {@link ExchangeEngine}; what it only tells is in {@link ExchangeBooks}. */
export class Exchange extends ExchangeBooks implements ExchangeEngine {
  readonly #state: ExchangeState;
  readonly #world: ExchangeWorld;
  readonly #teller: Teller;
  readonly #floor: Floor;
  readonly #desk: OrderDesk;
  readonly #parking: ParkingDesk;
  /** Time of the newest call. */
  #now: EpochMs = 0;
  /** When the clock's trading day ends. */
  #dayEnd: EpochMs = -Infinity;

  constructor(sink: ExchangeSink, world: ExchangeWorld, accounting: Accounting, limits: ExchangeLimits = LIMITS) {
    const state = new ExchangeState(accounting);
    const floor = new Floor(world, state);
    super(state, floor, world);
    const parts = { state, floor, teller: new Teller(state, sink), world, limits };
    this.#state = state;
    this.#world = world;
    this.#teller = parts.teller;
    this.#floor = floor;
    this.#desk = new OrderDesk(parts);
    this.#parking = new ParkingDesk(parts, this.#desk);
  }

  insert(user: string, session: TradingSession, input: OrderInput, now: EpochMs): CtpErrorName | undefined {
    const at = this.#tick(now);
    this.#turnFor(input.instrument, at);
    return this.#desk.insert({ user, session, input, at, trigger: undefined });
  }

  cancel(user: string, session: TradingSession, input: CancelInput, now: EpochMs): CtpErrorName | undefined {
    return this.#desk.cancel(user, session, input, this.#tick(now));
  }

  park(user: string, session: TradingSession, input: OrderInput, now: EpochMs): ParkedOrder | CtpErrorName {
    const at = this.#tick(now);
    this.#turnFor(input.instrument, at);
    return this.#parking.park(user, session, input, at);
  }

  parkCancel(user: string, session: TradingSession, input: CancelInput, now: EpochMs): ParkedCancel | CtpErrorName {
    const at = this.#tick(now);
    this.#turnFor(input.instrument, at);
    return this.#parking.parkCancel(user, session, input, at);
  }

  unpark(user: string, id: string, now: EpochMs): CtpErrorName | undefined {
    this.#tick(now);
    return this.#parking.unpark(user, id);
  }

  confirm(user: string, now: EpochMs): CtpErrorName | undefined {
    const at = this.#tick(now);
    if (!this.#state.accounting.has(user)) return "noTradingRight";
    if (this.confirmed(user) === undefined) this.#teller.commit({ op: "confirm", user, at });
    return undefined;
  }

  openAccount(user: string, balance: Fen, now: EpochMs): void {
    const at = this.#tick(now);
    if (!this.#state.accounting.has(user)) this.#teller.commit({ op: "account", user, at, balance });
  }

  transfer(user: string, amount: Fen, instruction: number, now: EpochMs): CtpErrorName | undefined {
    const at = this.#tick(now);
    const account = this.account(user);
    if (account === undefined) return "noTradingRight";
    if (!Number.isSafeInteger(amount) || amount === 0) return "badField";
    if (amount < 0 && -amount > account.withdrawQuota) return "insufficientMoney";
    this.#teller.commit({ op: "transfer", user, at, amount, instruction });
    return undefined;
  }

  market(instrument: string, view: MarketView): void {
    const venue = this.#floor.take(instrument, view);
    if (venue === undefined) return;
    const idle = venue.book === undefined || venue.book.isEmpty;
    const waits = !idle || this.#state.untouched.has(instrument);
    // Before anything of the view counts: it may be the first of a new day, which orders of the old one have no part in.
    const at = waits && this.tradingDay !== "" ? this.#tick(Math.min(view.time, this.#now + MAX_LEAD)) : undefined;
    if (venue.held && Number.isFinite(view.last)) this.#state.accounting.mark(instrument, view.last);
    if (at === undefined) return;
    this.#turn(venue.product, at);
    if (venue.product.phase === "continuous") this.#desk.meet(venue, at);
  }

  advance(now: EpochMs): void {
    const at = this.#tick(now);
    for (const product of this.#floor.products) this.#turn(product, at);
    this.#parking.advance(at);
  }

  settle(now: EpochMs): void {
    const at = this.#tick(now);
    this.#settle(at, addTradingDays(EXCHANGE_DAY.holidays, this.tradingDay, 1));
  }

  apply(op: Op): void {
    this.#state.apply(op.op === "order" ? { op: "order", order: toOrder(op.order) } : op);
    this.#resume();
  }

  replay({ checkpoint, rows }: JournalPast): void {
    if (checkpoint !== undefined) this.restore(JSON.parse(checkpoint) as object);
    for (const row of rows) for (const op of JSON.parse(row) as Op[]) this.apply(op);
  }

  checkpoint(): object {
    return toCheckpoint(this.#state);
  }

  restore(checkpoint: object): void {
    restoreCheckpoint(this.#state, checkpoint);
    this.#resume();
  }

  /** The state came from the journal: what was known of the market is not of its time. */
  #resume(): void {
    this.#state.statements = [];
    this.#now = Math.max(this.#now, this.#state.time);
    this.#floor.clear();
  }

  /** Takes the time of a call, which never goes back, and settles days that have ended. */
  #tick(now: EpochMs): EpochMs {
    if (now > this.#now) this.#now = now;
    if (this.#now >= this.#dayEnd) {
      const { day, end } = tradingDaySpan(EXCHANGE_DAY, this.#now);
      this.#dayEnd = end;
      if (day > this.tradingDay) this.#settle(this.#now, day);
    }
    return this.#now;
  }

  /** Ends the trading day (there is none before the first) and begins the next. */
  #settle(at: EpochMs, next: TradingDay): void {
    const { accounting, terms } = this.#state;
    const prices: Record<string, number> = {};
    for (const id of accounting.held()) {
      prices[id] = firstOf(
        ...settlementPrices(this.#world.view(id), this.tradingDay),
        terms.get(id)?.preSettlement ?? NaN,
      );
    }
    this.#teller.commit({ op: "settle", at, day: this.tradingDay, next, prices });
    this.#teller.statements();
    this.#floor.renew();
  }

  #turnFor(instrument: string, at: EpochMs): void {
    const venue = this.#floor.find(instrument);
    if (typeof venue !== "string") this.#turn(venue.product, at);
  }

  /** Sees to it that a product is in its phase of now, and does what goes with a new one. */
  #turn(product: Product, at: EpochMs): void {
    const phase = this.#floor.turn(product, at);
    if (phase === undefined) return;
    const { exchange, id, venues } = product;
    this.#teller.report({ kind: "phase", exchange, product: id, phase, time: at });
    if (phase === "auction-match") for (const venue of venues.values()) this.#desk.auction(venue, at);
    if (phase === "continuous") for (const venue of venues.values()) this.#desk.uncross(venue, at);
  }
}

/** Where the settlement price of a day is found, best first. A view of a later day tells it as its previous one. */
function settlementPrices(view: MarketView | undefined, day: TradingDay): readonly number[] {
  if (view === undefined) return [];
  return view.tradingDay > day ? [view.preSettlement] : [view.settlement, view.last];
}
