/** The table of users. */
import type { DatabaseSync } from "node:sqlite";
import type { StoredUser, UserLedger } from "../ports/ledger.ts";
import type { Run } from "./connection.ts";
import { MAX_USERS } from "./settings.ts";

/** See {@link UserLedger}. */
export class SqliteUsers implements UserLedger {
  readonly #database: DatabaseSync;
  readonly #run: Run;

  constructor(database: DatabaseSync, run: Run) {
    this.#database = database;
    this.#run = run;
  }

  add({ user, password, locked, created }: StoredUser): "added" | "name taken" | "full" {
    return this.#run("write", () => {
      if (this.#database.prepare("SELECT 1 FROM users WHERE user = ?").get(user) !== undefined) return "name taken";
      const count = this.#database.prepare("SELECT count(*) AS users FROM users").get();
      if (Number(count?.["users"]) >= MAX_USERS) return "full";
      this.#database.prepare("INSERT INTO users VALUES (?, ?, ?, ?)").run(user, password, locked ? 1 : 0, created);
      return "added";
    });
  }

  list(): readonly StoredUser[] {
    const rows = this.#run("read", () => this.#database.prepare("SELECT * FROM users ORDER BY rowid").all());
    return rows.map((row) => ({
      user: String(row["user"]),
      password: String(row["password"]),
      locked: row["locked"] === 1,
      created: Number(row["created"]),
    }));
  }

  setPassword(user: string, hash: string): boolean {
    return this.#set("password", user, hash);
  }

  setLocked(user: string, locked: boolean): boolean {
    return this.#set("locked", user, locked ? 1 : 0);
  }

  #set(column: "password" | "locked", user: string, value: string | number): boolean {
    return this.#run("write", () => {
      const update = this.#database.prepare(`UPDATE users SET ${column} = ? WHERE user = ?`);
      return update.run(value, user).changes === 1;
    });
  }
}
