/** Gathers trades that live clients do not get, into gaps of which there are few. Pure. */
import type { EpochMs } from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";

/** They are told of at most so often. */
const TELL_INTERVAL_MS = 1_000;
/** More instruments than this are told as all. */
const MAX_CODES = 1_000;

/** One feed's trades that came too late: kept for bars and history (`history`), or lost. */
export class LateTrades {
  readonly #feed: string;
  readonly #codes = new Set<string>();
  #from: EpochMs = Infinity;
  #to: EpochMs = -Infinity;
  #lost = false;
  #toldAt: EpochMs = -Infinity;

  constructor(feed: string) {
    this.#feed = feed;
  }

  /** Takes one of `time`, which came when the newest was of `newest`. */
  add(code: string, time: EpochMs, newest: EpochMs, lost: boolean): void {
    this.#codes.add(code);
    this.#from = Math.min(this.#from, time);
    this.#to = Math.max(this.#to, newest);
    this.#lost ||= lost;
  }

  /** The gap that they make, when it is time to tell of it. */
  take(now: EpochMs): Gap | undefined {
    if (this.#codes.size === 0 || Math.abs(now - this.#toldAt) < TELL_INTERVAL_MS) return undefined;
    this.#toldAt = now;
    const codes = this.#codes.size > MAX_CODES ? [] : [...this.#codes];
    const filledBy = this.#lost ? "" : "history";
    const gap = { feed: this.#feed, from: this.#from, to: this.#to, codes, cause: "reordering", filledBy };
    this.#codes.clear();
    this.#from = Infinity;
    this.#to = -Infinity;
    this.#lost = false;
    return gap;
  }
}
