/** The machine's clock and Node's timers. */
import type { Clock } from "./ports/clock.ts";

/** Longest delay that Node's timers can hold; a longer one would fire at once. */
const MAX_DELAY_MS = 2_147_483_647;

/** Makes the clock that runs in production. Its timers keep the process alive until they are cancelled. */
export function makeSystemClock(): Clock {
  return {
    now: () => Date.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, Math.min(ms, MAX_DELAY_MS));
      return () => clearTimeout(timer);
    },
    // Node arms an interval again only after its callback: a late process gets one call, not those it missed.
    every: (ms, run) => {
      const timer = setInterval(run, Math.min(ms, MAX_DELAY_MS));
      return () => clearInterval(timer);
    },
  };
}
