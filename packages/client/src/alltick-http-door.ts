/** The way to AllTick's HTTP doors for one token: every request no sooner than the plan allows, and for so long at most. */
import {
  SUSPENSION_RATE,
  findHttpPlan,
  type AllTickHttpPlan,
  type EncodedHttp,
  type HttpCall,
} from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS } from "@tickwire/protocol/errors";
import type { Fetch } from "./alltick-client-options.ts";
import { ClientError, type Timers } from "./connection.ts";
import { closedError } from "./kept-link.ts";
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

/** What a request is for, as the plan counts it. */
export type Call = HttpCall | "suspension";

const ANSWER_TIMEOUT_MS = 10_000;
/** Clocks run differently, and networks do not take equally long. */
const RATE_SLACK_MS = 50;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A call that could not go before so long does not wait for it. */
const MOST_WAIT_MS = 180_000;

/** See the file's head. */
export class HttpDoor {
  /** What the token allows. */
  readonly plan: AllTickHttpPlan;
  readonly #options: HttpOptions;
  readonly #rule: PaceRule<Call>;
  readonly #pacer: Pacer<Call>;
  readonly #abort = new AbortController();

  constructor(options: HttpOptions) {
    this.#options = options;
    this.plan = findHttpPlan(options.plan);
    const { each, batch, minute, day } = this.plan;
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

  /** Whether a request could go at once, and none that waits would have to wait for it. */
  isFree(call: Call): boolean {
    const now = this.#options.now();
    return this.#pacer.waiting === 0 && this.#rule.earliest(call, now) <= now;
  }

  /** Ends the requests that wait; idempotent. */
  close(): void {
    this.#abort.abort();
    this.#pacer.close();
  }

  /** Sends a request when it is its turn and resolves with the answer, whatever it is. Rejects with a {@link ClientError} where there is none. */
  async fetch(call: Call, { method, target, body }: EncodedHttp): Promise<{ status: number; body: string }> {
    const { base, timers, now } = this.#options;
    const fetchIt = this.#options.fetch ?? (globalThis as { fetch?: Fetch }).fetch;
    if (fetchIt === undefined) throw new ClientError("connect", `${call}: this host has no fetch`, undefined, false);
    const wait = this.#rule.earliest(call, now()) - now();
    if (wait > MOST_WAIT_MS && wait !== Infinity) {
      throw new ClientError("refused", `${call}: the plan's requests are used up`, ALLTICK_ERRORS.rateLimit.ret, true);
    }
    if (this.#abort.signal.aborted) throw closedError();
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
      if (this.#abort.signal.aborted) throw closedError();
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
