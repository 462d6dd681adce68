/** How far the time of an upstream's events is from the receiver's clock. Pure. */
import type { EpochMs } from "@tickwire/protocol/model";

/** Ticks that are later than the quickest ones by less than this are in time. */
const SLACK_MS = 300;
/** By so much a single event may raise the lag: the first snapshots of a subscription are as old as they are. */
const MAX_STEP_MS = 5;
/** An event that is ahead of the receiver's clock and of the quickest ones by more than this is misdated, */
const MAX_AHEAD_MS = 60_000;
/** unless so many follow each other: then the upstream's time has leapt. */
const LEAP_EVENTS = 20;

/**
 * Bars must not close before the ticks that belong to them were received: of an upstream that is delayed, whose clock is wrong, or that
 * plays a past. The quickest events tell how much that is. A tick that is misdated (ctp.md d.9) must not close the bars of all
 * others: what comes from the future is believed when nothing else comes.
 */
export class UpstreamTime {
  /** 0 as long as nothing was received. */
  #lag = 0;
  /** The lag before the newest restart; Infinity: nothing was received before it. */
  #lagBefore = Infinity;
  #isFresh = true;
  #isKnown = false;
  #ahead = 0;

  /** The upstream was connected anew, or began its day again: the next event tells the lag whatever it was before. */
  restart(): void {
    if (this.#isKnown && !this.#isFresh) this.#lagBefore = this.#lag;
    this.#isFresh = true;
    this.#ahead = 0;
  }

  /** An event of `time` was received at `now`. */
  note(time: EpochMs, now: EpochMs): void {
    const lag = now - time;
    if (lag < Math.min(0, this.#lag) - MAX_AHEAD_MS && ++this.#ahead < LEAP_EVENTS) return;
    this.#ahead = 0;
    this.#lag = this.#isFresh ? lag : Math.min(lag, this.#lag + MAX_STEP_MS);
    this.#isFresh = false;
    this.#isKnown = true;
  }

  /** The event time of what the upstream sends, if it is quick, when the receiver's clock shows `now`. */
  eventTime(now: EpochMs): EpochMs {
    return now - this.#lag;
  }

  /**
   * Where a hole ends, in the upstream's time, that was over when the receiver's clock showed `now`: nothing that the upstream
   * sends from then on is older. Rather too late than too early.
   */
  holeEnd(now: EpochMs): EpochMs {
    const lag = this.#isFresh ? this.#lag : Math.min(this.#lag, this.#lagBefore);
    return now - Math.min(lag, Math.max(0, lag - SLACK_MS));
  }

  /** Nothing earlier than this is expected any more. */
  settled(now: EpochMs): EpochMs {
    return this.#isKnown ? now - this.#lag - SLACK_MS : now;
  }
}
