/** Bounded queues between those who push and those who iterate. */

/** What a queue takes. */
export interface QueueOptions {
  /** Most elements that wait; default {@link QUEUE_LIMIT}. */
  readonly limit?: number;
  /** Told of every element that was dropped because the consumer fell behind, with how many there were so far. */
  readonly onLost?: ((lost: number) => void) | undefined;
  /** Called once when nobody iterates any more: the consumer left, or {@link EventQueue.end} was called. */
  readonly onDone?: (() => void) | undefined;
}

/** Elements that wait unless told otherwise: some seconds of a busy market. */
export const QUEUE_LIMIT = 10_000;

const FIRST_SIZE = 16;

interface Waiting<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A queue of one consumer. Pushing is synchronous and never waits; when the queue is full the oldest element goes, as what is
 * new matters most, and the loss is counted and told.
 */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #limit: number;
  readonly #options: QueueOptions;
  readonly #waiting: Waiting<T>[] = [];
  /** A ring: `#count` elements from `#head` on. It grows as needed, up to the limit. */
  #ring: (T | undefined)[] = [];
  #head = 0;
  #count = 0;
  #lost = 0;
  #ended = false;
  #error: Error | undefined;

  constructor(options: QueueOptions = {}) {
    this.#options = options;
    this.#limit = Math.max(1, options.limit ?? QUEUE_LIMIT);
  }

  /** Elements dropped so far. */
  get lost(): number {
    return this.#lost;
  }

  /** Elements that wait. */
  get size(): number {
    return this.#count;
  }

  /** Whether nothing more is taken. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Adds an element; does nothing once the queue has ended. */
  push(element: T): void {
    if (this.#ended) return;
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting.resolve({ done: false, value: element });
    const full = this.#count === this.#limit;
    if (full) this.#take();
    else if (this.#count === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#count++) % this.#ring.length] = element;
    if (!full) return;
    this.#lost++;
    this.#options.onLost?.(this.#lost);
  }

  /** Nothing more comes: the consumer gets what waits, then the end, or once `error`. Idempotent; the first call counts. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    const [first, ...others] = this.#waiting.splice(0);
    if (error !== undefined && first !== undefined) first.reject(error);
    else {
      this.#error = error;
      first?.resolve({ done: true, value: undefined });
    }
    for (const { resolve } of others) resolve({ done: true, value: undefined });
    this.#options.onDone?.();
  }

  /** The next element, when there is one. Several calls may wait; they are served in order. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#count > 0) return Promise.resolve({ done: false, value: this.#take() });
    if (!this.#ended) {
      const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T, undefined>>();
      this.#waiting.push({ resolve, reject });
      return promise;
    }
    const error = this.#error;
    this.#error = undefined;
    return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
  }

  /** The consumer leaves: what waits is dropped, whoever waits is let go. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#ring = [];
    this.#count = 0;
    this.end();
    this.#error = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): T {
    const element = this.#ring[this.#head] as T;
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#ring.length;
    this.#count--;
    return element;
  }

  #grow(): void {
    const { length } = this.#ring;
    const grown = Math.min(this.#limit, Math.max(FIRST_SIZE, length * 2));
    this.#ring = Array.from({ length: grown }, (_, at) =>
      at < length ? this.#ring[(this.#head + at) % length] : undefined,
    );
    this.#head = 0;
  }
}
