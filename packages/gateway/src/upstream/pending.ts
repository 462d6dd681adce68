/** Orders and cancels that were passed on and are not answered yet. Pure. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { Entry } from "./mirror.ts";

/** One of them. */
export interface Pending {
  readonly kind: "insert" | "cancel";
  readonly entry: Entry;
  /** Tells the reports of a refusal, and then the one who asked. */
  readonly answer: (error: CtpErrorName | undefined) => void;
  /** It is not known what became of it; why it was refused, if it was. */
  doubt: CtpErrorName | undefined;
}

/** See the file's head. */
export class PendingRequests {
  readonly #all = new Map<Entry, Set<Pending>>();

  /** Notes one that is passed on now. */
  add(pending: Pending): void {
    const others = this.#all.get(pending.entry);
    if (others === undefined) this.#all.set(pending.entry, new Set([pending]));
    else others.add(pending);
  }

  /** Those that are about an order. */
  of(entry: Entry): readonly Pending[] {
    return [...(this.#all.get(entry) ?? [])];
  }

  /** Those of which it is not known what became of them. */
  get doubtful(): readonly Pending[] {
    return [...this.#all.values()].flatMap((all) => [...all].filter(({ doubt }) => doubt !== undefined));
  }

  /** Answers one; nothing where that was done already. */
  settle(pending: Pending, error: CtpErrorName | undefined): void {
    const all = this.#all.get(pending.entry);
    if (all?.delete(pending) !== true) return;
    if (all.size === 0) this.#all.delete(pending.entry);
    pending.answer(error);
  }
}
