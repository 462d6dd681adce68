/** The users of the ledger, kept up to date while other processes add, change and lock them. */
import type { LedgerNews } from "./ledger-news.ts";
import type { StoredUser, UserLedger } from "../ports/ledger.ts";

/** See the file. */
export class StoredUsers {
  readonly #ledger: UserLedger;
  readonly #news: Pick<LedgerNews, "refresh">;
  #users: ReadonlyMap<string, StoredUser> = new Map();

  /** Throws when the ledger cannot be read. */
  constructor(ledger: UserLedger, news: Pick<LedgerNews, "follow" | "refresh">) {
    this.#ledger = ledger;
    this.#news = news;
    news.follow(() => this.#read());
  }

  /** Users, locked ones included. */
  get size(): number {
    return this.#users.size;
  }

  /** The user of this name, as the ledger has it now. */
  find(user: string): StoredUser | undefined {
    this.#news.refresh();
    return this.#users.get(user);
  }

  /** Gives a user another password, which holds at once. False when there is no such user; throws when it cannot be kept. */
  setPassword(user: string, hash: string): boolean {
    const known = this.#ledger.setPassword(user, hash);
    this.#read();
    return known;
  }

  #read(): void {
    this.#users = new Map(this.#ledger.list().map((stored) => [stored.user, stored]));
  }
}
