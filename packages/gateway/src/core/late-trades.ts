/** Gathers what came too late for live clients into gaps of which there are few. Pure. */
import type { EpochMs } from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";

/** They are told of at most so often. */
const TELL_INTERVAL_MS = 1_000;
/** More instruments than this are told as all. */
const MAX_CODES = 1_000;
/** Stretches that are no further apart than this are one. */
const JOIN_MS = 10_000;

/** A stretch of time in which something came too late: kept for bars and history, or `lost`. */
interface Stretch {
  from: EpochMs;
  to: EpochMs;
  /** Undefined: all instruments. */
  codes: Set<string> | undefined;
  lost: boolean;
}

/**
 * One feed's trades and snapshots that came too late. A stretch that adjoins or overlaps the one told before is told as that one
 * made longer (same beginning and codes, so that it takes its place in the ledger); one that lies in it is not told
 * again. So there is at most one entry for each {@link JOIN_MS} of event time, and one more for each instrument that joins in.
 */
export class LateTrades {
  readonly #feed: string;
  #waiting: (Stretch & { codes: Set<string> }) | undefined;
  #told: Stretch | undefined;
  #toldAt: EpochMs = -Infinity;

  constructor(feed: string) {
    this.#feed = feed;
  }

  /** Takes one of `time`, which came when the newest was of `newest`. */
  add(code: string, time: EpochMs, newest: EpochMs, lost: boolean): void {
    const waiting = (this.#waiting ??= { from: Infinity, to: -Infinity, codes: new Set(), lost: false });
    waiting.codes.add(code);
    waiting.from = Math.min(waiting.from, time);
    waiting.to = Math.max(waiting.to, newest);
    waiting.lost ||= lost;
  }

  /** The gap that they make, when it is time to tell of it and it is not told already. */
  take(now: EpochMs): Gap | undefined {
    const stretch = this.#waiting;
    if (stretch === undefined || Math.abs(now - this.#toldAt) < TELL_INTERVAL_MS) return undefined;
    this.#toldAt = now;
    this.#waiting = undefined;
    const told = this.#told;
    if (told === undefined || !adjoins(stretch, told)) return this.#tell(stretch);
    if (!holdsAll(told, stretch.codes)) {
      for (const code of told.codes!) stretch.codes.add(code);
      return this.#tell(stretch);
    }
    if (stretch.to <= told.to && (told.lost || !stretch.lost)) return undefined;
    return this.#tell({ ...told, to: Math.max(told.to, stretch.to), lost: told.lost || stretch.lost });
  }

  #tell(stretch: Stretch): Gap {
    const { from, to, lost } = stretch;
    const codes = (stretch.codes?.size ?? Infinity) > MAX_CODES ? undefined : stretch.codes;
    this.#told = { from, to, codes, lost };
    return {
      feed: this.#feed,
      from,
      to,
      codes: [...(codes ?? [])],
      cause: "reordering",
      filledBy: lost ? "" : "history",
    };
  }
}

function adjoins(stretch: Stretch, told: Stretch): boolean {
  return stretch.from >= told.from && stretch.from <= told.to + JOIN_MS;
}

function holdsAll({ codes }: Stretch, asked: ReadonlySet<string>): boolean {
  return codes === undefined || [...asked].every((code) => codes.has(code));
}
