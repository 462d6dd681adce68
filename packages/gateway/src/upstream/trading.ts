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
import type {
  LaterAnswer,
  TradeReport,
  Trading,
  TradingStatus,
  UpstreamAnswer,
  UpstreamHoldings,
  UpstreamTrader,
} from "../ports-trading.ts";
import { hasEnded, Mirror, toOrderHere, type Entry } from "./mirror.ts";

/** What changed is asked for after this long, so that changes of one moment are asked for once. */
const SETTLE_MS = 300;
/** Profit moves with the market: money is asked for again after this long at the latest, while somebody is logged in. */
const REFRESH_MS = 10_000;
/** After this long an upstream that refused to tell is asked again. */
const RETRY_MS = 5_000;
const NOTHING: UpstreamHoldings = { positions: [], details: [], account: undefined };

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
  /** Highest reference that each session has used. */
  readonly #refs = new Map<number, number>();
  readonly #confirmed = new Map<string, EpochMs>();
  readonly #counts = { ops: 0, failures: 0 };
  /** The session whose state is mirrored, once it is. */
  #session: UpstreamTrader["session"];
  #loading: UpstreamTrader["session"];
  #holdings = NOTHING;
  /** Trading day of what is mirrored; empty before there is any. */
  #day: TradingDay = "";
  #refreshing = false;
  #refreshAt: EpochMs = Infinity;
  #retryAt: EpochMs = -Infinity;
  #watching = 0;
  /** Whether it was told that the upstream does not answer. */
  #isMute = false;

  constructor(options: UpstreamTradingOptions) {
    this.#options = options;
    this.#trader = options.trader;
    this.#users = new Set(options.users);
    this.#watchers = new Watchers(options.onError);
    options.trader.listen(
      (order) => this.#onOrder(order),
      (fill) => this.#onFill(fill),
    );
  }

  /** The upstream is there, and what it has is known. */
  get open(): boolean {
    return this.#session !== undefined && this.#session === this.#trader.session;
  }

  get tradingDay(): TradingDay {
    return this.#day || tradingDaySpan(CHINA_HOURS, this.#options.now()).day;
  }

  get settlementId(): number {
    return this.#holdings.account?.settlementId || 1;
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
    const now = this.#options.now();
    const { session } = this.#trader;
    if (session === undefined) return;
    if (session !== this.#session && session !== this.#loading && now >= this.#retryAt) void this.#load(session, now);
    if (this.open && !this.#refreshing && now >= this.#refreshAt) void this.#refresh(now);
  }

  admit(): void {}

  nextSessionId(): number {
    return this.#sessionIds.next();
  }

  watch(user: string, hear: (report: TradeReport) => void): () => void {
    const unwatch = this.#watchers.add(user, hear);
    let watching = this.#users.has(user);
    if (watching && this.#watching++ === 0) this.#refreshBy(this.#options.now());
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
    const ref = this.#takeRef(session, input.ref);
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
        ? this.#mirror.findBySysId(input.exchange, input.sysId)
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
    return this.#users.has(user) ? this.#holdings.positions.map((position) => ({ ...position, user })) : [];
  }

  details(user: string): readonly PositionDetail[] {
    return this.#users.has(user) ? this.#holdings.details.map((detail) => ({ ...detail, user })) : [];
  }

  account(user: string): Account | undefined {
    const { account } = this.#holdings;
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

  /** The reference of a session's next order: the given one where it is higher than all before, or else the next. */
  #takeRef({ sessionId }: TradingSession, ref: string): string | undefined {
    const last = this.#refs.get(sessionId) ?? 0;
    const number = ref.trim() === "" ? last + 1 : Number(ref);
    if (!(number > last)) return undefined;
    this.#refs.set(sessionId, number);
    return ref.trim() === "" ? String(number) : ref;
  }

  #onInserted(entry: Entry, answer: UpstreamAnswer): CtpErrorName | undefined {
    if (answer === "taken" || entry.order !== undefined) return undefined;
    if (answer === "lost") entry.lost = true;
    else this.#refuse(entry, answer);
    return answer === "lost" ? undefined : answer;
  }

  /** The front did not take an order. */
  #refuse(entry: Entry, error: CtpErrorName): void {
    const { session, input } = entry.giver!;
    this.#counts.failures++;
    this.#mirror.drop(entry);
    this.#tell((user) => ({ kind: "insert-refused", user, session, input, error }));
  }

  #onOrder(order: Order): void {
    const entry = this.#mirror.order(order);
    if (entry === undefined) return;
    this.#tell((user) => ({ kind: "order", user, order: toOrderHere(entry, user) }));
    this.#refreshBy(this.#options.now() + SETTLE_MS);
  }

  #onFill(fill: Fill): void {
    this.#mirror.fill(fill);
    this.#tell((user) => ({ kind: "fill", user, fill: this.#mirror.toFillHere(fill, user) }));
    this.#refreshBy(this.#options.now() + SETTLE_MS);
  }

  #tell(reportTo: (user: string) => TradeReport): void {
    for (const user of this.#users) this.#watchers.tell(reportTo(user));
  }

  #refreshBy(at: EpochMs): void {
    this.#refreshAt = Math.min(this.#refreshAt, at);
  }

  /** Learns what a new session, or a new trading day, has. What changed while there was none the trader tells as news. */
  async #load(session: NonNullable<UpstreamTrader["session"]>, now: EpochMs): Promise<void> {
    this.#loading = session;
    try {
      this.#holdings = await this.#trader.holdings();
      this.#beginDay(this.#holdings.account?.tradingDay || session.tradingDay);
      for (const order of await this.#trader.orders()) this.#mirror.order(order);
      for (const fill of await this.#trader.fills()) this.#mirror.fill(fill);
      if (this.#trader.session !== session) return;
      this.#session = session;
      this.#isMute = false;
      // What the upstream does not list it never got.
      for (const entry of this.#mirror.lost) this.#refuse(entry, "sendFailed");
      this.#refreshBy(this.#options.now() + REFRESH_MS);
    } catch (error) {
      this.#retryAt = now + RETRY_MS;
      this.#complain(error);
    } finally {
      this.#loading = undefined;
    }
  }

  #beginDay(day: TradingDay): void {
    if (day === this.#day) return;
    if (this.#day !== "") this.#mirror.clear();
    this.#day = day;
    this.#confirmed.clear();
    this.#refs.clear();
  }

  #complain(error: unknown): void {
    if (!this.#isMute) this.#options.onError(error);
    this.#isMute = true;
  }

  async #refresh(now: EpochMs): Promise<void> {
    this.#refreshing = true;
    this.#refreshAt = Infinity;
    try {
      const holdings = await this.#trader.holdings();
      this.#holdings = holdings;
      // Another trading day without another login: everything is learned anew.
      if ((holdings.account?.tradingDay || this.#day) !== this.#day) this.#session = undefined;
    } catch (error) {
      this.#refreshBy(now + RETRY_MS);
      this.#complain(error);
    } finally {
      this.#refreshing = false;
      if (this.#watching > 0) this.#refreshBy(this.#options.now() + REFRESH_MS);
    }
  }
}
