/** The codes of one kind that one connection listens to (alltick.md 3.5). */
import type { Encoding, Outlet, Subscription } from "../core/hub.ts";
import type { Kind } from "../ports/market.ts";
import type { Desk } from "../core/desk.ts";
import type { Usage } from "../core/usage.ts";

/** What a code stands for. */
export interface Wanted<K extends Kind> {
  /** Instrument id: differs from the code where that is an alias. */
  readonly id: string;
  readonly encoding: Encoding<K>;
  /** The entry as lists of subscriptions show it. */
  readonly item: object;
}

interface Held<K extends Kind> {
  wanted: Wanted<K>;
  readonly subscription: Subscription;
}

/** A set of entries, each under a key such as its code, that is only ever replaced whole. */
export class SubscriptionSet<K extends Kind> {
  readonly #desk: Desk;
  readonly #outlet: Outlet;
  readonly #usage: Usage;
  readonly #held = new Map<string, Held<K>>();

  /** `usage` counts the entries that are held. */
  constructor(desk: Desk, outlet: Outlet, usage: Usage) {
    this.#desk = desk;
    this.#outlet = outlet;
    this.#usage = usage;
  }

  /**
   * Makes `wanted` the set. What stays as it was is not touched; what is new, or now has another encoding, starts with
   * its last known event.
   */
  replace(wanted: ReadonlyMap<string, Wanted<K>>): void {
    for (const [key, held] of this.#held) {
      const now = wanted.get(key);
      if (now?.encoding === held.wanted.encoding && now.id === held.wanted.id) {
        held.wanted = now;
        continue;
      }
      held.subscription.cancel();
      this.#held.delete(key);
      this.#usage.subscriptions--;
    }
    for (const [key, entry] of wanted) {
      if (this.#held.has(key)) continue;
      const subscription = this.#desk.subscribe(entry.id, entry.encoding, this.#outlet, true);
      this.#held.set(key, { wanted: entry, subscription });
      this.#usage.subscriptions++;
    }
  }

  /** The entries as lists of subscriptions show them, oldest first. */
  items(): object[] {
    return Array.from(this.#held.values(), ({ wanted }) => wanted.item);
  }

  /** Empties the set. */
  clear(): void {
    for (const { subscription } of this.#held.values()) subscription.cancel();
    this.#usage.subscriptions -= this.#held.size;
    this.#held.clear();
  }
}
