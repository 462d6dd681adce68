/** What one connection listens to, kind by kind (alltick.md 3.5), and how a request changes it. */
import { klineTypeOf, type AllTickPlan, type DepthSymbol, type KlineSymbol } from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import type { Instrument } from "@tickwire/protocol/model";
import type { Desk } from "../core/desk.ts";
import type { Outlet } from "../core/hub.ts";
import type { Usage } from "../core/usage.ts";
import type { Kind } from "../ports/market.ts";
import type { AllTickConfig } from "./alltick-config.ts";
import type { AllTickEncodings, KlineKind } from "./alltick-encodings.ts";
import { isRefused, type Scope } from "./alltick-scope.ts";
import { SubscriptionSet, type Wanted } from "./alltick-set.ts";

/** A kind of subscription: each has a set and a cancellation of its own. */
export type SubscriptionKind = "trades" | "books" | "klines" | "tickers";

/** What the subscriptions of a connection are made from. */
export interface SubscriptionsOptions {
  readonly desk: Desk;
  readonly outlet: Outlet;
  readonly usage: Usage;
  readonly scope: Scope;
  readonly plan: AllTickPlan;
  readonly config: AllTickConfig;
  readonly encodings: AllTickEncodings;
}

/** A change that was found possible: to be made once the request is acknowledged. */
export type Change = () => void;

/** The four sets of one connection. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #trades: SubscriptionSet<"trade">;
  readonly #books: SubscriptionSet<"book">;
  readonly #klines: SubscriptionSet<KlineKind>;
  readonly #tickers: SubscriptionSet<"snapshot">;

  constructor(options: SubscriptionsOptions) {
    const { desk, outlet, usage } = options;
    this.#options = options;
    this.#trades = new SubscriptionSet(desk, outlet, usage);
    this.#books = new SubscriptionSet(desk, outlet, usage);
    this.#klines = new SubscriptionSet(desk, outlet, usage);
    this.#tickers = new SubscriptionSet(desk, outlet, usage);
  }

  /** Trades of these codes instead of those before; see {@link SubscriptionSet.replace}. */
  trades(codes: readonly string[]): Change | AllTickError {
    const { encodings } = this.#options;
    return this.#replacement(this.#trades, codes.map(toSymbol), ({ code }) => [
      code,
      { encoding: encodings.trade(code), item: { code } },
    ]);
  }

  /** Books, as {@link trades}. */
  books(symbols: readonly DepthSymbol[]): Change | AllTickError {
    const { encodings } = this.#options;
    return this.#replacement(this.#books, symbols, ({ code, level }, { levels }) => [
      code,
      { encoding: encodings.book(code, level < levels ? level : 0), item: { code, depth_level: level } },
    ]);
  }

  /** Bars, as {@link trades}. A code counts once against the plan, however many periods of it are asked for. */
  klines(symbols: readonly KlineSymbol[]): Change | AllTickError {
    const { encodings } = this.#options;
    return this.#replacement(this.#klines, symbols, ({ code, period }) => [
      `${period} ${code}`,
      { encoding: encodings.kline(code, period), item: { code, kline_type: klineTypeOf(period) } },
    ]);
  }

  /** Tickers, as {@link trades}. */
  tickers(codes: readonly string[]): Change | AllTickError {
    const { encodings } = this.#options;
    return this.#replacement(this.#tickers, codes.map(toSymbol), ({ code }) => [
      code,
      { encoding: encodings.ticker(code), item: { code } },
    ]);
  }

  /** Ends all subscriptions of these kinds. */
  clear(...kinds: readonly SubscriptionKind[]): void {
    if (kinds.includes("trades")) this.#trades.clear();
    if (kinds.includes("books")) this.#books.clear();
    if (kinds.includes("klines")) this.#klines.clear();
    if (kinds.includes("tickers")) this.#tickers.clear();
  }

  /** Ends all subscriptions. */
  clearAll(): void {
    this.clear("trades", "books", "klines", "tickers");
  }

  /** The `data` of 32007: every entry as it was asked for, with what it is counted as. */
  list(): object {
    return {
      trade_list: this.#trades.items(),
      depth_list: this.#books.items(),
      kline_list: this.#klines.items(),
      ticker_list: this.#tickers.items(),
    };
  }

  /**
   * Codes that nobody knows and codes of the other endpoint are passed over (alltick.md 9.5, 11.9), repeated ones count once;
   * 600 when none is left. So are codes that the token may not ask for; 604 when there were no others. The plan counts what is
   * left, each code once.
   */
  #replacement<K extends Kind, S extends { readonly code: string }>(
    set: SubscriptionSet<K>,
    symbols: readonly S[],
    entryOf: (symbol: S, instrument: Instrument) => readonly [key: string, wanted: Omit<Wanted<K>, "id">],
  ): Change | AllTickError {
    const { scope, plan, config } = this.#options;
    const codes = new Map<string, Instrument>();
    const wanted = new Map<string, Wanted<K>>();
    let nothing: AllTickError = ALLTICK_ERRORS.codeInvalid;
    for (const symbol of symbols) {
      let instrument = codes.get(symbol.code);
      if (instrument === undefined) {
        const full = codes.size === plan.codes;
        if (full && config.overLimit === "truncate") continue;
        const found = scope.find(symbol.code);
        if (isRefused(found)) {
          if (found === ALLTICK_ERRORS.codeUnauthorized) nothing = found;
          continue;
        }
        if (full) return ALLTICK_ERRORS.overPlan;
        codes.set(symbol.code, (instrument = found));
      }
      const [key, entry] = entryOf(symbol, instrument);
      if (!wanted.has(key)) wanted.set(key, { id: instrument.id, ...entry });
    }
    return wanted.size === 0 ? nothing : () => set.replace(wanted);
  }
}

function toSymbol(code: string): { readonly code: string } {
  return { code };
}
