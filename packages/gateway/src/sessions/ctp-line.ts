/** What one connection is told about trading: in order, and long answers in portions. */
import type { Peer } from "./session.ts";

/** Characters of a long answer that are written at once; the next portion follows when they have left. */
const PORTION_CHARACTERS = 256 * 1024;
/** Frames that may wait behind a long answer before the connection is given up: its reader is hopelessly slow. */
const MAX_WAITING = 100_000;

/** Frames that are written when their turn has come. */
export interface Rows {
  readonly count: number;
  /** Frame number `at`, from 0. */
  encode(at: number): string;
}

/**
 * The way out for replies and pushes about trading. A day's orders can be more than a connection may hold back: such an answer
 * goes out portion by portion, as the reader takes it, and what comes after it waits.
 */
export class CtpLine {
  readonly #peer: Peer;
  readonly #later: (run: () => void) => void;
  #waiting: Rows[] = [];
  /** Place in the first of those that wait. */
  #at = 0;
  #scheduled = false;
  #ended = false;

  /** `later` runs something in a later turn, when what was sent has been written as far as it can be. */
  constructor(peer: Peer, later: (run: () => void) => void) {
    this.#peer = peer;
    this.#later = later;
  }

  /** Sends one frame. */
  say(text: string): void {
    if (this.#ended) return;
    if (this.#waiting.length === 0) this.#peer.send(text);
    else this.sayAll({ count: 1, encode: () => text });
  }

  /** Sends frames; they are encoded when they are sent. */
  sayAll(rows: Rows): void {
    if (this.#ended || rows.count === 0) return;
    if (this.#waiting.length >= MAX_WAITING) {
      this.end();
      this.#peer.close(1008, "too slow for its own answers");
      return;
    }
    this.#waiting.push(rows);
    if (!this.#scheduled && this.#waiting.length === 1) this.#portion();
  }

  /** Goes on if the reader has caught up. */
  poke(): void {
    if (this.#waiting.length > 0 && !this.#scheduled && this.#peer.pending === 0) this.#portion();
  }

  /** Nothing is sent any more. */
  end(): void {
    this.#ended = true;
    this.#waiting = [];
    this.#at = 0;
  }

  #portion(): void {
    let room = PORTION_CHARACTERS;
    while (room > 0 && this.#waiting.length > 0) {
      const rows = this.#waiting[0]!;
      const text = this.#next(rows);
      room -= text.length;
      this.#peer.send(text);
    }
    if (this.#waiting.length === 0) return;
    this.#scheduled = true;
    this.#later(() => {
      this.#scheduled = false;
      this.poke();
    });
  }

  /** The next frame of the first answer. One that cannot be written ends its answer, and no other. */
  #next(rows: Rows): string {
    const at = this.#at++;
    let isLast = true;
    try {
      const text = rows.encode(at);
      isLast = this.#at >= rows.count;
      return text;
    } finally {
      if (isLast) {
        this.#waiting.shift();
        this.#at = 0;
      }
    }
  }
}
