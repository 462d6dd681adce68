/** Work that is done one after the other for each of many. */

/** How much may wait. */
export interface TurnLimits {
  /** For one key, what is under way included. */
  readonly each: number;
  readonly all: number;
}

interface Line {
  tail: Promise<unknown>;
  length: number;
}

/** Lines by key: in each the next work begins when the one before has ended. */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #lines = new Map<string, Line>();
  #all = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Does `work` when it is its turn. Rejects, without doing it, when too much waits already. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { tail: Promise.resolve(), length: 0 };
    if (line.length >= this.#limits.each || this.#all >= this.#limits.all) throw new Error("too much waits already");
    this.#lines.set(key, line);
    line.length++;
    this.#all++;
    const result = line.tail.then(work);
    // Whoever comes next waits for the end, however it came about.
    line.tail = result.catch(() => {});
    try {
      return await result;
    } finally {
      this.#all--;
      if (--line.length === 0) this.#lines.delete(key);
    }
  }
}
