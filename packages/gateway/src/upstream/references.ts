/** OrderRefs of sessions: each is higher than all before it (ctp.md d.5). Pure. */
import type { TradingSession } from "@tickwire/protocol/model";

/** The references of one trading day. */
export class References {
  /** The highest that each session has used. */
  readonly #last = new Map<number, number>();

  /** The reference of a session's next order: the given one, or the next where none is; undefined where it is used up. */
  take({ sessionId }: TradingSession, ref: string): string | undefined {
    const isGiven = ref.trim() !== "";
    const last = this.#last.get(sessionId) ?? 0;
    const number = isGiven ? Number(ref) : last + 1;
    if (!(number > last)) return undefined;
    this.#last.set(sessionId, number);
    return isGiven ? ref : String(number);
  }

  /** Forgets all. */
  clear(): void {
    this.#last.clear();
  }
}
