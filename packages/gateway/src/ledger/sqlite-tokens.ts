/** The table of issued tokens. */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { IssuedToken, NewToken, TokenLedger } from "../ports/ledger.ts";
import type { Run } from "./connection.ts";
import { BRIEF_BUSY_MS, BUSY_MS, MAX_TOKENS } from "./settings.ts";

/** See {@link TokenLedger}. */
export class SqliteTokens implements TokenLedger {
  readonly #database: DatabaseSync;
  readonly #run: Run;

  constructor(database: DatabaseSync, run: Run) {
    this.#database = database;
    this.#run = run;
  }

  issue(token: NewToken): "issued" | "name taken" | "full" {
    return this.#run("write", () => {
      const taken = this.#database.prepare("SELECT 1 FROM tokens WHERE name = ? AND revoked IS NULL").get(token.name);
      if (taken !== undefined) return "name taken";
      const count = this.#database.prepare("SELECT count(*) AS valid FROM tokens WHERE revoked IS NULL").get();
      if (Number(count?.["valid"]) >= MAX_TOKENS) return "full";
      const { name, hash, plan, codes, created, expires } = token;
      this.#database
        .prepare("INSERT INTO tokens (name, hash, plan, codes, created, expires) VALUES (?, ?, ?, ?, ?, ?)")
        .run(name, hash, plan, codes.join(","), created, expires === Infinity ? null : expires);
      return "issued";
    });
  }

  revoke(name: string, at: number): boolean {
    return this.#run("write", () => {
      const update = this.#database.prepare("UPDATE tokens SET revoked = ? WHERE name = ? AND revoked IS NULL");
      return update.run(at, name).changes === 1;
    });
  }

  list(): readonly IssuedToken[] {
    return this.#run("read", () => this.#database.prepare("SELECT * FROM tokens ORDER BY id").all().map(toToken));
  }

  touch(used: ReadonlyMap<string, number>): void {
    if (used.size === 0) return;
    // Not worth a wait, for the disk or for others: of everything here this alone may be lost with the machine's power.
    this.#set("NORMAL", BRIEF_BUSY_MS);
    try {
      this.#run("write", () => {
        const update = this.#database.prepare("UPDATE tokens SET used = ?1 WHERE hash = ?2 AND ?1 > ifnull(used, -1)");
        for (const [hash, at] of used) update.run(at, hash);
      });
    } finally {
      this.#set("FULL", BUSY_MS);
    }
  }

  #set(synchronous: "NORMAL" | "FULL", busyMs: number): void {
    this.#database.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA busy_timeout = ${busyMs}`);
  }
}

function toToken(row: Record<string, SQLOutputValue>): IssuedToken {
  const codes = String(row["codes"]);
  return {
    name: String(row["name"]),
    hash: String(row["hash"]),
    plan: String(row["plan"]),
    codes: codes === "" ? [] : codes.split(","),
    created: Number(row["created"]),
    expires: toTime(row["expires"]) ?? Infinity,
    revoked: toTime(row["revoked"]),
    used: toTime(row["used"]),
  };
}

function toTime(value: SQLOutputValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
