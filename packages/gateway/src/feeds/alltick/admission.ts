/** Finds the codes for which an upstream refuses a whole list, so that the others need not suffer. Pure: time is told. */
import type { EpochMs } from "@tickwire/protocol/model";

/** A code that was refused is asked for again after so long: plans change, stocks are listed. */
export const REFUSED_FOR_MS = 3_600_000;

/** What one connection accepts. Codes that are asked for first wait in groups; a group that is refused is halved. */
export class Admission {
  #good: ReadonlySet<string> = new Set();
  /** Until when a code is not asked for. */
  readonly #refused = new Map<string, EpochMs>();
  /** Suspects, in the order in which they are tried; empty: none, whatever is new is asked for at once. */
  #groups: (readonly string[])[] = [];
  /** What was asked for last and has not been answered. */
  #asked: readonly string[] = [];

  /** Codes that are not asked for at `now`. */
  refused(now: EpochMs): readonly string[] {
    for (const [code, until] of this.#refused) if (until <= now) this.#refused.delete(code);
    return [...this.#refused.keys()];
  }

  /** When the first of them may be asked for again; Infinity: there are none. */
  get due(): EpochMs {
    return Math.min(Infinity, ...this.#refused.values());
  }

  /** What was asked for last. */
  get asked(): readonly string[] {
    return this.#asked;
  }

  /** What is to be asked for now, of what is wanted. */
  ask(wanted: readonly string[], now: EpochMs): readonly string[] {
    const refused = new Set(this.refused(now));
    const open = new Set(wanted.filter((code) => !refused.has(code) && !this.#good.has(code)));
    while (this.#groups.length > 0 && !this.#groups[0]!.some((code) => open.has(code))) this.#groups.shift();
    const [group] = this.#groups;
    const tried = group === undefined ? undefined : new Set(group);
    this.#asked = wanted.filter((code) => this.#good.has(code) || (open.has(code) && tried?.has(code) !== false));
    return this.#asked;
  }

  /** What was asked for flows. Whether there is more to ask for. */
  accepted(): boolean {
    this.#good = new Set(this.#asked);
    this.#groups.shift();
    return this.#groups.length > 0;
  }

  /** The list was refused for a code in it. Answers the codes that this shows to be the cause; there is something else to ask for now. */
  rejected(now: EpochMs): readonly string[] {
    const good = this.#asked.filter((code) => this.#good.has(code));
    const suspects = this.#asked.filter((code) => !this.#good.has(code));
    this.#groups.shift();
    if (suspects.length === 0) {
      // What was fine is no longer: all of it is suspect.
      this.#good = new Set();
      this.#split(good);
      return [];
    }
    if (suspects.length === 1) {
      this.#refused.set(suspects[0]!, now + REFUSED_FOR_MS);
      return suspects;
    }
    this.#split(suspects);
    return [];
  }

  #split(codes: readonly string[]): void {
    const half = Math.ceil(codes.length / 2);
    const halves = [codes.slice(0, half), codes.slice(half)].filter((part) => part.length > 0);
    this.#groups.unshift(...halves);
  }
}
