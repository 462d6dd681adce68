/** A client of the AllTick dialect that keeps itself connected: to tickwire, and to the vendor's service. */
import {
  endpointOfCode,
  findHttpPlan,
  type AllTickEndpoint,
  type KlineReply,
  type Suspension,
  type SuspensionExchange,
} from "@tickwire/protocol/alltick";
import type { Book, Kline, Listing, Period, Ticker, Trade } from "@tickwire/protocol/model";
import type { AllTickLink } from "./alltick.ts";
import type {
  AllTickClientOptions,
  AllTickSubscriptions,
  BookOptions,
  KlineOptions,
  StreamOptions,
} from "./alltick-client-options.ts";
import { basesOf } from "./alltick-bases.ts";
import { Endpoints } from "./alltick-endpoints.ts";
import { AllTickHttp, type KlineQuestion, type SuspensionRange } from "./alltick-http.ts";
import { openKlines, openTickers, type LiveSource } from "./alltick-live.ts";
import type { Stream } from "./alltick-streams.ts";
import { HOST_TIMERS, type Timers } from "./connection.ts";
import { cutBook } from "./cut-book.ts";
import { tell } from "./keeper.ts";
import { KlinePoller } from "./kline-poller.ts";
import { QUEUE_LIMIT } from "./queue.ts";
import type { ClientStatus } from "./status.ts";

const DEFAULT_POLL_MS = 2_000;
/** Polls use at most this part of what the plan allows in a day. */
const POLLS_OF_DAY = 0.5;
const DAY_MS = 86_400_000;

/**
 * Trades, books, bars and tickers of any code: each endpoint has one connection, made when something of it is wanted, and kept. Nothing
 * but {@link close} ends it, and a token that is refused.
 */
export class AllTickClient implements AsyncDisposable {
  readonly #options: AllTickClientOptions;
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #http: AllTickHttp;
  readonly #poller: KlinePoller;
  readonly #endpoints: Endpoints;
  #closing: Promise<void> | undefined;

  /** Connects to nothing yet. Throws a {@link ClientError} when `url` is no address. */
  constructor(options: AllTickClientOptions) {
    this.#options = options;
    this.#timers = options.timers ?? HOST_TIMERS;
    this.#now = options.now ?? Date.now;
    const bases = basesOf(options.url);
    const plan = options.plan ?? "free";
    const times = { timers: this.#timers, now: this.#now };
    this.#http = new AllTickHttp({ ...times, base: bases.http, token: options.token, plan, fetch: options.fetch });
    const { batch, day } = findHttpPlan(plan);
    const pollMs = Math.max(options.pollMs ?? DEFAULT_POLL_MS, batch.windowMs, DAY_MS / (day * POLLS_OF_DAY));
    this.#poller = new KlinePoller(this.#http, this.#timers, pollMs);
    const explain = (endpoint: AllTickEndpoint) => this.#http.findRefusal(endpoint);
    this.#endpoints = new Endpoints(options, { ...times, base: bases.ws, explain });
  }

  /** Both endpoints together, as far as something was wanted of them: the worse of the two. */
  get status(): ClientStatus {
    return this.#endpoints.status;
  }

  /** Of one endpoint; undefined when nothing was ever wanted of it. */
  statusOf(endpoint: AllTickEndpoint): ClientStatus | undefined {
    return this.#endpoints.statusOf(endpoint);
  }

  /**
   * What is wanted besides the iterators' wants, for those who listen by callbacks; replaces what was wanted before. Throws a
   * {@link ClientError} 603, and changes nothing, where the plan does not allow so many codes of a kind.
   */
  setSubscriptions(subscriptions: AllTickSubscriptions): void {
    this.#endpoints.stand(subscriptions);
  }

  /** Trades from now on. Ends with the client, in an error where it failed or the codes were refused. Throws as {@link setSubscriptions}. */
  trades(codes: readonly string[], options: StreamOptions = {}): AsyncIterableIterator<Trade, undefined> {
    const stream = this.#open<Trade>(codes, options);
    stream.onEnd(this.#endpoints.streams.trades.add(codes, (trade) => stream.queue.push(trade)));
    return wanting(stream, () => stream.want("trades", { trades: codes }));
  }

  /** Books from now on, {@link trades} otherwise. */
  books(codes: readonly string[], options: BookOptions = {}): AsyncIterableIterator<Book, undefined> {
    const stream = this.#open<Book>(codes, options);
    const level = options.levels ?? 0;
    const cut = (book: Book): Book => (level === 0 ? book : cutBook(book, level));
    stream.onEnd(this.#endpoints.streams.books.add(codes, (book) => stream.queue.push(cut(book))));
    return wanting(stream, () => stream.want("books", { books: codes.map((code) => ({ code, level })) }));
  }

  /**
   * Bars of the past, ascending, then, unless told otherwise, of the present: the bar that is being formed comes again as it changes, and
   * once `closed`. No bar is missing between the two, nor after a break. Where the service does not push bars they are polled.
   */
  klines(code: string, period: Period, options: KlineOptions = {}): AsyncIterableIterator<Kline, undefined> {
    return openKlines(this.#live(), code, period, options);
  }

  /** The day so far of each code, as it changes. Where the service has no tickers they are made of its daily bars and trades. */
  ticker(codes: readonly string[], options: StreamOptions = {}): AsyncIterableIterator<Ticker, undefined> {
    return openTickers(this.#live(), codes, options);
  }

  /** Over HTTP: the newest bars up to a moment, ascending; the last one may be forming. Rejects with a {@link ClientError}. */
  kline(question: KlineQuestion): Promise<readonly Kline[]> {
    return this.#http.kline(question);
  }

  /** Over HTTP: the newest one or two bars of many series; those that the service leaves out are missing. */
  batchKline(questions: readonly KlineQuestion[]): Promise<readonly KlineReply[]> {
    return this.#http.batchKline(questions);
  }

  /** Over HTTP: the last trade of each. */
  tradeTick(codes: readonly string[]): Promise<readonly Trade[]> {
    return this.#http.tradeTick(codes);
  }

  /** Over HTTP: the book of each. */
  depthTick(codes: readonly string[]): Promise<readonly Book[]> {
    return this.#http.depthTick(codes);
  }

  /** Over HTTP: facts of stocks and market indices. */
  staticInfo(codes: readonly string[]): Promise<readonly Listing[]> {
    return this.#http.staticInfo(codes);
  }

  /** Over HTTP: halts, newest first. */
  suspension(exchange: SuspensionExchange, range?: SuspensionRange): Promise<readonly Suspension[]> {
    return this.#http.suspension(exchange, range);
  }

  /** Whether the service has tickwire's extensions; asked once. Connects. Rejects when there is no connection to ask over. */
  extensions(endpoint: AllTickEndpoint = "general"): Promise<boolean> {
    return this.#endpoints.extensions(endpoint);
  }

  /** The connection of an endpoint, made if need be, when everything flows. For what only a connection can ask. */
  ready(endpoint: AllTickEndpoint = "general"): Promise<AllTickLink> {
    return this.#endpoints.ready(endpoint);
  }

  /** Ends the connection of an endpoint because it is no good, for `cause`; another one follows, and a hole is told. */
  reconnect(endpoint: AllTickEndpoint, cause: string): void {
    this.#endpoints.reconnect(endpoint, cause);
  }

  /** Ends everything; idempotent. Iterators end with what they still hold. Resolves when no connection is open. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#poller.stop();
    this.#http.close();
    await this.#endpoints.close();
  }

  #open<E>(codes: readonly string[], options: StreamOptions): Stream<E> {
    return this.#endpoints.streams.open<E>(codes, options, this.#options.queueLimit ?? QUEUE_LIMIT);
  }

  #live(): LiveSource {
    return {
      open: (codes, options, limit) =>
        this.#endpoints.streams.open(codes, options, limit ?? this.#options.queueLimit ?? QUEUE_LIMIT),
      streams: this.#endpoints.streams,
      http: this.#http,
      poller: this.#poller,
      timers: this.#timers,
      now: this.#now,
      extensions: (code) => this.extensions(endpointOfCode(code)),
      liveLink: (code) => this.#endpoints.extendedLink(endpointOfCode(code)),
      settledLink: (code) => this.#endpoints.settledLink(endpointOfCode(code)),
      watch: (code, hear) => this.#endpoints.watch(endpointOfCode(code), hear),
      onHole: (hole) => tell(() => this.#options.onHole?.(hole)),
    };
  }
}

/** The iterator, once its want is known to fit the plan. */
function wanting<E>({ queue }: Stream<E>, want: () => void): AsyncIterableIterator<E, undefined> {
  try {
    want();
  } catch (error) {
    queue.end();
    throw error;
  }
  return queue;
}
