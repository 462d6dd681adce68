/** Time, as it is given to whoever needs it. */
import type { EpochMs } from "@tickwire/protocol/model";

/** Time and timers, injected so that tests own them. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): EpochMs;
  /** Calls `run` after about `ms`; returns a function that cancels it (idempotent). */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` about every `ms` until cancelled; a late process gets one call, not a burst. */
  every(ms: number, run: () => void): () => void;
}
