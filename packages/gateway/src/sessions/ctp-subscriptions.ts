/** What one CTP connection watches. */
import type { Dialect } from "@tickwire/protocol/ctp";
import type { Subscription } from "../core/hub.ts";
import type { Desk } from "../core/desk.ts";
import type { CtpEncodings } from "./ctp-encodings.ts";
import type { Peer } from "./session.ts";

/**
 * How often a connection may change the dialect of all its ticks. No real client changes it more than once; without a
 * limit a few bytes could make the gateway move thousands of subscriptions.
 */
const MAX_DIALECT_CHANGES = 8;

/** The subscriptions of one connection. All its ticks are in the dialect of its last subscription (ctp.md a.5 rule 6). */
export class CtpSubscriptions {
  readonly #peer: Peer;
  readonly #desk: Desk;
  readonly #encodings: CtpEncodings;
  readonly #live = new Map<string, Subscription>();
  #dialect: Dialect | undefined;
  #changes = 0;

  constructor(peer: Peer, desk: Desk, encodings: CtpEncodings) {
    this.#peer = peer;
    this.#desk = desk;
    this.#encodings = encodings;
  }

  /** Those of `ids`, each once, that can be watched without having more than `limit` subscriptions in all. */
  admissible(ids: readonly string[], limit: number): ReadonlySet<string> {
    const admitted = new Set<string>();
    let room = limit - this.#live.size;
    for (const id of ids) {
      if (admitted.has(id)) continue;
      if (this.#live.has(id)) admitted.add(id);
      else if (room-- > 0) admitted.add(id);
    }
    return admitted;
  }

  /** Watches `ids` and sends the last known tick of each; one that was watched before is not sent twice from then on. */
  watch(ids: Iterable<string>, dialect: Dialect): void {
    this.#speak(dialect);
    for (const id of ids) {
      this.#live.get(id)?.cancel();
      this.#live.set(id, this.#desk.subscribe(id, this.#encodings.ticks[dialect], this.#peer, true));
    }
  }

  /** Ends the watch of an instrument, if there is one. */
  forget(id: string): void {
    this.#live.get(id)?.cancel();
    this.#live.delete(id);
  }

  /** Ends all. */
  clear(): void {
    for (const subscription of this.#live.values()) subscription.cancel();
    this.#live.clear();
  }

  /** Moves what is watched already to another dialect. */
  #speak(dialect: Dialect): void {
    const changed = this.#dialect !== undefined && this.#dialect !== dialect;
    this.#dialect = dialect;
    if (!changed || ++this.#changes > MAX_DIALECT_CHANGES) return;
    for (const [id, subscription] of this.#live) {
      subscription.cancel();
      this.#live.set(id, this.#desk.subscribe(id, this.#encodings.ticks[dialect], this.#peer, false));
    }
  }
}
