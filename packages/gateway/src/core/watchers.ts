/** Who hears which reports about trading. */
import type { TradeReport } from "../ports/trading.ts";

/** Hears reports. */
type Hear = (report: TradeReport) => void;

/** Listeners by user. */
export class Watchers {
  readonly #byUser = new Map<string, Set<Hear>>();
  readonly #onError: (error: unknown) => void;
  /** Reports told, once for each listener. */
  told = 0;

  /** `onError` hears what listeners throw; the others hear the report all the same. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** Tells `hear` every report for the user until the function that it returns is called (idempotent). */
  add(user: string, hear: Hear): () => void {
    let watchers = this.#byUser.get(user);
    if (watchers === undefined) this.#byUser.set(user, (watchers = new Set()));
    // A listener of its own: the same function may watch twice.
    const own: Hear = (report) => hear(report);
    watchers.add(own);
    return () => {
      watchers.delete(own);
      if (watchers.size === 0 && this.#byUser.get(user) === watchers) this.#byUser.delete(user);
    };
  }

  /** Tells a report to the sessions of its user; what concerns nobody alone, to all. */
  tell(report: TradeReport): void {
    if (report.kind !== "phase") return this.#tellAll(this.#byUser.get(report.user), report);
    for (const watchers of this.#byUser.values()) this.#tellAll(watchers, report);
  }

  #tellAll(watchers: Iterable<Hear> | undefined, report: TradeReport): void {
    for (const hear of watchers ?? []) {
      this.told++;
      try {
        hear(report);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}
