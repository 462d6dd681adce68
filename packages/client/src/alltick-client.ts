/** A client of the AllTick dialect that keeps itself connected: of tickwire, and of the vendor's service. (being built) */
import type { AllTickEndpoint, HttpData } from "@tickwire/protocol/alltick";
import type { Suspension, SuspensionExchange, KlineReply } from "@tickwire/protocol/alltick";
import type { Book, Kline, Listing, Period, Ticker, Trade } from "@tickwire/protocol/model";
import type {
  AllTickClientOptions,
  AllTickSubscriptions,
  BookOptions,
  KlineOptions,
  StreamOptions,
} from "./alltick-client-options.ts";
import type { ClientStatus } from "./status.ts";

/** Signatures as they will be. */
export declare class AllTickClient implements AsyncDisposable {
  constructor(options: AllTickClientOptions);
  /** Both endpoints together: the worse of the two. */
  get status(): ClientStatus;
  /** Of one endpoint; undefined when nothing was ever subscribed there. */
  statusOf(endpoint: AllTickEndpoint): ClientStatus | undefined;
  /** The standing list beside the iterators'; replaces the one before. Throws a ClientError 603 where the union passes the plan. */
  setSubscriptions(subscriptions: AllTickSubscriptions): void;
  trades(codes: readonly string[], options?: StreamOptions): AsyncIterableIterator<Trade, undefined>;
  books(codes: readonly string[], options?: BookOptions): AsyncIterableIterator<Book, undefined>;
  klines(code: string, period: Period, options?: KlineOptions): AsyncIterableIterator<Kline, undefined>;
  ticker(codes: readonly string[], options?: StreamOptions): AsyncIterableIterator<Ticker, undefined>;
  /** HTTP calls, paced by the plan. */
  kline(query: { code: string; period: Period; count?: number; end?: number }): Promise<readonly Kline[]>;
  batchKline(queries: readonly { code: string; period: Period; count?: number }[]): Promise<readonly KlineReply[]>;
  tradeTick(codes: readonly string[]): Promise<readonly Trade[]>;
  depthTick(codes: readonly string[]): Promise<readonly Book[]>;
  staticInfo(codes: readonly string[]): Promise<readonly Listing[]>;
  suspension(exchange: SuspensionExchange, page?: { page?: number; size?: number }): Promise<readonly Suspension[]>;
  /** Whether the service has tickwire's extensions. */
  extensions(): Promise<boolean>;
  /** Ends the connection of one endpoint because it is no good; another follows. */
  reconnect(endpoint: AllTickEndpoint, cause: string): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
export type { HttpData };
