/** What one connection is told about trading: in order, and never more at once than its outbox may hold back. */
import type { Peer } from "./session.ts";

/** Characters that are written at once; the next portion follows in a later turn, if the reader keeps up. */
const PORTION_CHARACTERS = 512 * 1024;
/** Characters of single frames that may wait; with more the connection is given up: its reader is hopelessly slow. */
const MAX_WAITING_CHARACTERS = 32 * 1024 * 1024;
/** Answers that may wait likewise. */
const MAX_WAITING = 100_000;

/** Frames that are written when their turn has come. */
export interface Rows {
  readonly count: number;
  /** Frame number `at`, from 0. */
  encode(at: number): string;
}

/**
 * The way out for replies and reports about trading. A day's orders, or the reports of a thousand orders that came at once, can be
 * more than a connection may hold back: they go out portion by portion, as the reader takes them, and what comes after waits.
 */
export class CtpLine {
  readonly #peer: Peer;
  readonly #later: (run: () => void) => void;
  #waiting: Rows[] = [];
  #waitingCharacters = 0;
  /** Place in the first of those that wait. */
  #at = 0;
  /** What is left of the portion. */
  #room = PORTION_CHARACTERS;
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
    if (this.#waiting.length === 0 && this.#room > 0) return this.#send(text);
    this.#waitingCharacters += text.length;
    this.sayAll({
      count: 1,
      encode: () => {
        this.#waitingCharacters -= text.length;
        return text;
      },
    });
  }

  /** Sends frames; they are encoded when they are sent. */
  sayAll(rows: Rows): void {
    if (this.#ended || rows.count === 0) return;
    if (this.#waiting.length >= MAX_WAITING || this.#waitingCharacters > MAX_WAITING_CHARACTERS) {
      this.end();
      this.#peer.close(1008, "too slow for its own reports");
      return;
    }
    this.#waiting.push(rows);
    if (this.#waiting.length === 1) this.#go();
  }

  /** Goes on if the reader has caught up. */
  poke(): void {
    if (this.#waiting.length === 0 || this.#scheduled || this.#peer.held) return;
    this.#room = PORTION_CHARACTERS;
    this.#go();
  }

  /** Nothing is sent any more. */
  end(): void {
    this.#ended = true;
    this.#waiting = [];
    this.#at = 0;
  }

  #go(): void {
    while (this.#room > 0 && this.#waiting.length > 0) this.#send(this.#next(this.#waiting[0]!));
    if (this.#waiting.length === 0 || this.#scheduled) return;
    this.#scheduled = true;
    this.#later(() => {
      this.#scheduled = false;
      this.poke();
    });
  }

  #send(text: string): void {
    this.#room -= text.length;
    this.#peer.send(text);
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
