/** Gaps of an upstream that are not over. Pure. */
import type { EpochMs } from "@tickwire/protocol/model";
import type { Gap } from "../../ports/feed.ts";
import type { Known } from "./known.ts";

/** A gap for each instrument that pauses, and one for each connection that is broken, whose instruments are `broken`. */
export function lastingGaps(
  feed: string,
  pausing: readonly Known[],
  broken: readonly (readonly Known[])[],
  now: EpochMs,
): Gap[] {
  const gap = (from: EpochMs, known: readonly Known[], cause: string): Gap => {
    const codes = known.map(({ instrument }) => instrument.id);
    // The upstream's clock may be ahead.
    return { feed, from: Math.min(from, now), to: now, codes, cause, filledBy: "" };
  };
  const paused = pausing.map((known) => gap(known.pausing?.from ?? now, [known], known.pausing?.cause ?? "connection"));
  const lost = broken.filter((all) => all.length > 0);
  return [...paused, ...lost.map((all) => gap(Math.max(...all.map(({ newest }) => newest || now)), all, "connection"))];
}
