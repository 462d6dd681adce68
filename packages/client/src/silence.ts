/** A connection on which nothing comes any more is dead, whatever the network says. */
import type { Connection } from "./connection.ts";

/** Looks within the longest silence that is put up with. */
const LOOKS = 3;

/** Gives a connection up after a silence. It waits until it is told how long that may be. */
export class SilenceWatch {
  readonly #connection: Connection;
  #heardAt = 0;
  #silentLooks = 0;
  #stop: (() => void) | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Puts up with a silence of about `ms` from now on; the first call counts, 0 is none. */
  allow(ms: number): void {
    if (ms <= 0 || this.#stop !== undefined || !this.#connection.isOpen) return;
    const stop = this.#connection.timers.every(ms / LOOKS, () => this.#look(ms));
    this.#stop = stop;
    void this.#connection.closed.then(stop);
  }

  #look(ms: number): void {
    const { lastMessage } = this.#connection;
    if (lastMessage !== this.#heardAt) this.#silentLooks = 0;
    else if (++this.#silentLooks >= LOOKS) this.#connection.giveUp(`silent for ${Math.round(ms / 1000)} s`);
    this.#heardAt = lastMessage;
  }
}
