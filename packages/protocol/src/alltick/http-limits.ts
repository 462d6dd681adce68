/** What AllTick's plans allow over HTTP (alltick.md 5.1, 5.2, 5.3, 5.5). */
import type { AllTickPlanName } from "./limits.ts";

/** So many requests in so long. */
export interface HttpRate {
  readonly count: number;
  readonly windowMs: number;
}

/** What one plan allows, per token. */
export interface AllTickHttpPlan {
  /** Of each call but batch-kline. */
  readonly each: HttpRate;
  readonly batch: HttpRate;
  /** All calls together, per minute. */
  readonly minute: number;
  /** All calls together, per day. */
  readonly day: number;
  /** Codes in one list; what is beyond is not answered. */
  readonly codes: number;
  /** Groups (code and kline_type) in one batch-kline. */
  readonly groups: number;
}

const SECOND = 1_000;
const PAID_CODES = 50;

const LARGE: AllTickHttpPlan = Object.freeze({
  each: { count: 20, windowMs: SECOND },
  batch: { count: 1, windowMs: SECOND },
  minute: 1_200,
  day: 1_728_000,
  codes: PAID_CODES,
  groups: 500,
});

/** tickwire's own: bounded only so that nothing is unbounded. */
const UNLIMITED: AllTickHttpPlan = Object.freeze({
  each: { count: 100_000, windowMs: SECOND },
  batch: { count: 100_000, windowMs: SECOND },
  minute: 6_000_000,
  day: 8_640_000_000,
  codes: 1_000,
  groups: 1_000,
});

/** The plans, by the names of `ALLTICK_PLANS`. */
export const ALLTICK_HTTP_PLANS: Readonly<Record<AllTickPlanName, AllTickHttpPlan>> = {
  free: {
    each: { count: 1, windowMs: 10 * SECOND },
    batch: { count: 1, windowMs: 10 * SECOND },
    minute: 10,
    day: 1_000,
    codes: 5,
    groups: 5,
  },
  basic: {
    each: { count: 1, windowMs: SECOND },
    batch: { count: 1, windowMs: 3 * SECOND },
    minute: 60,
    day: 86_400,
    codes: PAID_CODES,
    groups: 100,
  },
  premium: {
    each: { count: 10, windowMs: SECOND },
    batch: { count: 1, windowMs: 2 * SECOND },
    minute: 600,
    day: 864_000,
    codes: PAID_CODES,
    groups: 200,
  },
  professional: LARGE,
  "all-hk": LARGE,
  "all-cn": LARGE,
  "all-us": LARGE,
  unlimited: UNLIMITED,
};

/** Suspension lists, on every plan. */
export const SUSPENSION_RATE: HttpRate = { count: 1, windowMs: 60 * SECOND };

/** The plan of that name; a name that is not in the table gets the smallest plan. */
export function findHttpPlan(name: string): AllTickHttpPlan {
  return Object.hasOwn(ALLTICK_HTTP_PLANS, name)
    ? ALLTICK_HTTP_PLANS[name as AllTickPlanName]
    : ALLTICK_HTTP_PLANS.free;
}

/** Most bars in one answer of kline; who asks for more gets these (alltick.md 5.1). */
export const MAX_KLINES = 500;
/** Most bars per group of batch-kline; who asks for more gets these (alltick.md 5.2). */
export const MAX_BATCH_KLINES = 2;
