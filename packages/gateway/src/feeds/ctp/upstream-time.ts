/** How far the time of an upstream's events is from the receiver's clock. Pure. */
import type { EpochMs } from "@tickwire/protocol/model";

/** Ticks that are later than the quickest ones by less than this are in time. */
const SLACK_MS = 300;
/** By so much a single event may raise the lag: the first snapshots of a subscription are as old as they are. */
const MAX_STEP_MS = 5;

/**
 * Bars must not close before the ticks that belong to them were received: of an upstream that is delayed, whose clock is wrong, or that
 * plays a past. The quickest events tell how much that is.
 */
export class UpstreamTime {
  /** 0 as long as nothing was received. */
  #lag = 0;
  #isFresh = true;

  /** The upstream was connected anew: the next event tells the lag whatever it was before. */
  restart(): void {
    this.#isFresh = true;
  }

  /** An event of `time` was received at `now`. */
  note(time: EpochMs, now: EpochMs): void {
    const lag = now - time;
    this.#lag = this.#isFresh ? lag : Math.min(lag, this.#lag + MAX_STEP_MS);
    this.#isFresh = false;
  }

  /** The event time of what the upstream sends, if it is quick, when the receiver's clock shows `now`. */
  eventTime(now: EpochMs): EpochMs {
    return now - this.#lag;
  }

  /** Nothing earlier than this is expected any more. */
  settled(now: EpochMs): EpochMs {
    return this.#isFresh && this.#lag === 0 ? now : now - this.#lag - SLACK_MS;
  }
}
