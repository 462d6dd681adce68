/** Who is logged in on the trading side. */
import type { Fields } from "@tickwire/protocol/ctp";
import type { CtpErrorName } from "@tickwire/protocol/errors";

/** What the front itself refuses, as all sessions of the user hear it: a push with the request's own fields. */
export interface FrontRefusal {
  readonly name: "ErrRtnOrderInsert" | "ErrRtnOrderAction";
  readonly fields: Fields;
  readonly error: CtpErrorName;
}

/** Hears what the front refused. */
type Hear = (refusal: FrontRefusal) => void;

/** The trading sessions of all users: counted, and reached by what a session has to tell its user's others. */
export class CtpUsers {
  readonly #sessions = new Map<string, Set<Hear>>();
  readonly #limit: number;

  /** `limit`: sessions that one user may have at a time. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes one of a user's places; undefined where none is left. What it returns gives the place back (idempotent). */
  join(user: string, hear: Hear): (() => void) | undefined {
    const sessions = this.#sessions.get(user) ?? new Set<Hear>();
    if (sessions.size >= this.#limit) return undefined;
    this.#sessions.set(user, sessions);
    const own: Hear = (refusal) => hear(refusal);
    sessions.add(own);
    return () => {
      sessions.delete(own);
      if (sessions.size === 0 && this.#sessions.get(user) === sessions) this.#sessions.delete(user);
    };
  }

  /** Tells every session of a user. */
  tell(user: string, refusal: FrontRefusal): void {
    for (const hear of this.#sessions.get(user) ?? []) hear(refusal);
  }
}
