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
import type { ByteSink, Flusher } from "./flusher.ts";
import { frameText } from "./text-frame.ts";

/** Limits of one connection's queue, in bytes. */
export interface OutboxLimits {
  /** Bytes that the kernel has not taken before messages are held back. */
  readonly highWater: number;
  /** Bytes held back before the connection is closed. */
  readonly hardCap: number;
}

/** The connection that an outbox belongs to. */
export interface OutboxOwner {
  /** As {@link Peer.close}. */
  close(code: number, reason: string): void;
  /** The hard cap was passed and the queue is gone: the connection is to be closed. Called once. */
  overflow(): void;
}

/** Tombstones tolerated in a queue before it is compacted. */
const COMPACT_AFTER = 1024;

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
