/** Pseudo-random numbers, reproducible from a seed and a name. */

const U32 = 2 ** 32;
/** Brings the sum of four uniform numbers (variance 1/3) to variance 1. */
const SUM_TO_NORMAL = Math.sqrt(3);

/**
 * A stream of its own for every (seed, name): what one instrument draws never depends on another's draws.
 * Marsaglia's xorshift with 128 bits of state ("Xorshift RNGs", 2003), started from an FNV-1a hash of the name.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number, name: string) {
    let hash = scramble(seed ^ 0x811c9dc5);
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    this.#a = hash = scramble(hash);
    this.#b = hash = scramble(hash ^ 1);
    this.#c = hash = scramble(hash ^ 2);
    // All four words zero would stay zero for ever.
    this.#d = scramble(hash ^ 3) | 1;
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const t = this.#a ^ (this.#a << 11);
    this.#a = this.#b;
    this.#b = this.#c;
    this.#c = this.#d;
    this.#d = this.#d ^ (this.#d >>> 19) ^ t ^ (t >>> 8);
    return this.#d >>> 0;
  }

  /** Uniform in (0, 1). */
  uniform(): number {
    return (this.bits() + 0.5) / U32;
  }

  /** Mean 0, standard deviation 1, never beyond ±3.5: no tail can throw a price. */
  normal(): number {
    const x = this.bits();
    const y = this.bits();
    const sum = (x & 0xffff) + (x >>> 16) + (y & 0xffff) + (y >>> 16);
    return ((sum + 2) / 0x10000 - 2) * SUM_TO_NORMAL;
  }

  /** Exponentially distributed with mean 1: the gaps of a Poisson process. */
  exponential(): number {
    return -Math.log(this.uniform());
  }
}

/** Spreads a 32-bit integer over all 32 bits. */
function scramble(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 16);
}
