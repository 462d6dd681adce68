/** How often something happens, learned from when it did: five numbers, whatever its age. Pure. */

/** What was learned loses half its weight in this time. */
const HALF_LIFE_MS = 4 * 3_600_000;
/** Gaps that must have been seen before anything is said. */
const MIN_GAPS = 5;
/** Few gaps tell little: what is typical counts as longer by this share over their number. */
const DOUBT = 8;
/** A silence is not strange before it is so many times the longest one seen. */
const LONGEST_FACTOR = 4;

/** The rhythm of one thing. Bursts do not hide its pauses: everything is weighed by time. */
export class Rhythm {
  #seen = 0;
  #gaps = 0;
  #time = 0;
  #longest = 0;

  /** Whether enough was seen. */
  get isKnown(): boolean {
    return this.#seen >= MIN_GAPS;
  }

  /** Takes the time between two events, in milliseconds. */
  learn(gap: number): void {
    const weight = gap <= 0 ? 1 : 2 ** (-gap / HALF_LIFE_MS);
    this.#seen++;
    this.#gaps = this.#gaps * weight + 1;
    this.#time = this.#time * weight + Math.max(0, gap);
    this.#longest = Math.max(gap, this.#longest * weight);
  }

  /** The silence that is strange: `factor` times what is typical, more where longer ones are normal. Infinity while unknown. */
  bound(factor: number): number {
    if (!this.isKnown) return Infinity;
    const typical = Math.max(1, this.#time / this.#gaps) * (1 + DOUBT / this.#gaps);
    return Math.max(factor * typical, LONGEST_FACTOR * this.#longest);
  }
}
