/** Follows what an account at an upstream has: all of it after each login and on each trading day, money and positions as they change. */
import type { EpochMs, TradingDay } from "@tickwire/protocol/model";
import type { UpstreamHoldings, UpstreamTrader } from "../ports/upstream.ts";
import type { Mirror } from "./mirror.ts";

/** What changed is asked for after this long, so that changes of one moment are asked for once. */
const SETTLE_MS = 300;
/** Profit moves with the market: money is asked for again after this long, while somebody is there. */
const REFRESH_MS = 10_000;
/** After this long an upstream that refused to tell is asked again. */
const RETRY_MS = 5_000;

/** What it is made from. */
export interface FollowerOptions {
  readonly trader: UpstreamTrader;
  /** Gets the orders and fills. */
  readonly mirror: Mirror;
  readonly now: () => EpochMs;
  /** Whether somebody is there. */
  readonly isWatched: () => boolean;
  /** Another trading day has begun; what was of the one before is gone from the mirror. */
  readonly onDay: () => void;
  /** Everything that a new session has is known. */
  readonly onKnown: () => void;
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

  /** Time passes. */
  advance(): void {
    const { trader } = this.#options;
    const now = this.#options.now();
    if (trader.session === undefined || this.#asking) return;
    if (!this.isKnown) {
      if (now >= this.#retryAt) void this.#ask(() => this.#learn(trader.session!));
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
      this.#refreshBy(RETRY_MS);
      if (!this.#isMute) this.#options.onError(error);
      this.#isMute = true;
    } finally {
      this.#asking = false;
    }
  }

  /** What changed while there was no session the trader tells as news. */
  async #learn(session: NonNullable<UpstreamTrader["session"]>): Promise<void> {
    const { trader, mirror, onKnown } = this.#options;
    this.#holdings = await trader.holdings();
    this.#begin(this.#holdings.account?.tradingDay || session.tradingDay);
    for (const order of await trader.orders()) mirror.order(order);
    for (const fill of await trader.fills()) mirror.fill(fill);
    if (trader.session !== session) return;
    this.#session = session;
    this.#refreshAt = Infinity;
    this.#refreshBy(REFRESH_MS);
    onKnown();
  }

  #begin(day: TradingDay): void {
    if (day === this.#day) return;
    if (this.#day !== "") {
      // Whoever waits for an order of yesterday hears that nobody knows of it.
      this.#options.onKnown();
      this.#options.mirror.clear();
    }
    this.#day = day;
    this.#options.onDay();
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
