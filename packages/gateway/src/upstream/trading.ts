/**
 * Trading that is passed through to an upstream: the users who may do so share its one account, as sessions of one investor do with
 * CTP. Each hears of all orders and fills of the account, under his own name. Queries are answered from what the upstream told last.
 */
import { CHINA_HOURS } from "@tickwire/protocol/ctp";
import {
  tradingDaySpan,
  type Account,
  type CancelInput,
  type EpochMs,
  type Fill,
  type Order,
  type OrderInput,
  type Position,
  type PositionDetail,
  type TradingDay,
  type TradingSession,
} from "@tickwire/protocol/model";
import type { CtpErrorName } from "@tickwire/protocol/errors";
import { SessionIds } from "../core/session-ids.ts";
import { Watchers } from "../core/watchers.ts";
import type { LaterAnswer, TradeReport, Trading, TradingStatus } from "../ports/trading.ts";
import type { UpstreamAnswer, UpstreamTrader } from "../ports/upstream.ts";
import { Follower } from "./follower.ts";
import { hasEnded, Mirror, toOrderHere, type Entry } from "./mirror.ts";
import { References } from "./references.ts";

/** What it is made from. */
export interface UpstreamTradingOptions {
  readonly trader: UpstreamTrader;
  /** Users whose orders are passed on; all others may not trade. */
  readonly users: readonly string[];
  /** Now, as the market counts time. */
  readonly now: () => EpochMs;
  /** Hears of what the upstream does not answer, and of listeners that throw. */
  readonly onError: (error: unknown) => void;
}

/** See above. */
export class UpstreamTrading implements Trading {
  readonly #options: UpstreamTradingOptions;
  readonly #trader: UpstreamTrader;
  readonly #users: ReadonlySet<string>;
  readonly #watchers: Watchers;
  readonly #mirror = new Mirror();
  readonly #sessionIds = new SessionIds(0);
  readonly #refs = new References();
  readonly #confirmed = new Map<string, EpochMs>();
  readonly #counts = { ops: 0, failures: 0 };
  readonly #follower: Follower;
  #watching = 0;

  constructor(options: UpstreamTradingOptions) {
    this.#options = options;
    this.#trader = options.trader;
    this.#users = new Set(options.users);
    this.#watchers = new Watchers(options.onError);
    this.#follower = new Follower({
      trader: options.trader,
      mirror: this.#mirror,
      now: options.now,
      isWatched: () => this.#watching > 0,
      onDay: () => {
        this.#confirmed.clear();
        this.#refs.clear();
      },
      onKnown: () => {
        for (const entry of this.#mirror.lost) this.#giveUp(entry);
      },
      onError: options.onError,
    });
    options.trader.listen(
      (order) => this.#onOrder(order),
      (fill) => this.#onFill(fill),
    );
  }

  /** The upstream is there, and what it has is known. */
  get open(): boolean {
    return this.#follower.isKnown;
  }

  get tradingDay(): TradingDay {
    return this.#follower.day || tradingDaySpan(CHINA_HOURS, this.#options.now()).day;
  }

  get settlementId(): number {
    return this.#follower.holdings.account?.settlementId || 1;
  }

  status(): TradingStatus {
    const detail = this.open ? "" : "the upstream's trading side is not there, or has not told yet what it has";
    const state = this.open ? "ok" : "failing";
    const { ops, failures } = this.#counts;
    const reports = this.#watchers.told;
    const accounts = this.#users.size;
    return { state, detail, tradingDay: this.tradingDay, accounts, ops, batches: 0, failures, reports };
  }

  /** Time passes: to be called some times a second. */
  advance(): void {
    this.#follower.advance();
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
    if (!this.#users.has(user)) return "noTradingRight";
    if (!this.open) return "sendFailed";
    const ref = this.#refs.take(session, input.ref);
    if (ref === undefined) return "duplicateOrderRef";
    const there = this.#trader.session!;
    const given = { ...input, ref: this.#trader.nextRef(), requestId: 0, labels: {} };
    const entry = this.#mirror.give(there, given.ref, { user, session, input: { ...input, ref } });
    this.#counts.ops++;
    return this.#trader.insert(given).then((answer) => this.#onInserted(entry, answer));
  }

  cancel(user: string, session: TradingSession, input: CancelInput): CtpErrorName | LaterAnswer {
    if (!this.#users.has(user)) return "noTradingRight";
    if (!this.open) return "sendFailed";
    const entry =
      input.session === undefined
        ? this.#mirror.findBySysId(input.exchange, input.sysId, input.instrument)
        : this.#mirror.find(input.session, input.ref);
    if (entry === undefined) return "orderNotFound";
    if (hasEnded(entry)) return "orderFinished";
    const { instrument, exchange } = entry.order?.input ?? entry.giver!.input;
    const name = {
      sysId: entry.order?.sysId ?? "",
      session: entry.session,
      input: { instrument, exchange, ref: entry.ref },
    };
    this.#counts.ops++;
    return this.#trader.cancel(name).then((error) => {
      if (error === "taken" || error === "lost") return undefined;
      this.#counts.failures++;
      this.#tell((to) => {
        const order = entry.order === undefined ? undefined : toOrderHere(entry, to);
        return { kind: "cancel-refused", user: to, session, input, order, error };
      });
      return error;
    });
  }

  park(): CtpErrorName {
    return "unsupportedFunction";
  }

  parkCancel(): CtpErrorName {
    return "unsupportedFunction";
  }

  unpark(): CtpErrorName {
    return "unsupportedFunction";
  }

  confirm(user: string): CtpErrorName | undefined {
    if (!this.#users.has(user)) return "noPrivilege";
    if (!this.open) return "sendFailed";
    if (this.#confirmed.size === 0) void this.#trader.confirm();
    this.#confirmed.set(user, this.#options.now());
    return undefined;
  }

  confirmed(user: string): EpochMs | undefined {
    return this.#confirmed.get(user);
  }

  orders(user: string): readonly Order[] {
    return this.#users.has(user) ? this.#mirror.orders(user) : [];
  }

  fills(user: string): readonly Fill[] {
    return this.#users.has(user) ? this.#mirror.fills(user) : [];
  }

  positions(user: string): readonly Position[] {
    return this.#users.has(user) ? this.#follower.holdings.positions.map((position) => ({ ...position, user })) : [];
  }

  details(user: string): readonly PositionDetail[] {
    return this.#users.has(user) ? this.#follower.holdings.details.map((detail) => ({ ...detail, user })) : [];
  }

  account(user: string): Account | undefined {
    const { account } = this.#follower.holdings;
    return this.#users.has(user) && account !== undefined ? { ...account, user } : undefined;
  }

  parkedOrders(): readonly [] {
    return [];
  }

  parkedCancels(): readonly [] {
    return [];
  }

  /** What the broker charges is not known here: neither this nor {@link terms} can be told. */
  maxVolume(): CtpErrorName {
    return "unsupportedFunction";
  }

  terms(): undefined {
    return undefined;
  }

  statement(): undefined {
    return undefined;
  }

  #onInserted(entry: Entry, answer: UpstreamAnswer): CtpErrorName | undefined {
    if (answer === "taken" || entry.order !== undefined) return undefined;
    if (answer === "lost") {
      entry.lost = true;
      return undefined;
    }
    this.#mirror.drop(entry);
    this.#refuse(entry, answer);
    return answer;
  }

  /** The front did not take an order. */
  #refuse(entry: Entry, error: CtpErrorName): void {
    const { session, input } = entry.giver!;
    this.#counts.failures++;
    this.#tell((user) => ({ kind: "insert-refused", user, session, input, error }));
  }

  /** What the upstream does not list it never got; should it come all the same, it is still the giver's. */
  #giveUp(entry: Entry): void {
    entry.lost = false;
    this.#refuse(entry, "sendFailed");
  }

  #onOrder(order: Order): void {
    const entry = this.#mirror.order(order);
    if (entry === undefined) return;
    this.#tell((user) => ({ kind: "order", user, order: toOrderHere(entry, user) }));
    this.#follower.noteChange();
  }

  #onFill(fill: Fill): void {
    this.#mirror.fill(fill);
    this.#tell((user) => ({ kind: "fill", user, fill: this.#mirror.toFillHere(fill, user) }));
    this.#follower.noteChange();
  }

  #tell(reportTo: (user: string) => TradeReport): void {
    for (const user of this.#users) this.#watchers.tell(reportTo(user));
  }
}
