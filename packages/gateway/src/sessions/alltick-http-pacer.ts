/** How often a token may call over HTTP (alltick.md 5.5). */
import { SUSPENSION_RATE, type AllTickHttpPlan, type HttpCall, type HttpRate } from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import { localDate, type EpochMs } from "@tickwire/protocol/model";
import { FloodStop, type FloodLimits } from "./alltick-flood.ts";

/** Requests of one token, where only floods are stopped. */
const REQUESTS: FloodLimits = { burst: 500, perSecond: 100 };
const MINUTE: Pick<HttpRate, "windowMs"> = { windowMs: 60_000 };

/** What is counted apart: a path of the service. */
export type PacedPath = string;

/** Counts requests in a window that begins with its first request. */
class Window {
  #startedAt = -Infinity;
  #count = 0;

  /** Whether one more may come at `now`. A clock that was set back begins a new window. */
  hasRoom({ count, windowMs }: HttpRate, now: EpochMs): boolean {
    const since = now - this.#startedAt;
    if (since < 0 || since >= windowMs) {
      this.#startedAt = now;
      this.#count = 0;
    }
    return this.#count < count;
  }

  add(): void {
    this.#count++;
  }
}

/** What one token did. */
class Account {
  readonly paths = new Map<PacedPath, Window>();
  readonly minute = new Window();
  day = "";
  today = 0;
  readonly flood: FloodStop;

  constructor(now: EpochMs) {
    this.flood = new FloodStop(REQUESTS, now);
  }
}

/** The rates of all tokens. Keyed by known grants and known paths only: no client can grow it. */
export class HttpPacer {
  readonly #vendor: boolean;
  readonly #zone: string;
  readonly #accounts = new Map<string, Account>();

  /** `vendor`: enforce the plan's rates, days ending at midnight in `zone`; else stop floods only. */
  constructor(vendor: boolean, zone: string) {
    this.#vendor = vendor;
    this.#zone = zone;
  }

  /**
   * Counts a request of the grant with this name and tells why it is refused, if it is. 429 for a rate, 605 when the day's
   * requests are spent. What is refused does not count.
   */
  refusal(
    name: string,
    path: PacedPath,
    call: HttpCall | "suspension",
    plan: AllTickHttpPlan,
    now: EpochMs,
  ): AllTickError | undefined {
    let account = this.#accounts.get(name);
    if (account === undefined) this.#accounts.set(name, (account = new Account(now)));
    return this.#vendor ? this.#byPlan(account, path, rateOf(call, plan), plan, now) : byFlood(account, now);
  }

  #byPlan(
    account: Account,
    path: PacedPath,
    rate: HttpRate,
    plan: AllTickHttpPlan,
    now: EpochMs,
  ): AllTickError | undefined {
    const day = localDate(this.#zone, now);
    if (account.day !== day) {
      account.day = day;
      account.today = 0;
    }
    let own = account.paths.get(path);
    if (own === undefined) account.paths.set(path, (own = new Window()));
    const minute = { ...MINUTE, count: plan.minute };
    if (!own.hasRoom(rate, now) || !account.minute.hasRoom(minute, now)) return ALLTICK_ERRORS.rateLimit;
    if (account.today >= plan.day) return ALLTICK_ERRORS.tooManyRequests;
    own.add();
    account.minute.add();
    account.today++;
    return undefined;
  }
}

function rateOf(call: HttpCall | "suspension", plan: AllTickHttpPlan): HttpRate {
  if (call === "suspension") return SUSPENSION_RATE;
  return call === "batch-kline" ? plan.batch : plan.each;
}

function byFlood(account: Account, now: EpochMs): AllTickError | undefined {
  return account.flood.allow(now) ? undefined : ALLTICK_ERRORS.rateLimit;
}
