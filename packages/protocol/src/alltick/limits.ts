/** What AllTick's plans allow, and the protocol's own times and sizes. */

/** What one plan allows on WebSocket (alltick.md 4). */
export interface AllTickPlan {
  /** Connections at a time per token and endpoint: the two endpoints are counted apart. */
  readonly connections: number;
  /** Codes per connection and kind: trades and depth are counted apart. */
  readonly codes: number;
  /** Least time between two requests on one connection, across commands, heartbeats excepted. */
  readonly requestSpacingMs: number;
  /** Least time between two requests on different connections of a token. */
  readonly crossSpacingMs: number;
  /** Least time between the end of a connection and the next one of the same token and endpoint. */
  readonly reconnectGapMs: number;
}

const PAID = { requestSpacingMs: 1_000, crossSpacingMs: 3_000, reconnectGapMs: 3_000 };
const LARGE: AllTickPlan = Object.freeze({ connections: 10, codes: 3_000, ...PAID });

/** tickwire's own, for a team's programs behind one gateway: bounded only so that nothing is unbounded. */
const UNLIMITED: AllTickPlan = Object.freeze({
  connections: 100_000,
  codes: 100_000,
  requestSpacingMs: 0,
  crossSpacingMs: 0,
  reconnectGapMs: 0,
});

/** The plans by the names that a token's grant uses: the vendor's, and `unlimited`. */
export const ALLTICK_PLANS = {
  free: { connections: 1, codes: 5, requestSpacingMs: 1_000, crossSpacingMs: 3_000, reconnectGapMs: 10_000 },
  basic: { connections: 1, codes: 100, ...PAID },
  premium: { connections: 3, codes: 200, ...PAID },
  professional: LARGE,
  "all-hk": LARGE,
  "all-cn": LARGE,
  "all-us": LARGE,
  unlimited: UNLIMITED,
} as const satisfies Readonly<Record<string, AllTickPlan>>;

/** Name of a plan. */
export type AllTickPlanName = keyof typeof ALLTICK_PLANS;

/** The vendor's plan with most of everything. */
export const LARGEST_PLAN: AllTickPlanName = "professional";

/** The plan of that name; a name that is not in the table gets the smallest plan. */
export function findPlan(name: string): AllTickPlan {
  return Object.hasOwn(ALLTICK_PLANS, name) ? ALLTICK_PLANS[name as AllTickPlanName] : ALLTICK_PLANS.free;
}

/** A client sends a heartbeat this often (alltick.md 3.1). */
export const HEARTBEAT_INTERVAL_MS = 10_000;
/** A server drops a connection that sent none for this long (alltick.md 3.1). */
export const HEARTBEAT_TIMEOUT_MS = 30_000;

/** Longest trace that is accepted and echoed: real clients pass the documented 64 now and then (alltick.md 2, 9.6). */
export const MAX_TRACE_CHARS = 1_024;
/** Longest `seq_id` that is accepted and echoed, in characters of its JSON text. */
export const MAX_SEQ_CHARS = 64;
/** Longest instrument code, in characters; a longer one names nothing. */
export const MAX_CODE_CHARS = 80;
