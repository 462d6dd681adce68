/** What the feed keeps of one instrument. */
import { endpointOfCode, type AllTickEndpoint } from "@tickwire/protocol/alltick";
import type { EpochMs, Instrument } from "@tickwire/protocol/model";
import type { Tail } from "../../ports/history.ts";

const MINUTE_MS = 60_000;

/**
 * Why a code no longer flows: it waits for its `rotation`, nobody wants it (`unwatched`), the upstream will not give it or not with
 * others (`refused`), or its `connection` is gone for good.
 */
export type PauseCause = "rotation" | "unwatched" | "refused" | "connection";

/** A stretch in which a code does not flow; it begins with the newest event before it. */
export interface Pause {
  readonly from: EpochMs;
  readonly cause: PauseCause;
}

/** One instrument of an upstream. */
export class Known {
  /** As the upstream spells it. */
  readonly code: string;
  readonly endpoint: AllTickEndpoint;
  instrument: Instrument;
  /** Event time of its newest event; 0 before the first. */
  newest: EpochMs = 0;
  /** What tells its last trade and its last book from others. */
  readonly heard = { trade: { time: 0, seq: 0 }, book: { time: 0, seq: 0 } };
  /** How often its day so far was asked for in vain. */
  dayTries = 0;
  /** Whether its past was asked for, and its listing. */
  joined = false;
  listed = false;
  /** Where its stored past ends; 0: there is none. */
  readonly storedTo: EpochMs;
  /** When it last began to flow; 0: it never did. */
  #flowsSince: EpochMs = 0;
  #pause: Pause | undefined;

  constructor(code: string, instrument: Instrument, tail: Tail | undefined) {
    this.code = code;
    const stored = tail?.minutes.at(-1)?.time ?? -MINUTE_MS;
    this.storedTo = Math.max(stored + MINUTE_MS, tail?.trades.at(-1)?.time ?? 0);
    this.endpoint = endpointOfCode(code);
    this.instrument = instrument;
  }

  /** It flowed and does no longer; its data ends with its newest event. The first cause counts until it flows again. */
  pause(now: EpochMs, cause: PauseCause): void {
    // Events come before every list is answered: one that was heard of has flowed.
    const from = this.newest || this.#flowsSince;
    if (from > 0) this.#pause ??= { from: Math.min(from, now), cause };
  }

  /** The pause under way. */
  get pausing(): Pause | undefined {
    return this.#pause;
  }

  /** It flows from now on. Answers the pause that this ends, if there was one. */
  flow(now: EpochMs): Pause | undefined {
    const pause = this.#pause;
    this.#pause = undefined;
    this.#flowsSince = now;
    return pause;
  }
}
