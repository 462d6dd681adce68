/**
 * The only writer of tick data to sockets. The cost of fan-out is the write system call, so every connection collects
 * what a turn of the event loop brings and writes it once.
 *
 * A reader is slow when the kernel has not taken its bytes: past `highWater` nothing more is written, and of a topic
 * that may be conflated only the newest message is kept. What must not be conflated is queued, up to `hardCap`; a
 * connection past that is closed with 1008. Nothing is lost without being counted:
 * published = sent + conflated + dropped + pending.
 */
import type { Message } from "../core/hub.ts";
import type { OutboxTotals } from "../ops/views.ts";
import type { Peer } from "../sessions/session.ts";

/** Limits of one connection's queue, in bytes. */
export interface OutboxLimits {
  /** Bytes that the kernel has not taken before messages are held back. */
  readonly highWater: number;
  /** Bytes held back before the connection is closed. */
  readonly hardCap: number;
}

/** The part of a socket that an outbox uses. */
export interface ByteSink {
  /**
   * Takes bytes. What the kernel takes at once may be overwritten afterwards; what it does not take is held by the socket, which
   * shows in `writableLength` when `write` returns.
   */
  write(bytes: Buffer): unknown;
  readonly writableLength: number;
}

/** The connection that an outbox belongs to. */
export interface OutboxOwner {
  /** As {@link Peer.close}. */
  close(code: number, reason: string): void;
  /** The hard cap was passed and the queue is gone: the connection is to be closed. Called once. */
  overflow(): void;
}

/** Frames are joined in a buffer of this size. A connection that blocks keeps one of them alive. */
const SLAB_BYTES = 64 * 1024;
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

/** Writes all outboxes that got something in this turn, once, when the turn ends. */
export class Flusher {
  #waiting: Outbox[] = [];
  #armed = false;
  /** The queue that was joined last: clients that watch the same follow each other and get the same bytes. */
  #joined: Buffer[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);

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

/**
 * The queue of one connection, and what its session writes to. A delivery touches this object and its queue, nothing else:
 * with thousands of connections the cost of a tick is in the memory it touches.
 */
export class Outbox implements Peer {
  readonly #sink: ByteSink;
  readonly #flusher: Flusher;
  readonly #limits: OutboxLimits;
  readonly #owner: OutboxOwner;
  /** Frames to write, oldest first; null where a newer message replaced one. */
  #queue: (Buffer | null)[] = [];
  #queuedBytes = 0;
  #tombstones = 0;
  /** While the reader is slow: where in the queue the newest message of a topic stands. */
  readonly #newest = new Map<object, number>();
  #state: "open" | "held" | "ended" = "open";
  #scheduled = false;
  #published = 0;
  #sent = 0;
  #conflated = 0;
  #dropped = 0;
  #bytes = 0;
  #writes = 0;

  constructor(sink: ByteSink, flusher: Flusher, limits: OutboxLimits, owner: OutboxOwner) {
    this.#sink = sink;
    this.#flusher = flusher;
    this.#limits = limits;
    this.#owner = owner;
  }

  /** What became of its messages so far. */
  get counts(): OutboxTotals {
    return {
      published: this.#published,
      sent: this.#sent,
      conflated: this.#conflated,
      dropped: this.#dropped,
      bytes: this.#bytes,
      writes: this.#writes,
    };
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

  /** Closes the connection after what is queued. */
  close(code: number, reason: string): void {
    this.#owner.close(code, reason);
  }

  /** Writes everything queued in one write, unless the reader is slow. Called by the flusher. */
  flush(): void {
    this.#scheduled = false;
    if (this.#state !== "open" || this.#queue.length === 0) return;
    const queue = this.#queue as Buffer[];
    const length = this.#queuedBytes;
    this.#sent += queue.length;
    this.#bytes += length;
    this.#writes++;
    this.#queuedBytes = 0;
    this.#queue = this.#flusher.write(this.#sink, queue, length);
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

  /** Writes everything queued, also what is held back: what comes before a close. */
  finish(): void {
    this.drained();
    this.flush();
  }

  /** The connection has ended; what was queued is counted as dropped. Idempotent. */
  end(): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#dropped += this.pending;
    this.#queue = [];
    this.#queuedBytes = this.#tombstones = 0;
    this.#newest.clear();
  }

  #push(frame: Buffer): void {
    this.#published++;
    if (this.#state === "ended") {
      this.#dropped++;
      return;
    }
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
    if (this.#queuedBytes > this.#limits.hardCap) {
      this.end();
      this.#owner.overflow();
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
      this.#conflated++;
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
