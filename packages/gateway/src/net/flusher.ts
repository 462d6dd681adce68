/** One write per connection and turn of the event loop: the cost of fan-out is the write system call. */

/** The part of a socket that an outbox uses. */
export interface ByteSink {
  /**
   * Takes bytes. What the kernel takes at once may be overwritten afterwards; what it does not take is held by the socket, which
   * shows in `writableLength` when `write` returns.
   */
  write(bytes: Buffer): unknown;
  readonly writableLength: number;
}

/** What the end of a turn brings to an outbox. */
export interface Flushable {
  /** Writes everything queued. */
  flush(): void;
}

/** Frames are joined in a buffer of this size. A connection that blocks keeps one of them alive. */
const SLAB_BYTES = 64 * 1024;

/** Writes all outboxes that got something in this turn, once, when the turn ends. */
export class Flusher {
  #waiting: Flushable[] = [];
  #armed = false;
  /** The queue that was joined last: clients that watch the same follow each other and get the same bytes. */
  #joined: Buffer[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);

  /** Adds an outbox to this turn's round. */
  add(outbox: Flushable): void {
    this.#waiting.push(outbox);
    if (this.#armed) return;
    this.#armed = true;
    setImmediate(this.#run);
  }

  readonly #run = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#armed = false;
    for (const outbox of waiting) outbox.flush();
    this.#joined.length = 0;
  };

  /**
   * Writes the frames of `queue`, which has at least one, as one buffer of `length` bytes, and answers an empty queue to go on
   * with. Arrays go round, and frames are joined in a slab that is used again as soon as the kernel has taken them, which is
   * nearly always at once: an array and a buffer for each write would be garbage by the hundred megabytes, and arrays that the
   * collector takes for long-lived would keep their frames.
   */
  write(sink: ByteSink, queue: Buffer[], length: number): Buffer[] {
    let spare = queue;
    if (queue.length === 1) sink.write(queue[0]!);
    else if (length > SLAB_BYTES || sink.writableLength > 0) sink.write(Buffer.concat(queue, length));
    else {
      if (!sameFrames(this.#joined, queue)) {
        spare = this.#joined;
        this.#join(queue, length);
      }
      sink.write(this.#bytes);
      // The socket keeps what the kernel did not take: the slab is its own now.
      if (sink.writableLength > 0) this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    }
    spare.length = 0;
    return spare;
  }

  #join(queue: Buffer[], length: number): void {
    const slab = this.#slab;
    let at = 0;
    for (const frame of queue) {
      slab.set(frame, at);
      at += frame.length;
    }
    this.#joined = queue;
    this.#bytes = slab.subarray(0, length);
  }
}

function sameFrames(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
