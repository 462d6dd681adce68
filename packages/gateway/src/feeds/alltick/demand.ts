/** Which codes are asked of an upstream that sells only so many at a time. Pure: time is told. */
import type { EpochMs } from "@tickwire/protocol/model";

/** How long a code is kept after its last watcher has left: whoever lists anew what it watches leaves for a moment. */
export const LINGER_MS = 30_000;

const NONE: ReadonlySet<string> = new Set();

/**
 * The wants of one family. The rule, where they are more than `capacity`: what clients watch comes before the standing list;
 * the codes of the first of the two that does not fit as a whole take turns, in a circle, each turn beginning where the one before it
 * ended. So every code has its turn after at most ⌈their number ÷ their places⌉ turns, and what fits never pauses.
 */
export class Demand {
  readonly #standing: readonly string[];
  /** When the last watcher left; Infinity: watched. In the order in which they were first asked for. */
  readonly #watched = new Map<string, EpochMs>();
  #turn = 0;

  /** `standing`: wanted whether or not somebody watches. */
  constructor(standing: readonly string[]) {
    this.#standing = [...new Set(standing)];
  }

  /** A client begins to watch a code, or the last one has left it. */
  watch(code: string, watched: boolean, now: EpochMs): void {
    if (watched) this.#watched.set(code, Infinity);
    else if (this.#watched.has(code)) this.#watched.set(code, now);
  }

  /** How many codes are wanted. */
  size(now: EpochMs): number {
    return this.#groups(now).reduce((sum, group) => sum + group.length, 0);
  }

  /** When a code that nobody watches any more is let go; Infinity: there is none. */
  get due(): EpochMs {
    let due = Infinity;
    for (const left of this.#watched.values()) due = Math.min(due, left + LINGER_MS);
    return due;
  }

  /** The next ones have their turn. */
  rotate(): void {
    this.#turn++;
  }

  /** The codes of this turn, at most `capacity`, and those that wait for theirs. `without`: codes that cannot be had. */
  choose(
    capacity: number,
    now: EpochMs,
    without: ReadonlySet<string> = NONE,
  ): { readonly codes: readonly string[]; readonly waiting: readonly string[] } {
    const codes: string[] = [];
    const waiting: string[] = [];
    for (const wanted of this.#groups(now)) {
      const group = wanted.filter((code) => !without.has(code));
      const places = Math.max(0, Math.min(group.length, capacity - codes.length));
      const first = places < group.length ? this.#turn * places : 0;
      for (let at = 0; at < group.length; at++) {
        const code = group[(first + at) % group.length]!;
        (at < places ? codes : waiting).push(code);
      }
    }
    return { codes, waiting };
  }

  /** What is watched, and what stands besides it. Lets go what nobody has watched for long enough. */
  #groups(now: EpochMs): [string[], string[]] {
    for (const [code, left] of this.#watched) if (now - left >= LINGER_MS) this.#watched.delete(code);
    return [[...this.#watched.keys()], this.#standing.filter((code) => !this.#watched.has(code))];
  }
}

/**
 * Deals codes out to the members of a pool so that as few as possible move: a code stays where it is. `before` is the last deal,
 * `capacities` how many each takes. Codes beyond all capacity are left out.
 */
export function deal(
  codes: readonly string[],
  before: readonly (readonly string[])[],
  capacities: readonly number[],
): readonly (readonly string[])[] {
  const left = new Set(codes);
  const shares = capacities.map((capacity, at) =>
    (before[at] ?? []).filter((code) => left.has(code)).slice(0, capacity),
  );
  for (const share of shares) for (const code of share) left.delete(code);
  for (const code of left) {
    const room = shares.map((share, at) => capacities[at]! - share.length);
    const most = Math.max(...room);
    if (most <= 0) break;
    shares[room.indexOf(most)]!.push(code);
  }
  return shares;
}
