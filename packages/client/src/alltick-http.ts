/** AllTick's HTTP calls, each no sooner than the plan allows. */
import {
  ALLTICK_HTTP_PATHS,
  ALLTICK_OK,
  SUSPENSION_ITEMS,
  SUSPENSION_PATH,
  decodeBatchKlines,
  decodeDepthTicks,
  decodeHttpReply,
  decodeKlines,
  decodeStaticInfo,
  decodeTickers,
  decodeTradeTicks,
  encodeHttpRequest,
  endpointOfCode,
  klineTypeOf,
  type AllTickEndpoint,
  type HttpCall,
  type HttpData,
  type KlineReply,
  type Suspension,
  type SuspensionExchange,
} from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS } from "@tickwire/protocol/errors";
import type { Book, EpochMs, Kline, Listing, Period, Ticker, Trade } from "@tickwire/protocol/model";
import { splitByEndpoint } from "./alltick.ts";
import { HttpDoor, type Call, type HttpOptions } from "./alltick-http-door.ts";
import { ClientError } from "./connection.ts";
import { isTemporary, refusal } from "./errors.ts";

/** A question for bars. */
export interface KlineQuestion {
  readonly code: string;
  readonly period: Period;
  /** How many, newest first counted; default 100 of one question (at most 500), 2 of a batch (at most 2). */
  readonly count?: number | undefined;
  /** They begin at this time or earlier; default: now. The vendor does not look at it for stocks (alltick.md 5.1). */
  readonly end?: EpochMs | undefined;
}

/** Which part of a list of halts; both left out: all of it. */
export interface SuspensionRange {
  readonly page?: number | undefined;
  readonly size?: number | undefined;
}

const DEFAULT_COUNT = 100;
const BATCH_COUNT = 2;

/** The calls of one token. Every method rejects with a {@link ClientError}. */
export class AllTickHttp {
  readonly #token: string;
  readonly #door: HttpDoor;
  #number = 0;

  constructor(options: HttpOptions) {
    this.#token = options.token;
    this.#door = new HttpDoor(options);
  }

  /** The newest bars up to a moment, ascending; the last one may be forming. */
  async kline({ code, period, count = DEFAULT_COUNT, end = Infinity }: KlineQuestion): Promise<readonly Kline[]> {
    const reply = decodeKlines(await this.#ask(endpointOfCode(code), "kline", toQuery(code, period, count, end)));
    if (reply === undefined) throw unreadable("kline");
    return reply.bars;
  }

  /** The newest one or two bars of each, in as many calls as the plan needs; those that the service leaves out are missing. */
  async batchKline(questions: readonly KlineQuestion[]): Promise<readonly KlineReply[]> {
    const replies: KlineReply[] = [];
    for (const endpoint of ["general", "stock"] as const) {
      const list = questions
        .filter(({ code }) => endpointOfCode(code) === endpoint)
        .map(({ code, period, count = BATCH_COUNT, end = Infinity }) => toQuery(code, period, count, end));
      for (const data_list of chunks(list, this.#door.plan.groups)) {
        replies.push(...decodeBatchKlines(await this.#ask(endpoint, "batch-kline", { data_list })));
      }
    }
    return replies;
  }

  /** The last trade of each, in as many calls as the plan needs; codes that the service leaves out are missing. */
  tradeTick(codes: readonly string[]): Promise<readonly Trade[]> {
    return this.#askList("trade-tick", codes, decodeTradeTicks);
  }

  /** The book of each, {@link tradeTick} otherwise. */
  depthTick(codes: readonly string[]): Promise<readonly Book[]> {
    return this.#askList("depth-tick", codes, decodeDepthTicks);
  }

  /** Facts of stocks and market indices, {@link tradeTick} otherwise. */
  staticInfo(codes: readonly string[]): Promise<readonly Listing[]> {
    return this.#askList("static_info", codes, decodeStaticInfo);
  }

  /** tickwire's: the day of each so far, {@link tradeTick} otherwise. */
  tickers(codes: readonly string[]): Promise<readonly Ticker[]> {
    return this.#askList("ticker", codes, decodeTickers);
  }

  /** Halts, newest first. */
  async suspension(exchange: SuspensionExchange, { page, size }: SuspensionRange = {}): Promise<readonly Suspension[]> {
    const token = this.#token;
    const query = new URLSearchParams({ token });
    if (page !== undefined) query.set("page", String(page));
    if (size !== undefined) query.set("size", String(size));
    const target = `${SUSPENSION_PATH}/${exchange}?${query.toString()}`;
    const { status, body } = await this.#door.fetch("suspension", { method: "GET", target, body: undefined });
    const list = parsedData(body);
    if (list === undefined) throw replyError("suspension", status, body);
    return list.flatMap((item) => SUSPENSION_ITEMS[exchange].read(item) ?? []);
  }

  /**
   * Why the service refuses connections of the endpoint, as far as HTTP tells: an error if the token is bad, else undefined. It is not
   * asked where a request would have to wait, or others for it.
   */
  async findRefusal(endpoint: AllTickEndpoint): Promise<ClientError | undefined> {
    if (!this.#door.isFree("trade-tick")) return undefined;
    const token = this.#token;
    const target = `${ALLTICK_HTTP_PATHS[endpoint]}/trade-tick?token=${encodeURIComponent(token)}`;
    const { status, body } = await this.#door.fetch("trade-tick", { method: "GET", target, body: undefined });
    const reply = decodeHttpReply(status, body);
    if (reply.ok || reply.ret !== ALLTICK_ERRORS.tokenInvalid.ret) return undefined;
    return new ClientError("connect", `${reply.ret} ${reply.msg}`, reply.ret, isTemporary(reply.ret));
  }

  /** Ends the calls that wait; idempotent. */
  close(): void {
    this.#door.close();
  }

  async #askList<T>(
    call: "trade-tick" | "depth-tick" | "static_info" | "ticker",
    codes: readonly string[],
    decode: (data: Readonly<Record<string, unknown>>) => T[],
  ): Promise<T[]> {
    const found: T[] = [];
    for (const [endpoint, own] of splitByEndpoint(codes)) {
      for (const some of chunks(own, this.#door.plan.codes)) {
        found.push(...decode(await this.#ask(endpoint, call, { symbol_list: some.map((code) => ({ code })) })));
      }
    }
    return found;
  }

  async #ask<C extends HttpCall>(
    endpoint: AllTickEndpoint,
    call: C,
    data: HttpData[C],
  ): Promise<Readonly<Record<string, unknown>>> {
    const trace = `tickwire-${++this.#number}`;
    const request = encodeHttpRequest(endpoint, call, data, this.#token, trace);
    const { status, body } = await this.#door.fetch(call, request);
    const reply = decodeHttpReply(status, body);
    // No `ret`, or one that says it went well though there is no data: not the service, or not all of its answer.
    if (!reply.ok && reply.ret === ALLTICK_OK) throw unreadable(call);
    if (!reply.ok) throw refusal(call, reply.ret, reply.msg);
    return reply.data;
  }
}

function toQuery(code: string, period: Period, count: number, end: EpochMs): HttpData["kline"] {
  return {
    code,
    kline_type: klineTypeOf(period),
    kline_timestamp_end: Number.isFinite(end) ? Math.floor(end / 1_000) : 0,
    query_kline_num: count,
    adjust_type: 0,
  };
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}

/** `data` of an answer that says `success`. */
function parsedData(body: string): readonly unknown[] | undefined {
  try {
    const { success, data } = JSON.parse(body) as { success?: unknown; data?: unknown };
    return success === true && Array.isArray(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function replyError(call: Call, status: number, body: string): ClientError {
  const reply = decodeHttpReply(status, body);
  return reply.ok || reply.ret === ALLTICK_OK ? unreadable(call) : refusal(call, reply.ret, reply.msg);
}

/** What stands between answers in the service's place now and then: the next answer may be its own. */
function unreadable(call: Call): ClientError {
  return new ClientError("refused", `${call}: the answer cannot be read`, undefined, true);
}
