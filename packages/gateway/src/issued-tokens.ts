/** The tokens of the ledger as grants, kept up to date while other processes issue and revoke. */
import { makeIdFilter, type EpochMs } from "@tickwire/protocol/model";
import type { Clock, GrantEnd, IssuedToken, Ledger, TokenGrant } from "./ports.ts";

/** How often a gateway looks whether the ledger has changed, in milliseconds: it costs some microseconds. */
export const LEDGER_POLL_MS = 250;
/** How often the last uses are noted in the ledger, in milliseconds. */
export const LEDGER_TOUCH_MS = 10_000;

/**
 * Follows the ledger's tokens until `stop`, which notes the last uses and closes the ledger. Throws, with the ledger
 * closed, when it cannot be read: a gateway that knows nobody does not start. Errors later on go to `onError`.
 */
export function followTokens(
  ledger: Ledger,
  clock: Clock,
  onError: (error: unknown) => void,
): { readonly issued: IssuedTokens; stop(): void } {
  let issued: IssuedTokens;
  try {
    issued = new IssuedTokens(ledger, onError);
  } catch (error) {
    ledger.close();
    throw error;
  }
  const timers = [
    clock.every(LEDGER_POLL_MS, () => issued.refresh()),
    clock.every(LEDGER_TOUCH_MS, () => issued.touch()),
  ];
  const stop = (): void => {
    for (const cancel of timers.splice(0)) cancel();
    if (ledger.status().state === "closed") return;
    issued.touch();
    ledger.close();
  };
  return { issued, stop };
}

/** Grants by token hash. An error of the ledger is told once until that works again; meanwhile what was read last holds. */
export class IssuedTokens {
  readonly #ledger: Ledger;
  readonly #onError: (error: unknown) => void;
  #grants = new Map<string, IssuedGrant>();
  /** What has failed and not gone well since. */
  readonly #failing = new Set<"read" | "touch">();

  /** Throws when the ledger cannot be read. */
  constructor(ledger: Ledger, onError: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#onError = onError;
    this.#read();
  }

  /** Tokens that are not revoked. */
  get size(): number {
    return this.#grants.size;
  }

  /** The grant of the token with this hash, as the ledger has it now; undefined when it is unknown or revoked. */
  find(hash: string): TokenGrant | undefined {
    this.refresh();
    return this.#grants.get(hash);
  }

  /** Takes over what other processes have changed. */
  refresh(): void {
    this.#attempt("read", () => {
      // An error may have come between the change and the reading: then it is read whether it changed again or not.
      if (this.#ledger.changed() || this.#failing.has("read")) this.#read();
    });
  }

  /** Notes in the ledger when tokens were last made use of. */
  touch(): void {
    const used = new Map<string, EpochMs>();
    for (const [hash, grant] of this.#grants) if (grant.used > grant.noted) used.set(hash, grant.used);
    if (used.size === 0) return;
    this.#attempt("touch", () => {
      this.#ledger.tokens.touch(used);
      for (const [hash, at] of used) this.#grants.get(hash)!.noted = at;
    });
  }

  #attempt(kind: "read" | "touch", work: () => void): void {
    try {
      work();
      this.#failing.delete(kind);
    } catch (error) {
      if (!this.#failing.has(kind)) this.#onError(error);
      this.#failing.add(kind);
    }
  }

  /** Grants that stay are the same objects: connections hold them. */
  #read(): void {
    const grants = new Map<string, IssuedGrant>();
    for (const token of this.#ledger.tokens.list()) {
      if (token.revoked !== undefined) continue;
      grants.set(token.hash, this.#grants.get(token.hash) ?? new IssuedGrant(token));
    }
    for (const [hash, grant] of this.#grants) if (!grants.has(hash)) grant.revoked = true;
    this.#grants = grants;
  }
}

/** The grant of one issued token. Nothing about a token ever changes but that it is revoked. */
class IssuedGrant implements TokenGrant {
  readonly name: string;
  readonly plan: string;
  readonly allows: (code: string) => boolean;
  readonly #expires: EpochMs;
  revoked = false;
  /** When it was last made use of, and how much of that the ledger knows. */
  used = -Infinity;
  noted = -Infinity;

  constructor({ name, plan, codes, expires }: IssuedToken) {
    this.name = name;
    this.plan = plan;
    this.allows = makeIdFilter(codes);
    this.#expires = expires;
  }

  use(now: EpochMs): GrantEnd | undefined {
    if (this.revoked) return "revoked";
    if (now >= this.#expires) return "expired";
    this.used = now;
    return undefined;
  }
}
