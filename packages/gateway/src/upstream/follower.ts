/** Follows what an account at an upstream has: all of it after each login and on each trading day, money and positions as they change. */
import type { EpochMs, Fill, Order, TradingDay } from "@tickwire/protocol/model";
import type { UpstreamHoldings, UpstreamTrader } from "../ports/upstream.ts";
import type { Pending } from "./pending.ts";

/** What changed is asked for after this long, so that changes of one moment are asked for once. */
const SETTLE_MS = 300;
/** Profit moves with the market: money is asked for again after this long, while somebody is there. */
const REFRESH_MS = 10_000;
/** After this long an upstream that refused to tell is asked again. */
const RETRY_MS = 5_000;
/** So long after a request without an answer the upstream is asked what it has: all requests of one moment by one question. */
const DOUBT_MS = 1_000;

/** What it is made from. */
export interface FollowerOptions {
  readonly trader: UpstreamTrader;
  /** Trading day of what is known from before the start; empty for none. */
  readonly day: TradingDay;
  /** Takes an order or a fill of a list; `isNews` where a change should be told. */
  readonly takeOrder: (order: Order, isNews: boolean) => void;
  readonly takeFill: (fill: Fill, isNews: boolean) => void;
  readonly now: () => EpochMs;
  /** Whether somebody is there. */
  readonly isWatched: () => boolean;
  /** Another trading day has begun than that of what is known. */
  readonly onDay: () => void;
  /** Requests of which it is not known what became. */
  readonly doubtful: () => readonly Pending[];
  /** Everything is known that the upstream had after these came into doubt. */
  readonly clearUp: (doubtful: readonly Pending[]) => void;
  /** Hears of an upstream that does not tell; once until it does. */
  readonly onError: (error: unknown) => void;
}

/** See above. */
export class Follower {
  readonly #options: FollowerOptions;
  /** The session whose state is known. */
  #session: UpstreamTrader["session"];
  #holdings: UpstreamHoldings = { positions: [], details: [], account: undefined };
  #day: TradingDay = "";
  #asking = false;
  #refreshAt: EpochMs = Infinity;
  #listAt: EpochMs = Infinity;
  /** Whether orders were listed once: what is found later and was not known is news. */
  #hasListed = false;
  #retryAt: EpochMs = -Infinity;
  #isMute = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Whether the upstream is there, and everything it has is known. */
  get isKnown(): boolean {
    return this.#session !== undefined && this.#session === this.#options.trader.session;
  }

  get holdings(): UpstreamHoldings {
    return this.#holdings;
  }

  /** Trading day of what is known; empty before there is any. */
  get day(): TradingDay {
    return this.#day;
  }

  /** Something has changed, or somebody has come who wants to know. */
  noteChange(): void {
    this.#refreshBy(SETTLE_MS);
  }

  /** Something was asked for, and it is not known what became of it. */
  noteDoubt(): void {
    this.#listAt = Math.min(this.#listAt, this.#options.now() + DOUBT_MS);
  }

  /** Time passes. */
  advance(): void {
    const { trader } = this.#options;
    const now = this.#options.now();
    if (trader.session === undefined || this.#asking) return;
    if (!this.isKnown) {
      if (now >= this.#retryAt) void this.#ask(() => this.#learn(trader.session!));
    } else if (now >= this.#listAt) {
      this.#listAt = Infinity;
      if (this.#options.doubtful().length > 0) void this.#ask(() => this.#list(trader.session!));
    } else if (now >= this.#refreshAt) void this.#ask(() => this.#refresh());
  }

  #refreshBy(ms: number): void {
    this.#refreshAt = Math.min(this.#refreshAt, this.#options.now() + ms);
  }

  async #ask(ask: () => Promise<void>): Promise<void> {
    this.#asking = true;
    try {
      await ask();
      this.#isMute = false;
    } catch (error) {
      this.#retryAt = this.#options.now() + RETRY_MS;
      this.#listAt = this.#retryAt;
      this.#refreshBy(RETRY_MS);
      if (!this.#isMute) this.#options.onError(error);
      this.#isMute = true;
    } finally {
      this.#asking = false;
    }
  }

  async #learn(session: NonNullable<UpstreamTrader["session"]>): Promise<void> {
    this.#holdings = await this.#options.trader.holdings();
    this.#begin(this.#holdings.account?.tradingDay || session.tradingDay);
    await this.#list(session);
    if (this.#options.trader.session !== session) return;
    this.#session = session;
    this.#refreshAt = Infinity;
    this.#refreshBy(REFRESH_MS);
  }

  /** Asks for all orders and fills; afterwards nothing is in doubt any more that was so before. */
  async #list(session: NonNullable<UpstreamTrader["session"]>): Promise<void> {
    const { trader, takeOrder, takeFill, doubtful, clearUp } = this.#options;
    const before = doubtful();
    for (const order of await trader.orders()) takeOrder(order, this.#hasListed);
    for (const fill of await trader.fills()) takeFill(fill, this.#hasListed);
    if (trader.session !== session) return;
    this.#hasListed = true;
    clearUp(before);
  }

  #begin(told: TradingDay): void {
    const known = this.#day || this.#options.day;
    this.#day = told || known;
    if (this.#day !== known) this.#options.onDay();
  }

  async #refresh(): Promise<void> {
    this.#refreshAt = Infinity;
    const holdings = await this.#options.trader.holdings();
    this.#holdings = holdings;
    // Another trading day without another login: everything is learned anew.
    if ((holdings.account?.tradingDay || this.#day) !== this.#day) this.#session = undefined;
    if (this.#options.isWatched()) this.#refreshBy(REFRESH_MS);
  }
}
