/** The tokens of the ledger as grants, kept up to date while other processes issue and revoke. */
import { makeIdFilter, type EpochMs } from "@tickwire/protocol/model";
import type { LedgerNews } from "./ledger-news.ts";
import type { GrantEnd, TokenGrant } from "../ports/credentials.ts";
import type { IssuedToken, TokenLedger } from "../ports/ledger.ts";

/** Grants by token hash. */
export class IssuedTokens {
  readonly #ledger: TokenLedger;
  readonly #news: Pick<LedgerNews, "refresh" | "attempt">;
  #grants = new Map<string, IssuedGrant>();

  /** Throws when the ledger cannot be read. */
  constructor(ledger: TokenLedger, news: LedgerNews) {
    this.#ledger = ledger;
    this.#news = news;
    news.follow(() => this.#read());
  }

  /** Tokens that are not revoked. */
  get size(): number {
    return this.#grants.size;
  }

  /** The grant of the token with this hash, as the ledger has it now; undefined when it is unknown or revoked. */
  find(hash: string): TokenGrant | undefined {
    this.#news.refresh();
    return this.#grants.get(hash);
  }

  /** Notes in the ledger when tokens were last made use of. */
  touch(): void {
    const used = new Map<string, EpochMs>();
    for (const [hash, grant] of this.#grants) if (grant.used > grant.noted) used.set(hash, grant.used);
    if (used.size === 0) return;
    this.#news.attempt("touch", () => {
      this.#ledger.touch(used);
      for (const [hash, at] of used) this.#grants.get(hash)!.noted = at;
    });
  }

  /** Grants that stay are the same objects: connections hold them. */
  #read(): void {
    const grants = new Map<string, IssuedGrant>();
    for (const token of this.#ledger.list()) {
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
