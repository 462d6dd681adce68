/** SessionIDs, which the wire of CTP has 32 bits for. Pure. */

/** The largest int of 32 bits. */
const MAX_SESSION_ID = 2 ** 31 - 1;

/** Gives out SessionIDs one after the other; after the largest comes 1 again. */
export class SessionIds {
  #last: number;

  /** `last` is the last one that was given out before; 0: none. */
  constructor(last: number) {
    this.#last = last;
  }

  /** The next one. */
  next(): number {
    this.#last = this.#last >= MAX_SESSION_ID ? 1 : this.#last + 1;
    return this.#last;
  }
}
