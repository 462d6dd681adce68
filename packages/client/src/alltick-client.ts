/** A client of the AllTick dialect that keeps itself connected: to tickwire, and to the vendor's service. */
import {
  ALLTICK_WS_PATHS,
  endpointOfCode,
  findHttpPlan,
  findPlan,
  type AllTickEndpoint,
  type KlineReply,
  type Suspension,
  type SuspensionExchange,
} from "@tickwire/protocol/alltick";
import type { Book, Kline, Listing, Period, Ticker, Trade } from "@tickwire/protocol/model";
import { SPACING_SLACK_MS, connectAllTick, type AllTickLink } from "./alltick.ts";
import type {
  AllTickClientOptions,
  AllTickRefusal,
  AllTickSubscriptions,
  BookOptions,
  KlineOptions,
  StreamOptions,
} from "./alltick-client-options.ts";
import { basesOf, type Bases } from "./alltick-bases.ts";
import { linkOptions } from "./alltick-dispatch.ts";
import { Demands } from "./alltick-demands.ts";
import { Family } from "./alltick-family.ts";
import { AllTickHttp, type KlineQuestion, type SuspensionRange } from "./alltick-http.ts";
import { openKlines, openTickers, type LiveSource } from "./alltick-live.ts";
import { Streams, type Stream } from "./alltick-streams.ts";
import { joinStatuses } from "./client-status.ts";
import { HOST_TIMERS, type Timers } from "./connection.ts";
import { cutBook } from "./cut-book.ts";
import { ExtensionProbe } from "./extension-probe.ts";
import { tell } from "./keeper.ts";
import { KlinePoller } from "./kline-poller.ts";
import { laneRule, Pacer } from "./pacer.ts";
import { QUEUE_LIMIT } from "./queue.ts";
import type { ClientStatus, Hole } from "./status.ts";

const ENDPOINTS = ["general", "stock"] as const satisfies readonly AllTickEndpoint[];
const DEBOUNCE_MS = 200;
const DEFAULT_POLL_MS = 2_000;
/** The service hears of the end of a connection later than this side, from which it counts the gap to the next. */
const GAP_SLACK_MS = 250;
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
  readonly #bases: Bases;
  readonly #http: AllTickHttp;
  readonly #poller: KlinePoller;
  readonly #demands: Demands;
  readonly #streams: Streams;
  readonly #families: Readonly<Record<AllTickEndpoint, Family>>;
  /** Who waits for an endpoint's connection to be up to date, or hears that it broke. */
  readonly #watchers = new Set<(endpoint: AllTickEndpoint, link: AllTickLink | undefined, cause: string) => void>();
  readonly #probe: ExtensionProbe;
  #closing: Promise<void> | undefined;

  /** Connects to nothing yet. Throws a {@link ClientError} when `url` is no address. */
  constructor(options: AllTickClientOptions) {
    this.#options = options;
    this.#timers = options.timers ?? HOST_TIMERS;
    this.#now = options.now ?? Date.now;
    this.#bases = basesOf(options.url);
    this.#probe = new ExtensionProbe(options.extensions);
    const plan = options.plan ?? "free";
    const times = { timers: this.#timers, now: this.#now };
    this.#http = new AllTickHttp({
      ...times,
      base: this.#bases.http,
      token: options.token,
      plan,
      fetch: options.fetch,
    });
    const { batch, day } = findHttpPlan(plan);
    const pollMs = Math.max(options.pollMs ?? DEFAULT_POLL_MS, batch.windowMs, DAY_MS / (day * POLLS_OF_DAY));
    this.#poller = new KlinePoller(this.#http, this.#timers, pollMs);
    this.#demands = new Demands(findPlan(plan));
    this.#streams = new Streams(this.#demands, () => this.#want());
    const { requestSpacingMs, crossSpacingMs } = findPlan(plan);
    const rule = laneRule<object>(slackened(requestSpacingMs), slackened(crossSpacingMs));
    const pacer = new Pacer(rule, this.#timers, this.#now);
    this.#families = { general: this.#makeFamily("general", pacer), stock: this.#makeFamily("stock", pacer) };
  }

  /** Both endpoints together, as far as something was wanted of them: the worse of the two. */
  get status(): ClientStatus {
    const started = ENDPOINTS.filter((endpoint) => this.#families[endpoint].keeper.started);
    return joinStatuses((started.length === 0 ? ENDPOINTS : started).map((each) => this.#families[each].keeper.status));
  }

  /** Of one endpoint; undefined when nothing was ever wanted of it. */
  statusOf(endpoint: AllTickEndpoint): ClientStatus | undefined {
    const { keeper } = this.#families[endpoint];
    return keeper.started ? keeper.status : undefined;
  }

  /**
   * What is wanted besides the iterators' wants, for those who listen by callbacks; replaces what was wanted before. Throws a
   * {@link ClientError} 603, and changes nothing, where the plan does not allow so many codes of a kind.
   */
  setSubscriptions(subscriptions: AllTickSubscriptions): void {
    if (this.#closing !== undefined) return;
    this.#demands.stand(subscriptions);
    this.#want();
  }

  /** Trades from now on. Ends with the client, in an error where it failed or the codes were refused. Throws as {@link setSubscriptions}. */
  trades(codes: readonly string[], options: StreamOptions = {}): AsyncIterableIterator<Trade, undefined> {
    const stream = this.#open<Trade>(codes, options);
    stream.onEnd(this.#streams.trades.add(codes, (trade) => stream.queue.push(trade)));
    return wanting(stream, () => stream.want("trades", { trades: codes }));
  }

  /** Books from now on, {@link trades} otherwise. */
  books(codes: readonly string[], options: BookOptions = {}): AsyncIterableIterator<Book, undefined> {
    const stream = this.#open<Book>(codes, options);
    const level = options.levels ?? 0;
    const cut = (book: Book): Book => (level === 0 ? book : cutBook(book, level));
    stream.onEnd(this.#streams.books.add(codes, (book) => stream.queue.push(cut(book))));
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
  async extensions(endpoint: AllTickEndpoint = "general"): Promise<boolean> {
    return this.#probe.known ?? this.#probe.ask(await this.ready(endpoint));
  }

  /** The connection of an endpoint, made if need be, when everything flows. For what only a connection can ask. */
  ready(endpoint: AllTickEndpoint = "general"): Promise<AllTickLink> {
    return this.#families[endpoint].keeper.ready();
  }

  /** Ends the connection of an endpoint because it is no good, for `cause`; another one follows, and a hole is told. */
  reconnect(endpoint: AllTickEndpoint, cause: string): void {
    this.#families[endpoint].keeper.drop(cause);
  }

  /** Ends everything; idempotent. Iterators end with what they still hold. Resolves when no connection is open. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#streams.close();
    this.#poller.stop();
    this.#http.close();
    await Promise.all(ENDPOINTS.map((endpoint) => this.#families[endpoint].close()));
  }

  #makeFamily(endpoint: AllTickEndpoint, pacer: Pacer<object>): Family {
    const { token, backOff, random, debounceMs = DEBOUNCE_MS } = this.#options;
    const { reconnectGapMs } = findPlan(this.#options.plan ?? "free");
    const gapMs = reconnectGapMs === 0 ? 0 : reconnectGapMs + GAP_SLACK_MS;
    return new Family({
      endpoint,
      timers: this.#timers,
      now: this.#now,
      debounceMs,
      random,
      backOff: { gapMs, ...backOff },
      connect: (signal) => {
        const url = this.#bases.ws + ALLTICK_WS_PATHS[endpoint];
        return connectAllTick({
          ...linkOptions(this.#options, this.#families[endpoint], this.#streams),
          url,
          token,
          endpoint,
          pacer,
          signal,
        });
      },
      explain: () => this.#http.findRefusal(endpoint),
      extensions: (link) => this.#probe.ask(link),
      onStatus: (status) => this.#onStatus(endpoint, status),
      onHole: (hole) => this.#onHole(hole),
      onRefusal: (refused) => this.#onRefusal(refused),
      onSubscribed: (link) => this.#onSubscribed(endpoint, link),
    });
  }

  #open<E>(codes: readonly string[], options: StreamOptions): Stream<E> {
    return this.#streams.open<E>(codes, options, this.#options.queueLimit ?? QUEUE_LIMIT);
  }

  #want(): void {
    if (this.#closing !== undefined) return;
    for (const endpoint of ENDPOINTS) this.#families[endpoint].want(this.#demands.of(endpoint));
  }

  #live(): LiveSource {
    return {
      open: (codes, options, limit) =>
        this.#streams.open(codes, options, limit ?? this.#options.queueLimit ?? QUEUE_LIMIT),
      streams: this.#streams,
      http: this.#http,
      poller: this.#poller,
      timers: this.#timers,
      now: this.#now,
      extensions: (code) => this.extensions(endpointOfCode(code)),
      liveLink: (code) => (this.#probe.known === true ? this.#families[endpointOfCode(code)].keeper.live : undefined),
      settledLink: (code) => {
        const family = this.#families[endpointOfCode(code)];
        return family.settled ? family.keeper.live : undefined;
      },
      watch: (code, hear) => {
        const own = endpointOfCode(code);
        const watcher = (endpoint: AllTickEndpoint, link: AllTickLink | undefined, cause: string): void => {
          if (endpoint === own) hear(link, cause);
        };
        this.#watchers.add(watcher);
        return () => void this.#watchers.delete(watcher);
      },
      onHole: (hole) => tell(() => this.#options.onHole?.(hole)),
    };
  }

  #onStatus(endpoint: AllTickEndpoint, status: ClientStatus): void {
    const { failure } = this.#families[endpoint].keeper;
    if (status.state !== "live") for (const hear of this.#watchers) hear(endpoint, undefined, status.cause);
    if (failure !== undefined) this.#streams.fail(endpoint, failure);
    tell(() => this.#options.onEndpointStatus?.(endpoint, status));
    tell(() => this.#options.onStatus?.(this.status));
  }

  #onSubscribed(endpoint: AllTickEndpoint, link: AllTickLink): void {
    for (const hear of this.#watchers) hear(endpoint, link, "");
    tell(() => this.#options.onSubscribed?.(endpoint));
  }

  #onHole(hole: Hole): void {
    tell(() => this.#options.onHole?.(hole));
    tell(() => this.#streams.tell(hole));
  }

  #onRefusal(refused: AllTickRefusal): void {
    tell(() => this.#options.onRefusal?.(refused));
    this.#streams.refuse(refused);
  }
}

function slackened(ms: number): number {
  return ms === 0 ? 0 : ms + SPACING_SLACK_MS;
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
