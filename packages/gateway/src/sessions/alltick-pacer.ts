/** How often a token's connections may ask (alltick.md 4). */
import type { AllTickPlan } from "@tickwire/protocol/alltick";
import type { EpochMs } from "@tickwire/protocol/model";
import type { TokenGrant } from "../ports/credentials.ts";
import { FloodStop, type FloodLimits } from "./alltick-flood.ts";

/** Frames of one connection. */
const FRAMES: FloodLimits = { burst: 50, perSecond: 10 };

/** Makes the pacers of all connections. */
export class Pacing {
  readonly #vendor: boolean;
  readonly #crossings = new WeakMap<TokenGrant, CrossSpacing>();

  /** `vendor`: enforce the plan's spacing, within a connection and between those of a token; else stop floods only. */
  constructor(vendor: boolean) {
    this.#vendor = vendor;
  }

  /** The pacer of a new connection of `grant`, whose plan is `plan`. */
  makePacer(grant: TokenGrant, plan: AllTickPlan, now: EpochMs): RequestPacer {
    if (!this.#vendor) return new RequestPacer(now, 0, new CrossSpacing(0));
    let crossing = this.#crossings.get(grant);
    if (crossing === undefined) this.#crossings.set(grant, (crossing = new CrossSpacing(plan.crossSpacingMs)));
    return new RequestPacer(now, plan.requestSpacingMs, crossing);
  }
}

/** The spacing between requests on different connections of one token, whichever endpoints they are on. */
class CrossSpacing {
  readonly #spacingMs: number;
  /** The last request that was allowed. Those before it came even earlier, so it alone decides. */
  #at = -Infinity;
  #by: RequestPacer | undefined;

  constructor(spacingMs: number) {
    this.#spacingMs = spacingMs;
  }

  isAllowed(by: RequestPacer, now: EpochMs): boolean {
    const since = now - this.#at;
    return this.#by === by || since < 0 || since >= this.#spacingMs;
  }

  note(by: RequestPacer, now: EpochMs): void {
    this.#at = now;
    this.#by = by;
  }
}

/** The rate rule of one connection: a flood stop over all frames and, where asked for, a spacing of requests. */
export class RequestPacer {
  readonly #spacingMs: number;
  readonly #crossing: CrossSpacing;
  readonly #flood: FloodStop;
  #requestedAt = -Infinity;

  /** `spacingMs` is the least time between two requests on this connection; `crossing` minds those on others of its token. */
  constructor(now: EpochMs, spacingMs: number, crossing: CrossSpacing) {
    this.#flood = new FloodStop(FRAMES, now);
    this.#spacingMs = spacingMs;
    this.#crossing = crossing;
  }

  /** Counts a frame that came at `now` and tells whether it is allowed. Heartbeats are exempt from the spacing. */
  allow(now: EpochMs, heartbeat: boolean): boolean {
    if (!this.#flood.allow(now)) return false;
    if (heartbeat) return true;
    const since = now - this.#requestedAt;
    this.#requestedAt = now;
    const allowed = (since < 0 || since >= this.#spacingMs) && this.#crossing.isAllowed(this, now);
    if (allowed) this.#crossing.note(this, now);
    return allowed;
  }
}
