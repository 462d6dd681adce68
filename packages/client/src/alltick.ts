/** One connection in the AllTick dialect: to tickwire, or to the vendor's service. */
import {
  ALLTICK_COMMANDS,
  ALLTICK_OK,
  ALLTICK_PLANS,
  ALLTICK_WS_PATHS,
  HEARTBEAT_INTERVAL_MS,
  decodeFrames,
  encodeRequest,
  endpointOfCode,
  readFoundInstruments,
  readKlineHistory,
  readTradeFrame,
  readSubscriptionList,
  readTradeHistory,
  type AllTickEndpoint,
  type AllTickReply,
  type AllTickRequest,
  type DepthSymbol,
  type FoundTrades,
  type KlineSymbol,
  type SubscriptionList,
  type TradeCursor,
  type WireInstrument,
} from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS } from "@tickwire/protocol/errors";
import type { Book, EpochMs, Kline, Period, Ticker, Trade } from "@tickwire/protocol/model";
import { ClientError, openConnection, type CloseInfo, type Connection, type ConnectionOptions } from "./connection.ts";
import { isTemporary, refusal } from "./errors.ts";
import { laneRule, Pacer } from "./pacer.ts";
import { Requests } from "./requests.ts";

/** What a connection in the AllTick dialect takes. */
export interface AllTickLinkOptions extends ConnectionOptions {
  /** `ws://host:port`, to which the endpoint's path is added, or a whole address with its own path. */
  readonly url: string;
  readonly token: string;
  /** Which of the two endpoints; looked at only where `url` has no path. See `endpointOfCode`. */
  readonly endpoint: AllTickEndpoint;
  readonly onTrade?: (trade: Trade) => void;
  readonly onBook?: (book: Book) => void;
  /** Bars and tickers come from tickwire only. A bar comes again as it is formed, once when it has closed, and when it is revised. */
  readonly onKline?: (kline: Kline) => void;
  readonly onTicker?: (ticker: Ticker) => void;
  /** Hears of what could not be read. */
  readonly onMalformed?: (text: string) => void;
  /** Least time between two requests. Default: a little over the second that every plan asks for. */
  readonly requestSpacingMs?: number;
  /** Says when requests may go, in place of `requestSpacingMs`: for several connections of one token. */
  readonly pacer?: Pacer<object>;
  /** A connection on which nothing came for so long after a heartbeat is mute and given up; default {@link MUTE_MS}. */
  readonly muteMs?: number | undefined;
}

/** A service answers a heartbeat at once; this long allows for a network that is slow. */
export const MUTE_MS = 10_000;

/** Every plan wants a second between two requests; this much more allows for a clock that runs differently. */
export const SPACING_SLACK_MS = 50;
/** Bars, trades and instruments that are asked for unless told otherwise. */
const DEFAULT_KLINES = 100;
const DEFAULT_TRADES = 500;
const DEFAULT_FOUND = 20;
/** What a service says before it ends a connection (alltick.md 6). */
const ENDING: ReadonlySet<number> = new Set([ALLTICK_ERRORS.tokenInvalid.ret, ALLTICK_ERRORS.willClose.ret]);
const HEARTBEAT_REPLY = ALLTICK_COMMANDS.heartbeat + 1;
const DEFAULT_SPACING_MS = ALLTICK_PLANS.free.requestSpacingMs + SPACING_SLACK_MS;

/** The codes by the endpoint that has them, judged by their spelling. */
export function splitByEndpoint(codes: readonly string[]): Map<AllTickEndpoint, string[]> {
  const groups = new Map<AllTickEndpoint, string[]>();
  for (const code of codes) {
    const endpoint = endpointOfCode(code);
    const group = groups.get(endpoint);
    if (group === undefined) groups.set(endpoint, [code]);
    else group.push(code);
  }
  return groups;
}

/** The address with path and token. Throws a {@link ClientError} when `url` is none. */
export function allTickUrl(url: string, endpoint: AllTickEndpoint, token: string): string {
  const address = URL.parse(url);
  if (address === null) throw new ClientError("connect", `cannot connect to ${url}: not an address`);
  if (address.pathname === "/") address.pathname = ALLTICK_WS_PATHS[endpoint];
  address.searchParams.set("token", token);
  return address.href;
}

/** Connects and starts the heartbeat. Rejects with a {@link ClientError}. */
export async function connectAllTick(options: AllTickLinkOptions): Promise<AllTickLink> {
  const url = allTickUrl(options.url, options.endpoint, options.token);
  return new AllTickLink(await openConnection(url, options), options);
}

/** A stretch of the past; a bound that is left out is open. */
export interface TradeRange {
  /** First moment. */
  readonly from?: EpochMs;
  /** First moment that no longer belongs to it. */
  readonly to?: EpochMs;
  /** Most trades on the page. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: TradeCursor;
}

/**
 * One connection to one endpoint. Made by {@link connectAllTick}. What AllTick itself does not have is marked as tickwire's;
 * another service refuses it.
 */
export class AllTickLink {
  /** Resolves when the connection has ended; never rejects. */
  readonly closed: Promise<CloseInfo>;
  readonly #connection: Connection;
  readonly #options: AllTickLinkOptions;
  readonly #requests: Requests<AllTickReply>;
  readonly #muteMs: number;
  /** Cancels the watch that waits for an answer to a heartbeat; undefined when something has come since. */
  #unwatch: (() => void) | undefined;
  #fault: ClientError | undefined;

  constructor(connection: Connection, options: AllTickLinkOptions) {
    this.#connection = connection;
    this.#options = options;
    const { requestSpacingMs = DEFAULT_SPACING_MS, muteMs = MUTE_MS } = options;
    this.#muteMs = muteMs;
    const pacer = options.pacer ?? new Pacer(laneRule(requestSpacingMs, 0), connection.timers, connection.now);
    this.#requests = new Requests(connection, pacer);
    this.closed = connection.closed;
    connection.listen((text) => this.#receive(text));
    const stop = connection.timers.every(HEARTBEAT_INTERVAL_MS, () => this.#beat());
    void this.closed.then(stop).then(() => this.#unwatch?.());
  }

  /** When the newest frame was received; 0 before the first. */
  get lastMessage(): number {
    return this.#connection.lastMessage;
  }

  /** What the service said last that ends connections: 401, 606. */
  get fault(): ClientError | undefined {
    return this.#fault;
  }

  /**
   * Subscribes trades of exactly these codes, instead of those before; none of them ends all of this kind. Rejects with a
   * {@link ClientError} on any `ret` but 200; the list before may still be in force then.
   */
  async subscribeTrades(codes: readonly string[]): Promise<void> {
    if (codes.length === 0) return this.#cancel("trade cancel", { kind: "cancel", cancelType: 2 });
    await this.#ask("trade subscription", { kind: "subscribe-trade", codes });
  }

  /** Subscribes books of exactly these codes, as {@link subscribeTrades}. `level` 0 is as many levels as there are. */
  async subscribeBooks(codes: readonly (string | DepthSymbol)[], level = 0): Promise<void> {
    if (codes.length === 0) return this.#cancel("depth cancel", { kind: "cancel", cancelType: 1 });
    await this.#ask("depth subscription", {
      kind: "subscribe-depth",
      symbols: codes.map((code) => (typeof code === "string" ? { code, level } : code)),
    });
  }

  /** tickwire's: subscribes bars, as {@link subscribeTrades}. */
  async subscribeKlines(symbols: readonly KlineSymbol[]): Promise<void> {
    if (symbols.length === 0) return this.#cancel("kline cancel", { kind: "cancel-extension", cancelType: 1 });
    await this.#ask("kline subscription", { kind: "subscribe-kline", symbols });
  }

  /** tickwire's: subscribes tickers, as {@link subscribeTrades}. */
  async subscribeTickers(codes: readonly string[]): Promise<void> {
    if (codes.length === 0) return this.#cancel("ticker cancel", { kind: "cancel-extension", cancelType: 2 });
    await this.#ask("ticker subscription", { kind: "subscribe-ticker", codes });
  }

  /** tickwire's: the newest bars that begin before or at `end` (default: now), ascending, at most 500; the last may be forming. */
  async klines(code: string, period: Period, limit = DEFAULT_KLINES, end: EpochMs = Infinity): Promise<Kline[]> {
    return readKlineHistory(await this.#ask("klines", { kind: "kline-history", code, period, end, limit }));
  }

  /** tickwire's: a page of recorded trades, ascending, at most 1000. */
  async trades(
    code: string,
    { from = 0, to = Infinity, limit = DEFAULT_TRADES, after }: TradeRange,
  ): Promise<FoundTrades> {
    const page = { kind: "trade-history", code, from, to, limit } as const;
    return readTradeHistory(await this.#ask("trades", after === undefined ? page : { ...page, after }));
  }

  /** tickwire's: the instruments of this endpoint whose code, name or pinyin initials match, best first, at most 100. */
  async search(query: string, limit = DEFAULT_FOUND): Promise<WireInstrument[]> {
    return readFoundInstruments(await this.#ask("search", { kind: "search", query, limit }));
  }

  /** tickwire's: what this connection is subscribed to. */
  async subscriptions(): Promise<SubscriptionList> {
    return readSubscriptionList(await this.#ask("list of subscriptions", { kind: "list-subscriptions" }));
  }

  /** Ends the connection; idempotent. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  #receive(text: string): void {
    if (this.#unwatch !== undefined) {
      this.#unwatch();
      this.#unwatch = undefined;
    }
    const trade = readTradeFrame(text);
    if (trade !== undefined) return this.#options.onTrade?.(trade);
    for (const frame of decodeFrames(text)) {
      if (frame.kind === "trade") this.#options.onTrade?.(frame.trade);
      else if (frame.kind === "book") this.#options.onBook?.(frame.book);
      else if (frame.kind === "kline") this.#options.onKline?.(frame.kline);
      else if (frame.kind === "ticker") this.#options.onTicker?.(frame.ticker);
      else if (frame.kind === "reply") this.#reply(frame);
      else this.#options.onMalformed?.(frame.text);
    }
  }

  async #cancel(what: string, request: AllTickRequest): Promise<void> {
    await this.#ask(what, request);
  }

  /** The `data` of the reply. */
  async #ask(what: string, request: AllTickRequest): Promise<AllTickReply["data"]> {
    const { ret, msg, data } = await this.#requests.ask(what, (number) =>
      encodeRequest(request, number, `tickwire-${number}`),
    );
    if (ret !== ALLTICK_OK) throw refusal(what, ret, msg);
    return data;
  }

  /** A reply to an unreadable header does not say whose it is: requests are answered in order, so it is the oldest's. */
  #reply(reply: AllTickReply): void {
    const { ret, msg, cmdId } = reply;
    if (ENDING.has(ret)) this.#fault = new ClientError("refused", `${ret} ${msg}`, ret, isTemporary(ret));
    if (cmdId === HEARTBEAT_REPLY) return;
    const number = reply.cmdId === 0 ? this.#requests.oldest : reply.seqId;
    if (number !== undefined) this.#requests.answer(number, reply);
  }

  /** Sends a heartbeat; a service from which nothing comes then is gone, whatever TCP says. */
  #beat(): void {
    this.#unwatch ??= this.#connection.timers.after(this.#muteMs, () =>
      this.#connection.giveUp(`mute: no answer to a heartbeat within ${this.#muteMs / 1_000} s`),
    );
    const number = this.#requests.nextNumber();
    this.#connection.send(encodeRequest({ kind: "heartbeat" }, number, `tickwire-${number}`));
  }
}
