/** What an AllTick client takes, and what it tells whom: types only. */
import type { AllTickEndpoint, AllTickPlanName, DepthSymbol, KlineSymbol } from "@tickwire/protocol/alltick";
import type { Book, EpochMs, Kline, Ticker, Trade } from "@tickwire/protocol/model";
import type { ClientError, ConnectionOptions } from "./connection.ts";
import type { BackOff } from "./back-off.ts";
import type { ClientStatus, Hole } from "./status.ts";

/** What a client wants to hear of, all of it: what is left out is not wanted. */
export interface AllTickSubscriptions {
  readonly trades?: readonly string[] | undefined;
  /** A code alone stands for all of its levels. */
  readonly books?: readonly (string | DepthSymbol)[] | undefined;
  /** tickwire's: pushed bars. A service that does not push them is not asked; see {@link AllTickListeners.onRefusal}. */
  readonly klines?: readonly KlineSymbol[] | undefined;
  /** tickwire's: pushed tickers, likewise. */
  readonly tickers?: readonly string[] | undefined;
}

/** A kind of subscription. */
export type AllTickKind = keyof AllTickSubscriptions;

/** A list that the service, or this client for it, did not take. */
export interface AllTickRefusal {
  readonly endpoint: AllTickEndpoint;
  readonly kind: AllTickKind;
  /** What was asked for and is not heard of. The list before it may still be in force. */
  readonly codes: readonly string[];
  readonly error: ClientError;
}

/** Who hears what. Listeners are called synchronously, in the order of the wire: they must be quick and must not throw. */
export interface AllTickListeners {
  /**
   * Hears of every trade, `id` being the code as it was subscribed. What the service repeats after a reconnect (its last known tick) is
   * told only if it is news.
   */
  readonly onTrade?: ((trade: Trade) => void) | undefined;
  /** Hears of every book, likewise. */
  readonly onBook?: ((book: Book) => void) | undefined;
  /** Hears of every bar that is pushed. */
  readonly onKline?: ((kline: Kline) => void) | undefined;
  /** Hears of every ticker that is pushed. */
  readonly onTicker?: ((ticker: Ticker) => void) | undefined;
  /** Hears of every change of {@link AllTickClient.status}. */
  readonly onStatus?: ((status: ClientStatus) => void) | undefined;
  /** Hears of every change of the state of one endpoint's connection. */
  readonly onEndpointStatus?: ((endpoint: AllTickEndpoint, status: ClientStatus) => void) | undefined;
  /** Hears of every stretch of time in which events may be missing, once it is over. */
  readonly onHole?: ((hole: Hole) => void) | undefined;
  /** Hears of subscriptions that were not taken; the connection stays. */
  readonly onRefusal?: ((refusal: AllTickRefusal) => void) | undefined;
  /** Hears that every subscription of an endpoint was answered: its whole list flows from here on. */
  readonly onSubscribed?: ((endpoint: AllTickEndpoint) => void) | undefined;
  /** Hears of frames that could not be read. */
  readonly onMalformed?: ((text: string) => void) | undefined;
}

/** What an {@link AllTickClient} takes. */
export interface AllTickClientOptions extends Omit<ConnectionOptions, "signal">, AllTickListeners {
  /** Base of both doors: `https://quote.alltick.co`, `ws://127.0.0.1:8081`. http stands for ws and the other way round. */
  readonly url: string;
  readonly token: string;
  /** What the token allows; requests, reconnects and lists keep within it. Default `free`, which is safe with every token. */
  readonly plan?: AllTickPlanName | undefined;
  /** Default: `globalThis.fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Whether the service has tickwire's extensions; default: asked once, when something needs them. */
  readonly extensions?: boolean | undefined;
  /** The gap is the plan's unless it is given. */
  readonly backOff?: Partial<BackOff> | undefined;
  /** From 0 up to 1; default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** How long changes of the subscriptions are gathered before the list is sent again; default 200. */
  readonly debounceMs?: number | undefined;
  /** A connection on which nothing came for so long after a heartbeat is mute and given up; default 10 000. */
  readonly muteMs?: number | undefined;
  /** Most events that wait for an iterator unless it says otherwise. */
  readonly queueLimit?: number | undefined;
  /** Bars that nobody pushes are asked for this often, or as seldom as the plan wants; default 2000. */
  readonly pollMs?: number | undefined;
}

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: { readonly method: "GET" | "POST"; readonly body?: string; readonly signal: AbortSignal },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

/** What every iterator takes. */
export interface StreamOptions {
  /** Most events that wait; the oldest go then. */
  readonly limit?: number | undefined;
  /** Told of every event that was dropped because the consumer fell behind, with how many there were so far. */
  readonly onLost?: ((lost: number) => void) | undefined;
  /** Hears of the holes that concern this iterator; `codes` are those of its own. */
  readonly onHole?: ((hole: Hole) => void) | undefined;
}

/** What an iterator of books takes. */
export interface BookOptions extends StreamOptions {
  /** Levels per side; default 0: all. */
  readonly levels?: number | undefined;
}

/** What an iterator of bars takes. */
export interface KlineOptions extends StreamOptions {
  /** Bars that begin at this time or later; default: the newest `count`. */
  readonly from?: EpochMs | undefined;
  /** Bars of the past to begin with where there is no `from`, up to 500, which is the default. */
  readonly count?: number | undefined;
  /** Bars that begin at this time or earlier; default: now. With `live` it is not looked at. */
  readonly to?: EpochMs | undefined;
  /** Whether it goes on with the bar that is being formed; default true unless there is a `to`. */
  readonly live?: boolean | undefined;
}
