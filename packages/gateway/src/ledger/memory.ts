/** A ledger that ends with its process: for tests, and the measure of what the file must do. */
import type { IssuedToken, Ledger, LedgerStatus, NewToken, TokenLedger } from "../ports.ts";
import { MAX_TOKENS } from "./settings.ts";

/** See {@link Ledger}. */
export class MemoryLedger implements Ledger {
  readonly tokens: TokenLedger = new MemoryTokens();
  #closed = false;

  /** Nobody else can reach it. */
  changed(): boolean {
    return false;
  }

  status(): LedgerStatus {
    return { state: this.#closed ? "closed" : "ok", detail: "" };
  }

  close(): void {
    this.#closed = true;
  }
}

class MemoryTokens implements TokenLedger {
  #rows: IssuedToken[] = [];

  issue(token: NewToken): "issued" | "name taken" | "full" {
    const valid = this.#rows.filter(({ revoked }) => revoked === undefined);
    if (valid.some(({ name }) => name === token.name)) return "name taken";
    if (valid.length >= MAX_TOKENS) return "full";
    if (this.#rows.some(({ hash }) => hash === token.hash)) throw new Error("this token was issued before");
    this.#rows.push({ ...token, codes: [...token.codes], revoked: undefined, used: undefined });
    return "issued";
  }

  revoke(name: string, at: number): boolean {
    const index = this.#rows.findIndex((row) => row.name === name && row.revoked === undefined);
    const row = this.#rows[index];
    if (row === undefined) return false;
    this.#rows[index] = { ...row, revoked: at };
    return true;
  }

  list(): readonly IssuedToken[] {
    return [...this.#rows];
  }

  touch(used: ReadonlyMap<string, number>): void {
    this.#rows = this.#rows.map((row) => {
      const at = used.get(row.hash);
      return at === undefined || at <= (row.used ?? -Infinity) ? row : { ...row, used: at };
    });
  }
}
