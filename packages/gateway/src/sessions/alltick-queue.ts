/** What takes time on one connection, one after the other: its answers come in the order of its questions. */

/** Questions that may wait on one connection. */
const MOST_WAITING = 8;

/** The line of one connection. */
export class RequestQueue {
  readonly #waiting: (() => Promise<void>)[] = [];
  #busy = false;

  /** Puts `work`, which never rejects, into the line; false when the line is full. */
  add(work: () => Promise<void>): boolean {
    if (this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push(work);
    if (!this.#busy) void this.#run();
    return true;
  }

  /** Forgets what has not begun. */
  clear(): void {
    this.#waiting.length = 0;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let work = this.#waiting.shift(); work !== undefined; work = this.#waiting.shift()) await work();
    this.#busy = false;
  }
}
