/** The codes of one kind that one connection listens to (alltick.md 3.5). */
import type { Encoding, Outlet, Subscription } from "../core/hub.ts";
import type { Kind } from "../ports.ts";
import type { Desk } from "../core/desk.ts";

/** What a code stands for. */
export interface Wanted<K extends Kind> {
  /** Instrument id: differs from the code where that is an alias. */
  readonly id: string;
  readonly encoding: Encoding<K>;
}

interface Held<K extends Kind> extends Wanted<K> {
  readonly subscription: Subscription;
}

/** A set of codes that is only ever replaced whole. */
export class SubscriptionSet<K extends Kind> {
  readonly #desk: Desk;
  readonly #outlet: Outlet;
  readonly #held = new Map<string, Held<K>>();

  constructor(desk: Desk, outlet: Outlet) {
    this.#desk = desk;
    this.#outlet = outlet;
  }

  /**
   * Makes `wanted` the set. What stays as it was is not touched; what is new, or now has another encoding, starts with
   * its last known event.
   */
  replace(wanted: ReadonlyMap<string, Wanted<K>>): void {
    for (const [code, { id, encoding, subscription }] of this.#held) {
      const now = wanted.get(code);
      if (now?.encoding === encoding && now.id === id) continue;
      subscription.cancel();
      this.#held.delete(code);
    }
    for (const [code, { id, encoding }] of wanted) {
      if (this.#held.has(code)) continue;
      this.#held.set(code, { id, encoding, subscription: this.#desk.subscribe(id, encoding, this.#outlet, true) });
    }
  }

  /** Empties the set. */
  clear(): void {
    for (const { subscription } of this.#held.values()) subscription.cancel();
    this.#held.clear();
  }
}
