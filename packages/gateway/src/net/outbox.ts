/**
 * The only writer of tick data to sockets. The cost of fan-out is the write system call, so every connection collects
 * what a turn of the event loop brings and writes it once (house.md 3).
 *
 * A reader is slow when the kernel has not taken its bytes: past `highWater` nothing more is written, and of a topic
 * that may be conflated only the newest message is kept. What must not be conflated is queued, up to `hardCap`; a
 * connection past that is closed with 1008. Nothing is lost without being counted:
 * published = sent + conflated + dropped + pending.
 */
import type { Message, Outlet } from "../core/hub.ts";
import type { OutboxTotals } from "../ops/views.ts";

/** Limits of one connection's queue, in bytes. */
export interface OutboxLimits {
  /** Bytes that the kernel has not taken before messages are held back. */
  readonly highWater: number;
  /** Bytes held back before the connection is closed. */
  readonly hardCap: number;
}

/** The part of a socket that an outbox uses. */
export interface ByteSink {
  /** Takes bytes; what the kernel does not take is held by the socket and shows in `writableLength`. */
  write(bytes: Buffer): unknown;
  readonly writableLength: number;
}

/** What became of the messages of one connection: {@link OutboxTotals}, written here. */
export type OutboxCounts = { -readonly [K in keyof OutboxTotals]: number };

/** Adds `counts` to `totals`. */
export function addCounts(totals: OutboxCounts, counts: OutboxCounts): void {
  for (const key of Object.keys(totals) as (keyof OutboxCounts)[]) totals[key] += counts[key];
}

/** Joined frames are cut from slabs of this size; a slow connection keeps at most one of them alive. */
const SLAB_BYTES = 256 * 1024;
/** Tombstones tolerated in a queue before it is compacted. */
const COMPACT_AFTER = 1024;

/** A text frame as a server sends it: final, unmasked, no extension (RFC 6455 5.2). */
export function frameText(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = 0x81;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(0, 2);
    frame.writeUInt32BE(length, 6);
  }
  frame.write(text, header, length, "utf8");
  return frame;
}

/** A queue that was joined, and what came out. */
interface Joined {
  readonly queue: readonly Buffer[];
  readonly bytes: Buffer;
}

/** Writes all outboxes that got something in this turn, once, when the turn ends. */
export class Flusher {
  #waiting: Outbox[] = [];
  #armed = false;
  /** The queue that was joined last: clients that watch the same follow each other and get the same bytes. */
  #joined: Joined | undefined;
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #used = 0;

  /** Adds an outbox to this turn's round. */
  add(outbox: Outbox): void {
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
    this.#joined = undefined;
  };

  /**
   * The frames of `queue`, which has at least one and is not changed afterwards, as one buffer of `length` bytes.
   * `lasting`: the socket still holds bytes, so that these will wait, too; they are then not cut from a slab, which they would
   * keep alive as a whole.
   */
  join(queue: readonly Buffer[], length: number, lasting: boolean): Buffer {
    if (queue.length === 1) return queue[0]!;
    if (lasting) return Buffer.concat(queue, length);
    const last = this.#joined;
    if (last !== undefined && sameFrames(last.queue, queue)) return last.bytes;
    const bytes = this.#take(length);
    let at = 0;
    for (const frame of queue) {
      bytes.set(frame, at);
      at += frame.length;
    }
    this.#joined = { queue, bytes };
    return bytes;
  }

  /** `length` bytes of the slab. The kernel takes most writes at once, so that a new buffer for each is mostly garbage. */
  #take(length: number): Buffer {
    if (length > SLAB_BYTES / 4) return Buffer.allocUnsafeSlow(length);
    if (this.#used + length > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#used = 0;
    }
    this.#used += length;
    return this.#slab.subarray(this.#used - length, this.#used);
  }
}

function sameFrames(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** The queue of one connection. */
export class Outbox implements Outlet {
  readonly counts: OutboxCounts = { published: 0, sent: 0, conflated: 0, dropped: 0, bytes: 0, writes: 0 };
  readonly #sink: ByteSink;
  readonly #flusher: Flusher;
  readonly #limits: OutboxLimits;
  readonly #overflow: () => void;
  /** Frames to write, oldest first; null where a newer message replaced one. */
  #queue: (Buffer | null)[] = [];
  #queuedBytes = 0;
  #tombstones = 0;
  /** While the reader is slow: where in the queue the newest message of a topic stands. */
  readonly #newest = new Map<object, number>();
  #state: "open" | "held" | "ended" = "open";
  #scheduled = false;

  /** `overflow` is called once, when the hard cap is passed: the connection is then to be closed. */
  constructor(sink: ByteSink, flusher: Flusher, limits: OutboxLimits, overflow: () => void) {
    this.#sink = sink;
    this.#flusher = flusher;
    this.#limits = limits;
    this.#overflow = overflow;
  }

  /** Messages accepted and not yet written. */
  get pending(): number {
    return this.#queue.length - this.#tombstones;
  }

  /** Whether the reader is slow at the moment. */
  get held(): boolean {
    return this.#state === "held";
  }

  /** Queues a message of the hub. */
  deliver(message: Message): void {
    const frame = (message.frame ??= frameText(message.text));
    if (this.#state === "held" && message.conflation !== null) this.#replace(message.conflation);
    this.#push(frame);
  }

  /** Queues a private message; never conflated. */
  send(text: string): void {
    this.#push(frameText(text));
  }

  /** Writes everything queued in one write. Called by the flusher, and before a close. */
  flush(): void {
    this.#scheduled = false;
    if (this.#state !== "open" || this.#queue.length === 0) return;
    const { counts } = this;
    const queue = this.#queue as Buffer[];
    const bytes = this.#flusher.join(queue, this.#queuedBytes, this.#sink.writableLength > 0);
    counts.sent += queue.length;
    counts.bytes += bytes.length;
    counts.writes++;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#sink.write(bytes);
    if (this.#sink.writableLength > this.#limits.highWater) this.#state = "held";
  }

  /** The kernel has taken everything: go on. */
  drained(): void {
    if (this.#state !== "held") return;
    this.#state = "open";
    this.#newest.clear();
    if (this.#tombstones > 0) this.#compact();
    this.flush();
  }

  /** The connection has ended; what was queued is counted as dropped. Idempotent. */
  end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.counts.dropped += this.pending;
    this.#queue = [];
    this.#queuedBytes = this.#tombstones = 0;
    this.#newest.clear();
  }

  #push(frame: Buffer): void {
    this.counts.published++;
    if (this.#state === "ended") {
      this.counts.dropped++;
      return;
    }
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
    if (this.#queuedBytes > this.#limits.hardCap) {
      this.end();
      this.#overflow();
    } else if (!this.#scheduled && this.#state === "open") {
      this.#scheduled = true;
      this.#flusher.add(this);
    }
  }

  /** Takes the topic's older message out of the queue; the next push is its successor. */
  #replace(topic: object): void {
    const at = this.#newest.get(topic);
    if (at !== undefined) {
      this.#queuedBytes -= this.#queue[at]!.length;
      this.#queue[at] = null;
      this.counts.conflated++;
      if (++this.#tombstones > COMPACT_AFTER && this.#tombstones * 2 > this.#queue.length) this.#compact();
    }
    this.#newest.set(topic, this.#queue.length);
  }

  #compact(): void {
    const moved = new Map<number, number>();
    const queue: Buffer[] = [];
    for (const [at, frame] of this.#queue.entries()) {
      if (frame === null) continue;
      moved.set(at, queue.length);
      queue.push(frame);
    }
    for (const [topic, at] of this.#newest) this.#newest.set(topic, moved.get(at) ?? queue.length);
    this.#queue = queue;
    this.#tombstones = 0;
  }
}
