/** Who is next: a binary heap, so that a turn costs by its events and not by the number of instruments. */

/** Entries by the moment they are due; equal moments in the order they were added. */
export class Schedule<T> {
  readonly #dues: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: T[] = [];
  #added = 0;

  /** When the next entry is due; Infinity when there is none. */
  get due(): number {
    return this.#dues[0] ?? Infinity;
  }

  /** The next entry. There must be one. */
  get next(): T {
    return this.#items[0]!;
  }

  /** Adds an entry. */
  add(due: number, item: T): void {
    const order = this.#added++;
    let at = this.#items.length;
    this.#dues.push(due);
    this.#orders.push(order);
    this.#items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#dues[parent]! <= due) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#place(at, due, order, item);
  }

  /** Puts the next entry back at a later moment. */
  postpone(due: number): void {
    const dues = this.#dues;
    const order = this.#orders[0]!;
    const item = this.#items[0]!;
    const count = dues.length;
    let at = 0;
    for (let child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && this.#before(child + 1, dues[child]!, this.#orders[child]!)) child++;
      if (!this.#before(child, due, order)) break;
      this.#move(child, at);
      at = child;
    }
    this.#place(at, due, order, item);
  }

  #before(at: number, due: number, order: number): boolean {
    const own = this.#dues[at]!;
    return own < due || (own === due && this.#orders[at]! < order);
  }

  #move(from: number, to: number): void {
    this.#place(to, this.#dues[from]!, this.#orders[from]!, this.#items[from]!);
  }

  #place(at: number, due: number, order: number, item: T): void {
    this.#dues[at] = due;
    this.#orders[at] = order;
    this.#items[at] = item;
  }
}
