/** How long to wait before trying again: exponential, with full jitter and a cap. Pure. */

/** How long to wait between connections. */
export interface BackOff {
  /** Before the first attempt after a break at most this, doubled with each failure. */
  readonly baseMs: number;
  /** Never longer than this, but for the gap. */
  readonly capMs: number;
  /** Never shorter than this: what the service demands between the end of a connection and the next (alltick.md 4). */
  readonly gapMs: number;
}

/** Waits unless told otherwise. */
export const BACK_OFF: BackOff = { baseMs: 500, capMs: 30_000, gapMs: 0 };
/** Doubling ends somewhere, before it leaves the whole numbers. */
const MOST_DOUBLINGS = 30;

/**
 * How long to wait after so many failures, from 1: the gap, and of a window that doubles a random part (full jitter).
 * Within `[gapMs, max(gapMs, capMs)]`. `random` is from 0 up to 1.
 */
export function backOffDelay(failures: number, { baseMs, capMs, gapMs }: BackOff, random: number): number {
  const window = Math.min(capMs, baseMs * 2 ** Math.min(Math.max(failures - 1, 0), MOST_DOUBLINGS));
  return Math.max(gapMs, Math.min(capMs, gapMs + window * random));
}
