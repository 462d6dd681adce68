/**
 * Trading that is passed through to an upstream: the users who may do so share its one account, as sessions of one investor do with
 * CTP. Each hears of all orders and fills of the account, under his own name. Queries are answered from what the upstream told last.
 */
import type {
  CancelInput,
  EpochMs,
  Fill,
  Order,
  OrderInput,
  ParkedCancel,
  ParkedOrder,
  TradingDay,
  TradingSession,
} from "@tickwire/protocol/model";
import type { CtpErrorName } from "@tickwire/protocol/errors";
import { SessionIds } from "../core/session-ids.ts";
import { Watchers } from "../core/watchers.ts";
import type {
  LaterAnswer,
  LaterParked,
  LaterRows,
  ParkedKind,
  TradeReport,
  Trading,
  TradingStatus,
  WireRow,
} from "../ports/trading.ts";
import type { GivenStore, UpstreamTrader } from "../ports/upstream.ts";
import { UpstreamBooks } from "./books.ts";
import { Follower } from "./follower.ts";
import { Inquiries } from "./inquiries.ts";
import { Mirror, toOrderHere } from "./mirror.ts";
import { PassedOrders } from "./orders.ts";
import { Parking } from "./parking.ts";

/** What it is made from. */
export interface UpstreamTradingOptions {
  readonly trader: UpstreamTrader;
  /** Users whose orders are passed on; all others may not trade. */
  readonly users: readonly string[];
  /** Keeps under which name each order was given. */
  readonly store: GivenStore;
  /** Now, as the market counts time. */
  readonly now: () => EpochMs;
  /** Hears of what the upstream does not answer, of what cannot be kept, and of listeners that throw. */
  readonly onError: (error: unknown) => void;
}

/** See above. */
export class UpstreamTrading extends UpstreamBooks implements Trading {
  readonly #options: UpstreamTradingOptions;
  readonly #trader: UpstreamTrader;
  readonly #users: ReadonlySet<string>;
  readonly #watchers: Watchers;
  readonly #mirror: Mirror;
  readonly #sessionIds: SessionIds;
  readonly #confirmed = new Map<string, EpochMs>();
  readonly #orders: PassedOrders;
  readonly #follower: Follower;
  readonly #inquiries: Inquiries;
  readonly #parking: Parking;
  #watching = 0;

  constructor(options: UpstreamTradingOptions) {
    const mirror = new Mirror();
    const users = new Set(options.users);
    super({
      mirror,
      holdings: () => this.#follower.holdings,
      day: () => this.#follower.day,
      isUser: (user) => users.has(user),
      now: options.now,
    });
    this.#options = options;
    this.#trader = options.trader;
    this.#users = users;
    this.#mirror = mirror;
    this.#watchers = new Watchers(options.onError);
    const { day, orders } = options.store.given();
    for (const { session, ref, giver } of orders) this.#mirror.give(session, ref, giver);
    // No session is given a name that an order of before bears.
    this.#sessionIds = new SessionIds(orders.reduce((most, { giver }) => Math.max(most, giver.session.sessionId), 0));
    this.#inquiries = new Inquiries(options.trader);
    this.#orders = this.#makeOrders();
    this.#parking = new Parking(options.trader, this.#orders);
    this.#follower = this.#makeFollower(day);
    options.trader.listen({
      onOrder: (order) => this.#takeOrder(order, true),
      onFill: (fill) => this.#takeFill(fill, true),
      onRefusal: (refusal) => this.#orders.onRefusal(refusal),
      onPhase: (phase) => this.#watchers.tell({ kind: "phase", ...phase, time: options.now() }),
    });
  }

  /** The upstream is there, and what it has is known. */
  get open(): boolean {
    return this.#follower.isKnown;
  }

  status(): TradingStatus {
    const detail = this.open ? "" : "the upstream's trading side is not there, or has not told yet what it has";
    const state = this.open ? "ok" : "failing";
    const { ops, failures } = this.#orders.counts;
    const reports = this.#watchers.told;
    const accounts = this.#users.size;
    return { state, detail, tradingDay: this.tradingDay, accounts, ops, batches: 0, failures, reports };
  }

  /** Time passes: to be called some times a second. */
  advance(): void {
    this.#follower.advance();
    this.#inquiries.advance();
    // Nobody is going to tell what became of them.
    if (this.#trader.isOver) this.#orders.clearUp(this.#orders.doubtful);
  }

  admit(): void {}

  nextSessionId(): number {
    return this.#sessionIds.next();
  }

  watch(user: string, hear: (report: TradeReport) => void): () => void {
    const unwatch = this.#watchers.add(user, hear);
    let watching = this.#users.has(user);
    if (watching && this.#watching++ === 0) this.#follower.noteChange();
    return () => {
      unwatch();
      if (watching) this.#watching--;
      watching = false;
    };
  }

  whenSafe(run: () => void): void {
    run();
  }

  insert(user: string, session: TradingSession, input: OrderInput): CtpErrorName | LaterAnswer {
    const fault = this.#fault(user);
    if (fault !== undefined) return this.#orders.refuse(user, session, input, fault);
    return this.#orders.insert(user, session, input);
  }

  cancel(user: string, session: TradingSession, input: CancelInput): CtpErrorName | LaterAnswer {
    const fault = this.#fault(user);
    if (fault !== undefined) return this.#orders.refuseCancel(user, session, input, fault);
    return this.#orders.cancel(user, session, input);
  }

  park(user: string, session: TradingSession, input: OrderInput): CtpErrorName | LaterParked<ParkedOrder> {
    return this.#fault(user) ?? this.#parking.park(user, session, input);
  }

  parkCancel(user: string, session: TradingSession, input: CancelInput): CtpErrorName | LaterParked<ParkedCancel> {
    return this.#fault(user) ?? this.#parking.parkCancel(user, session, input);
  }

  unpark(user: string, id: string, kind: ParkedKind): CtpErrorName | LaterAnswer {
    return this.#fault(user) ?? this.#parking.unpark(id, kind);
  }

  inquire(user: string, query: string, fields: WireRow): LaterRows | undefined {
    return this.#users.has(user) ? this.#inquiries.ask(user, query, fields) : undefined;
  }

  confirm(user: string): CtpErrorName | undefined {
    if (!this.#users.has(user)) return "noPrivilege";
    if (!this.open) return "sendFailed";
    // No order overtakes it.
    if (this.#confirmed.size === 0) this.#orders.hold(this.#trader.confirm());
    this.#confirmed.set(user, this.#options.now());
    return undefined;
  }

  confirmed(user: string): EpochMs | undefined {
    return this.#confirmed.get(user);
  }

  /** Resolves when nothing that was asked for waits to be kept. */
  settled(): Promise<void> {
    return this.#orders.settled();
  }

  /** Why a user may not ask for anything to be done now. */
  #fault(user: string): CtpErrorName | undefined {
    if (!this.#users.has(user)) return "noTradingRight";
    return this.open ? undefined : "sendFailed";
  }

  #makeOrders(): PassedOrders {
    const { trader, store, onError } = this.#options;
    return new PassedOrders({
      trader,
      mirror: this.#mirror,
      store,
      day: () => this.tradingDay,
      tell: (report) => this.#watchers.tell(report),
      tellAll: (reportTo) => this.#tell(reportTo),
      onDoubt: () => this.#follower.noteDoubt(),
      onUnconfirmed: () => this.#confirmed.clear(),
      onError,
    });
  }

  /** `day` is that of what is known from before the start. */
  #makeFollower(day: TradingDay): Follower {
    const { trader, now, onError } = this.#options;
    return new Follower({
      trader,
      day,
      takeOrder: (order, isNews) => this.#takeOrder(order, isNews),
      takeFill: (fill, isNews) => this.#takeFill(fill, isNews),
      now,
      isWatched: () => this.#watching > 0,
      onDay: () => {
        this.#confirmed.clear();
        this.#orders.begin(this.#follower.day);
        this.#inquiries.begin();
      },
      doubtful: () => this.#orders.doubtful,
      clearUp: (doubtful) => this.#orders.clearUp(doubtful),
      onError,
    });
  }

  #takeOrder(order: Order, isNews: boolean): void {
    const entry = this.#orders.onOrder(order);
    if (entry === undefined || !isNews) return;
    this.#tell((user) => ({ kind: "order", user, order: toOrderHere(entry, user) }));
    this.#follower.noteChange();
  }

  #takeFill(fill: Fill, isNews: boolean): void {
    if (!this.#mirror.fill(fill) || !isNews) return;
    this.#tell((user) => ({ kind: "fill", user, fill: this.#mirror.toFillHere(fill, user) }));
    this.#follower.noteChange();
  }

  #tell(reportTo: (user: string) => TradeReport): void {
    for (const user of this.#users) this.#watchers.tell(reportTo(user));
  }
}
