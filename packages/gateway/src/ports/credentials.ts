/** Who may come in. */
import type { EpochMs } from "@tickwire/protocol/model";

/** Why a grant holds no more. */
export type GrantEnd = "revoked" | "expired";

/** What a downstream credential allows. */
export interface TokenGrant {
  /** Stable, safe to log: never the token. */
  readonly name: string;
  /** Key of the AllTick plan table. */
  readonly plan: string;
  /** Whether it may ask for this code. A code that stands for another (an alias) may be asked for under either name. */
  allows(code: string): boolean;
  /**
   * Told that somebody makes use of it at `now`: a handshake, a request, a connection that lives. Answers why it holds no
   * more, undefined while it does. What is asked with a grant that ended is refused, its connections are closed.
   */
  use(now: EpochMs): GrantEnd | undefined;
}

/** Who may come in. */
export interface Credentials {
  /** The grant of an AllTick token, or undefined when it is unknown or ended. Synchronous: it decides a handshake. */
  token(token: string): TokenGrant | undefined;
  /**
   * Judges a CTP user's password; `"locked"`: refused whatever the password is, by an operator or after too many failures. Slow on
   * purpose (scrypt), and slower after failures; rejects when too many checks wait already.
   */
  password(user: string, password: string): Promise<"right" | "wrong" | "locked">;
  /**
   * Changes a user's password; the new one holds at once. `"fixed"`: it stands in the configuration and cannot be changed here;
   * `"weak"`: the new one is easily guessed.
   */
  changePassword(
    user: string,
    old: string,
    next: string,
  ): Promise<"changed" | "wrong" | "same" | "weak" | "locked" | "fixed">;
}
