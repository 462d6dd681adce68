/** What every ledger promises (port `Ledger`), asked of each one; then what the file promises besides. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { MemoryLedger } from "../../packages/gateway/src/ledger/memory.ts";
import {
  hasCredentials,
  hasLedger,
  ledgerFile,
  LedgerError,
  SqliteLedger,
} from "../../packages/gateway/src/ledger/sqlite.ts";
import type { IssuedToken, Ledger, NewToken, StoredUser } from "../../packages/gateway/src/ports/ledger.ts";
import { Command } from "../support/process.ts";

const root = mkdtempSync(join(tmpdir(), "tickwire-ledger-"));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const makeFolder = (): string => join(root, String(folders++));

const T0 = Date.UTC(2026, 10, 21);
const makeHash = (n: number): string => `sha256:${n.toString(16).padStart(64, "0")}`;
const TOKEN: NewToken = { name: "desk", hash: makeHash(1), plan: "basic", codes: [], expires: Infinity, created: T0 };
const USER: StoredUser = { user: "alice", password: "scrypt:1", locked: false, created: T0 };
const asIssued = (token: NewToken, known: Partial<IssuedToken> = {}): IssuedToken => ({
  ...token,
  revoked: undefined,
  used: undefined,
  ...known,
});

for (const [name, open] of [
  ["memory", () => new MemoryLedger()],
  ["sqlite", () => new SqliteLedger(makeFolder())],
] as const satisfies (readonly [string, () => Ledger])[]) {
  describe(`the ${name} ledger`, () => {
    it("keeps what was issued, in that order, exactly", () => {
      using scope = opened(open());
      const { tokens } = scope.ledger;
      const second = {
        ...TOKEN,
        name: "交易台 'x'; --",
        hash: makeHash(2),
        codes: ["700.HK", "*.US"],
        expires: T0 + 1,
      };
      assert.deepEqual(tokens.list(), []);
      assert.equal(tokens.issue(TOKEN), "issued");
      assert.equal(tokens.issue(second), "issued");
      assert.deepEqual(tokens.list(), [asIssued(TOKEN), asIssued(second)]);
    });

    it("gives a name to one token at a time, and again after it was revoked", () => {
      using scope = opened(open());
      const { tokens } = scope.ledger;
      const heir = { ...TOKEN, hash: makeHash(2) };
      assert.equal(tokens.issue(TOKEN), "issued");
      assert.equal(tokens.issue(heir), "name taken");
      assert.equal(tokens.revoke("desk", T0 + 5), true);
      assert.equal(tokens.issue(heir), "issued");
      assert.deepEqual(tokens.list(), [asIssued(TOKEN, { revoked: T0 + 5 }), asIssued(heir)]);
    });

    it("never takes the same hash twice, revoked or not", () => {
      using scope = opened(open());
      const { tokens } = scope.ledger;
      tokens.issue(TOKEN);
      assert.throws(() => tokens.issue({ ...TOKEN, name: "other" }));
      tokens.revoke("desk", T0);
      assert.throws(() => tokens.issue(TOKEN));
      assert.equal(tokens.list().length, 1);
    });

    it("revokes once, and only what is there", () => {
      using scope = opened(open());
      const { tokens } = scope.ledger;
      tokens.issue(TOKEN);
      assert.equal(tokens.revoke("Desk", T0), false);
      assert.equal(tokens.revoke("desk", T0 + 1), true);
      assert.equal(tokens.revoke("desk", T0 + 2), false);
      assert.equal(tokens.list()[0]!.revoked, T0 + 1);
    });

    it("moves a last use forwards alone, and passes over hashes that it does not know", () => {
      using scope = opened(open());
      const { tokens } = scope.ledger;
      tokens.issue(TOKEN);
      const touch = (at: number): number | undefined => {
        tokens.touch(
          new Map([
            [TOKEN.hash, at],
            [makeHash(9), at],
          ]),
        );
        return tokens.list()[0]!.used;
      };
      assert.deepEqual([touch(T0 + 10), touch(T0 + 5), touch(T0 + 11)], [T0 + 10, T0 + 10, T0 + 11]);
      assert.equal(tokens.list().length, 1);
    });

    it("keeps users as they were added, each name once", () => {
      using scope = opened(open());
      const { users } = scope.ledger;
      const other: StoredUser = { user: "a'b; --", password: "scrypt:2", locked: true, created: T0 + 1 };
      assert.deepEqual(users.list(), []);
      assert.deepEqual(
        [users.add(USER), users.add(other), users.add({ ...USER, password: "x" })],
        ["added", "added", "name taken"],
      );
      assert.deepEqual(users.list(), [USER, other]);
    });

    it("changes a user's password and lock, and only of those who are there", () => {
      using scope = opened(open());
      const { users } = scope.ledger;
      users.add(USER);
      users.add({ ...USER, user: "other" });
      assert.deepEqual([users.setPassword("alice", "new"), users.setPassword("nobody", "new")], [true, false]);
      assert.deepEqual([users.setLocked("alice", true), users.setLocked("Alice", true)], [true, false]);
      assert.deepEqual(users.list(), [
        { ...USER, password: "new", locked: true },
        { ...USER, user: "other" },
      ]);
      assert.equal(users.setLocked("alice", false), true);
      assert.equal(users.list()[0]!.locked, false);
    });

    it("does not call its own changes news", () => {
      using scope = opened(open());
      const { ledger } = scope;
      assert.equal(ledger.changed(), false);
      ledger.tokens.issue(TOKEN);
      ledger.tokens.revoke("desk", T0);
      ledger.users.add(USER);
      ledger.users.setPassword("alice", "new");
      assert.equal(ledger.changed(), false);
    });

    it("tells its state, and may be closed twice", () => {
      const ledger = open();
      assert.deepEqual(ledger.status(), { state: "ok", detail: "" });
      ledger.close();
      ledger.close();
      assert.deepEqual(ledger.status(), { state: "closed", detail: "" });
    });
  });
}

describe("both ledgers", () => {
  it("give the same answers to the same calls", () => {
    const name = fc.constantFrom("a", "b", "c");
    const time = fc.integer({ min: T0, max: T0 + 100 });
    const call = fc.oneof(
      fc.record({ call: fc.constant("issue" as const), name, hash: fc.nat(8), time }),
      fc.record({ call: fc.constant("revoke" as const), name, time }),
      fc.record({ call: fc.constant("touch" as const), hash: fc.nat(8), time }),
    );
    const run = ({ tokens }: Ledger, step: typeof call extends fc.Arbitrary<infer S> ? S : never): unknown => {
      if (step.call === "revoke") return tokens.revoke(step.name, step.time);
      if (step.call === "touch") return tokens.touch(new Map([[makeHash(step.hash), step.time]]));
      try {
        return tokens.issue({ ...TOKEN, name: step.name, hash: makeHash(step.hash), created: step.time });
      } catch {
        return "thrown";
      }
    };
    fc.assert(
      fc.property(fc.array(call, { maxLength: 20 }), (steps) => {
        using memory = opened(new MemoryLedger());
        using file = opened(new SqliteLedger(makeFolder()));
        for (const step of steps) assert.deepEqual(run(file.ledger, step), run(memory.ledger, step));
        assert.deepEqual(file.ledger.tokens.list(), memory.ledger.tokens.list());
      }),
      { numRuns: 25 },
    );
  });
});

describe("the ledger's file", () => {
  it("is for its owner alone, log files included, also when it was not", () => {
    const folder = makeFolder();
    new SqliteLedger(folder).close();
    chmodSync(ledgerFile(folder), 0o644);
    using scope = opened(new SqliteLedger(folder));
    scope.ledger.tokens.issue(TOKEN);
    const files = readdirSync(folder);
    assert.ok(files.includes("ledger.sqlite-wal"), files.join());
    for (const file of files) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
  });

  it("holds its content for the next one who opens it", () => {
    const folder = makeFolder();
    const first = new SqliteLedger(folder);
    first.tokens.issue({ ...TOKEN, codes: ["rb*"] });
    first.close();
    using scope = opened(new SqliteLedger(folder));
    assert.deepEqual(scope.ledger.tokens.list(), [asIssued({ ...TOKEN, codes: ["rb*"] })]);
  });

  it("tells each of those who have it open about the others' changes, once", () => {
    const folder = makeFolder();
    using one = opened(new SqliteLedger(folder));
    using two = opened(new SqliteLedger(folder));
    one.ledger.tokens.issue(TOKEN);
    assert.deepEqual([two.ledger.changed(), two.ledger.changed(), one.ledger.changed()], [true, false, false]);
    two.ledger.tokens.revoke("desk", T0);
    assert.deepEqual([two.ledger.changed(), one.ledger.changed(), one.ledger.changed()], [false, true, false]);
    assert.equal(one.ledger.tokens.list()[0]!.revoked, T0);
  });

  it("does not call the journal's commits news", async () => {
    const folder = makeFolder();
    using scope = opened(new SqliteLedger(folder));
    const { ledger } = scope;
    const journal = ledger.journal();
    await new Promise((done) => journal.commit({ rows: ["[]"], statements: [], done: [] }, done));
    ledger.users.add(USER);
    await new Promise((done) => journal.commit({ rows: ["[]"], statements: [], done: [] }, done));
    assert.equal(ledger.changed(), false);
    using other = opened(new SqliteLedger(folder));
    other.ledger.users.setLocked(USER.user, true);
    assert.deepEqual([ledger.changed(), ledger.changed()], [true, false]);
    await journal.close();
  });

  it("is brought up to date where an older tickwire made it, with what it holds", () => {
    const folder = makeFolder();
    new SqliteLedger(folder).close();
    const database = new DatabaseSync(ledgerFile(folder));
    const later = database.prepare("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'").all();
    for (const { type, name } of later) {
      if (name === "tokens" || name === "tokens_name") continue;
      database.exec(`DROP ${String(type)} IF EXISTS ${String(name)}`);
    }
    database.exec(
      "INSERT INTO tokens (name, hash, plan, codes, created) VALUES ('old', 'h', 'free', '', 1); PRAGMA user_version = 1",
    );
    database.close();
    assert.equal(hasCredentials(folder), true, "before it is brought up to date, too");
    using scope = opened(new SqliteLedger(folder));
    const { ledger } = scope;
    assert.deepEqual(
      ledger.tokens.list().map(({ name }) => name),
      ["old"],
    );
    assert.equal(ledger.users.add(USER), "added");
  });

  it("is not made by asking whether it has tokens or users", () => {
    const folder = makeFolder();
    assert.equal(hasCredentials(folder), false);
    assert.equal(hasLedger(folder), false);
    using scope = opened(new SqliteLedger(folder));
    assert.deepEqual([hasLedger(folder), hasCredentials(folder)], [true, false]);
    scope.ledger.tokens.issue(TOKEN);
    scope.ledger.tokens.revoke("desk", T0);
    assert.equal(hasCredentials(folder), true, "a token that was revoked was one");
    const another = makeFolder();
    using withUser = opened(new SqliteLedger(another));
    withUser.ledger.users.add({ ...USER, locked: true });
    assert.equal(hasCredentials(another), true, "a user who is locked is one");
  });

  it("is refused, with its name, when it is no ledger or one of a later version", () => {
    const folder = makeFolder();
    new SqliteLedger(folder).close();
    const database = new DatabaseSync(ledgerFile(folder));
    database.exec("PRAGMA user_version = 999");
    database.close();
    const refused = (message: RegExp) => (error: unknown) => {
      assert.ok(error instanceof LedgerError);
      assert.ok(error.message.includes(ledgerFile(folder)), error.message);
      assert.match(error.message, message);
      return true;
    };
    assert.throws(() => new SqliteLedger(folder), refused(/at version 999, made by a newer tickwire/));
    writeFileSync(ledgerFile(folder), "this is not a database, however long it may be\n".repeat(100));
    assert.throws(() => new SqliteLedger(folder), refused(/not a database/));
    assert.throws(() => hasCredentials(folder), refused(/not a database/));
  });

  it("takes what several processes write that open it for the first time at the same moment", async () => {
    const folder = makeFolder();
    const writer = [process.execPath, "--conditions=@tickwire/source", "test/support/ledger-writer.ts"];
    const moment = String(Date.now() + 1_000);
    const names = ["a", "b", "c", "d", "e"];
    const outcomes = await Promise.all(names.map((name) => new Command([folder, name, moment], {}, writer).ended));
    for (const { code, stderr } of outcomes) assert.deepEqual([code, stderr], [0, ""]);
    using scope = opened(new SqliteLedger(folder));
    assert.deepEqual(
      scope.ledger.tokens
        .list()
        .map(({ name }) => name)
        .toSorted(),
      names,
    );
  });

  it("does not wait for others to note a last use, and waits for the disk with everything else", () => {
    const folder = makeFolder();
    using scope = opened(new SqliteLedger(folder));
    const { tokens } = scope.ledger;
    tokens.issue(TOKEN);
    const other = new DatabaseSync(ledgerFile(folder));
    other.exec("BEGIN IMMEDIATE");
    const startedAt = performance.now();
    assert.throws(() => tokens.touch(new Map([[TOKEN.hash, T0]])), /locked/);
    assert.ok(performance.now() - startedAt < 1_000);
    assert.throws(() => tokens.revoke("desk", T0), /locked/);
    assert.ok(performance.now() - startedAt > 1_900, "two seconds for what matters");
    other.exec("COMMIT");
    other.close();
    tokens.touch(new Map([[TOKEN.hash, T0]]));
    assert.equal(tokens.list()[0]!.used, T0);
  });

  it("reports an error in its state until such work goes well again", () => {
    const folder = makeFolder();
    using scope = opened(new SqliteLedger(folder));
    const { ledger } = scope;
    ledger.tokens.issue(TOKEN);
    assert.throws(() => ledger.tokens.issue({ ...TOKEN, name: "other" }), LedgerError);
    assert.equal(ledger.status().state, "failing");
    assert.match(ledger.status().detail, /UNIQUE/);
    ledger.changed();
    assert.equal(ledger.status().state, "failing", "reading well does not mean that writing does");
    ledger.tokens.revoke("desk", T0);
    assert.deepEqual(ledger.status(), { state: "ok", detail: "" });
  });
});

function opened<L extends Ledger>(ledger: L): { readonly ledger: L } & Disposable {
  return { ledger, [Symbol.dispose]: () => ledger.close() };
}
