/** What a service repeats after a reconnect is no news: who showed it once does not want it twice. */
import type { EpochMs } from "@tickwire/protocol/model";

interface Seen {
  time: EpochMs;
  seq: number;
  connection: number;
}

/**
 * The newest event of every instrument. The first event of an instrument on another connection is no news if it is that one again: the
 * same time and number. Everything else is as the service sends it.
 */
export class News {
  readonly #seen = new Map<string, Seen>();

  /** Takes note of an event that came on the connection with this number; whether it is news. */
  isNews(id: string, time: EpochMs, seq: number, connection: number): boolean {
    const seen = this.#seen.get(id);
    if (seen === undefined) {
      this.#seen.set(id, { time, seq, connection });
      return true;
    }
    const again = seen.connection !== connection && time === seen.time && seq === seen.seq;
    seen.connection = connection;
    if (time >= seen.time) {
      seen.time = time;
      seen.seq = seq;
    }
    return !again;
  }
}
