/** A ledger that ends with its process: for tests, and the measure of what the file must do. */
import type {
  IssuedToken,
  Ledger,
  LedgerStatus,
  NewToken,
  TokenLedger,
  StoredUser,
  UserLedger,
} from "../ports/ledger.ts";
import type { Journal } from "../ports/journal.ts";
import { MemoryInstructions, MemoryJournal, MemoryPast } from "./memory-journal.ts";
import { MAX_TOKENS, MAX_USERS } from "./settings.ts";

/** See {@link Ledger}. */
export class MemoryLedger implements Ledger {
  readonly tokens: TokenLedger = new MemoryTokens();
  readonly users: UserLedger = new MemoryUsers();
  readonly instructions = new MemoryInstructions();
  readonly #past = new MemoryPast();
  #journal: MemoryJournal | undefined;
  #closed = false;

  journal(): Journal {
    if (this.#journal === undefined || this.#journal.closed) {
      this.#journal = new MemoryJournal(this.#past, this.instructions);
    }
    return this.#journal;
  }

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

class MemoryUsers implements UserLedger {
  readonly #rows = new Map<string, StoredUser>();

  add(user: StoredUser): "added" | "name taken" | "full" {
    if (this.#rows.has(user.user)) return "name taken";
    if (this.#rows.size >= MAX_USERS) return "full";
    this.#rows.set(user.user, { ...user });
    return "added";
  }

  list(): readonly StoredUser[] {
    return [...this.#rows.values()];
  }

  setPassword(user: string, password: string): boolean {
    return this.#change(user, { password });
  }

  setLocked(user: string, locked: boolean): boolean {
    return this.#change(user, { locked });
  }

  #change(user: string, change: Partial<StoredUser>): boolean {
    const row = this.#rows.get(user);
    if (row !== undefined) this.#rows.set(user, { ...row, ...change });
    return row !== undefined;
  }
}
