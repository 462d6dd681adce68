/** AllTick's HTTP calls, each no sooner than the plan allows. */
import {
  ALLTICK_HTTP_PATHS,
  SUSPENSION_ITEMS,
  SUSPENSION_PATH,
  SUSPENSION_RATE,
  decodeBatchKlines,
  decodeDepthTicks,
  decodeHttpReply,
  decodeKlines,
  decodeStaticInfo,
  decodeTickers,
  decodeTradeTicks,
  encodeHttpRequest,
  endpointOfCode,
  findHttpPlan,
  klineTypeOf,
  type AllTickEndpoint,
  type EncodedHttp,
  type HttpCall,
  type HttpData,
  type KlineReply,
  type Suspension,
  type SuspensionExchange,
} from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS } from "@tickwire/protocol/errors";
import type { Book, EpochMs, Kline, Listing, Period, Ticker, Trade } from "@tickwire/protocol/model";
import { splitByEndpoint } from "./alltick.ts";
import type { Fetch } from "./alltick-client-options.ts";
import { ClientError, type Timers } from "./connection.ts";
import { isTemporary, refusal } from "./errors.ts";
import { Pacer, rateRule, type PaceRule } from "./pacer.ts";

/** What the calls need. */
export interface HttpOptions {
  /** `http://` or `https://`, without a slash at its end. */
  readonly base: string;
  readonly token: string;
  readonly plan: string;
  readonly fetch: Fetch | undefined;
  readonly timers: Timers;
  readonly now: () => number;
}

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

type Call = HttpCall | "suspension";

const ANSWER_TIMEOUT_MS = 10_000;
const DEFAULT_COUNT = 100;
const BATCH_COUNT = 2;
/** Clocks run differently, and networks do not take equally long. */
const RATE_SLACK_MS = 50;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A call that could not go before so long does not wait for it. */
const MOST_WAIT_MS = 180_000;

/** The calls of one token. Every method rejects with a {@link ClientError}. */
export class AllTickHttp {
  readonly #options: HttpOptions;
  readonly #plan;
  readonly #rule: PaceRule<Call>;
  readonly #pacer: Pacer<Call>;
  readonly #abort = new AbortController();
  #number = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#plan = findHttpPlan(options.plan);
    const { each, batch, minute, day } = this.#plan;
    const all = [
      ["minute", slackened(minute, MINUTE_MS)],
      ["day", slackened(day, DAY_MS)],
    ] as const;
    this.#rule = rateRule((call) => {
      const own = call === "batch-kline" ? batch : call === "suspension" ? SUSPENSION_RATE : each;
      return [[call, slackened(own.count, own.windowMs)], ...all];
    });
    this.#pacer = new Pacer(this.#rule, options.timers, options.now);
  }

  /** The newest bars up to a moment, ascending; the last one may be forming. */
  async kline({ code, period, count = DEFAULT_COUNT, end = Infinity }: KlineQuestion): Promise<readonly Kline[]> {
    const reply = decodeKlines(await this.#ask(endpointOfCode(code), "kline", toQuery(code, period, count, end)));
    if (reply === undefined) throw new ClientError("refused", "kline: the answer cannot be read", undefined, true);
    return reply.bars;
  }

  /** The newest one or two bars of each, in as many calls as the plan needs; those that the service leaves out are missing. */
  async batchKline(questions: readonly KlineQuestion[]): Promise<readonly KlineReply[]> {
    const replies: KlineReply[] = [];
    for (const endpoint of ["general", "stock"] as const) {
      const list = questions
        .filter(({ code }) => endpointOfCode(code) === endpoint)
        .map(({ code, period, count = BATCH_COUNT, end = Infinity }) => toQuery(code, period, count, end));
      for (const data_list of chunks(list, this.#plan.groups)) {
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
    const { token } = this.#options;
    const query = new URLSearchParams({ token });
    if (page !== undefined) query.set("page", String(page));
    if (size !== undefined) query.set("size", String(size));
    const target = `${SUSPENSION_PATH}/${exchange}?${query.toString()}`;
    const { status, body } = await this.#fetch("suspension", { method: "GET", target, body: undefined });
    const list = parsedData(body);
    if (list === undefined) throw replyError("suspension", status, body);
    return list.flatMap((item) => SUSPENSION_ITEMS[exchange].read(item) ?? []);
  }

  /** Why the service refuses connections of the endpoint, as far as HTTP tells: an error if the token is bad, else undefined. */
  async findRefusal(endpoint: AllTickEndpoint): Promise<ClientError | undefined> {
    const { token } = this.#options;
    const target = `${ALLTICK_HTTP_PATHS[endpoint]}/trade-tick?token=${encodeURIComponent(token)}`;
    const { status, body } = await this.#fetch("trade-tick", { method: "GET", target, body: undefined });
    const reply = decodeHttpReply(status, body);
    if (reply.ok || reply.ret !== ALLTICK_ERRORS.tokenInvalid.ret) return undefined;
    return new ClientError("connect", `${reply.ret} ${reply.msg}`, reply.ret, isTemporary(reply.ret));
  }

  /** Ends the calls that wait; idempotent. */
  close(): void {
    this.#abort.abort();
    this.#pacer.close();
  }

  async #askList<T>(
    call: "trade-tick" | "depth-tick" | "static_info" | "ticker",
    codes: readonly string[],
    decode: (data: Readonly<Record<string, unknown>>) => T[],
  ): Promise<T[]> {
    const found: T[] = [];
    for (const [endpoint, own] of splitByEndpoint(codes)) {
      for (const some of chunks(own, this.#plan.codes)) {
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
    const request = encodeHttpRequest(endpoint, call, data, this.#options.token, trace);
    const { status, body } = await this.#fetch(call, request);
    const reply = decodeHttpReply(status, body);
    if (!reply.ok) throw refusal(call, reply.ret, reply.msg);
    return reply.data;
  }

  async #fetch(call: Call, { method, target, body }: EncodedHttp): Promise<{ status: number; body: string }> {
    const { base, timers, now } = this.#options;
    const fetchIt = this.#options.fetch ?? (globalThis as { fetch?: Fetch }).fetch;
    if (fetchIt === undefined) throw new ClientError("connect", `${call}: this host has no fetch`, undefined, false);
    const wait = this.#rule.earliest(call, now()) - now();
    if (wait > MOST_WAIT_MS && wait !== Infinity) {
      throw new ClientError("refused", `${call}: the plan's requests are used up`, ALLTICK_ERRORS.rateLimit.ret, true);
    }
    await this.#pacer.turn(call);
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const cancel = timers.after(ANSWER_TIMEOUT_MS, end);
    this.#abort.signal.addEventListener("abort", end);
    try {
      if (this.#abort.signal.aborted) throw new Error("closed");
      const init = { method, signal: ended.signal, ...(body === undefined ? {} : { body }) };
      const response = await fetchIt(base + target, init);
      return { status: response.status, body: await response.text() };
    } catch {
      if (this.#abort.signal.aborted) throw new ClientError("closed", `${call}: the client is closed`);
      if (ended.signal.aborted)
        throw new ClientError("timeout", `${call}: no answer within ${ANSWER_TIMEOUT_MS / 1_000} s`);
      throw new ClientError("connect", `${call}: no answer from ${base}`);
    } finally {
      this.#pacer.done(call);
      cancel();
      this.#abort.signal.removeEventListener("abort", end);
    }
  }
}

function slackened(count: number, windowMs: number): { count: number; windowMs: number } {
  return { count, windowMs: windowMs + RATE_SLACK_MS };
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
  return reply.ok ? refusal(call, status, "the answer cannot be read") : refusal(call, reply.ret, reply.msg);
}
