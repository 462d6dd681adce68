/** Orders and cancels that wait for their instrument's next session (CTP ParkedOrder, ParkedOrderAction). */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { ParkedCancel, ParkedOrder } from "@tickwire/protocol/model";
import { numberOfId } from "./orders.ts";

/** One of them. */
export type Parked =
  | { readonly kind: "order"; readonly parked: ParkedOrder }
  | { readonly kind: "cancel"; readonly parked: ParkedCancel };

/** All that are waiting, and those of today that no longer do. */
export interface StoredParked {
  readonly last: number;
  readonly list: readonly Parked[];
}

/** What is parked, in order. */
export class ParkedBook {
  #last = 0;
  #waits = 0;
  readonly #all = new Map<number, Parked>();
  readonly #counts = new Map<string, number>();

  /** The number of the next id. */
  get nextId(): number {
    return this.#last + 1;
  }

  /** How many a user has, sent and removed ones of today included. */
  count(user: string): number {
    return this.#counts.get(user) ?? 0;
  }

  /** Adds one with the next id. */
  add(item: Parked): void {
    this.#last = numberOfId(item.parked.id);
    this.#all.set(this.#last, toParked(item));
    const { user, state } = item.parked;
    if (state === "waiting") this.#waits++;
    this.#counts.set(user, this.count(user) + 1);
  }

  /** The one with this id, blanks around it aside. */
  find(id: string): Parked | undefined {
    return this.#all.get(numberOfId(id));
  }

  /** It was sent, or removed. */
  end(id: string, state: "sent" | "removed", error: CtpErrorName | undefined): void {
    const number = numberOfId(id);
    const item = this.#all.get(number);
    if (item === undefined) throw new Error(`nothing is parked as ${id}`);
    this.#all.set(number, { ...item, parked: { ...item.parked, state, error } } as Parked);
    this.#waits--;
  }

  /** How many wait. */
  get waits(): number {
    return this.#waits;
  }

  /** Those that wait, oldest first. */
  waiting(): Parked[] {
    return [...this.#all.values()].filter(({ parked }) => parked.state === "waiting");
  }

  orders(user: string): ParkedOrder[] {
    return [...this.#all.values()].flatMap((item) =>
      item.kind === "order" && item.parked.user === user ? [item.parked] : [],
    );
  }

  cancels(user: string): ParkedCancel[] {
    return [...this.#all.values()].flatMap((item) =>
      item.kind === "cancel" && item.parked.user === user ? [item.parked] : [],
    );
  }

  /** Forgets those that no longer wait. */
  prune(): void {
    this.#counts.clear();
    for (const [id, { parked }] of this.#all) {
      if (parked.state === "waiting") this.#counts.set(parked.user, this.count(parked.user) + 1);
      else this.#all.delete(id);
    }
  }

  store(): StoredParked {
    return { last: this.#last, list: [...this.#all.values()] };
  }

  restore({ last, list }: StoredParked): void {
    this.#all.clear();
    this.#counts.clear();
    this.#waits = 0;
    for (const item of list) this.add(item);
    this.#last = last;
  }
}

/** With every field: JSON leaves out what is undefined. */
function toParked(item: Parked): Parked {
  return { ...item, parked: { ...item.parked, error: item.parked.error } } as Parked;
}
