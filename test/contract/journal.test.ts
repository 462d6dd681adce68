/** What every journal promises (ports `Journal`, `InstructionLedger`), asked of each one; then what the file's promises besides. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { MemoryLedger } from "../../packages/gateway/src/ledger/memory.ts";
import { ledgerFile, SqliteLedger } from "../../packages/gateway/src/ledger/sqlite.ts";
import type { Ledger } from "../../packages/gateway/src/ports/ledger.ts";
import type { Journal, JournalBatch } from "../../packages/gateway/src/ports/journal.ts";
import type { Statement } from "../../packages/gateway/src/ports/trading.ts";
import type { GivenOrder } from "../../packages/gateway/src/ports/upstream.ts";
import { INPUT } from "../support/fake-trading.ts";

const root = mkdtempSync(join(tmpdir(), "tickwire-journal-"));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
const makeFolder = (): string => join(root, String(folders++));

const T0 = Date.UTC(2026, 10, 21);
const SETTLE = JSON.stringify([{ op: "settle", at: T0, day: "20260311", next: "20260312", prices: {} }]);

function commit(journal: Journal, batch: Partial<JournalBatch>): Promise<Error | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  journal.commit({ rows: [], statements: [], done: [], ...batch }, resolve);
  return promise;
}

/** A ledger that can be left and come back to. */
class Place implements AsyncDisposable {
  ledger: Ledger;
  readonly #open: () => Ledger;

  constructor(open: () => Ledger) {
    this.#open = open;
    this.ledger = open();
  }

  get journal(): Journal {
    return this.ledger.journal();
  }

  async reopen(): Promise<void> {
    await this[Symbol.asyncDispose]();
    this.ledger = this.#open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.journal.close();
    if (!(this.ledger instanceof MemoryLedger)) this.ledger.close();
  }
}

const PLACES: readonly (readonly [string, () => Place])[] = [
  [
    "memory",
    () => {
      const ledger = new MemoryLedger();
      return new Place(() => ledger);
    },
  ],
  [
    "sqlite",
    () => {
      const folder = makeFolder();
      return new Place(() => new SqliteLedger(folder));
    },
  ],
];

function dayOf(number: number): string {
  return new Date(T0 + number * 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
}

function makeGiven(sessionId: number, ref: string): GivenOrder {
  const session = { frontId: 1, sessionId: 9 };
  return { session: { frontId: 2, sessionId }, ref, giver: { user: "alice", session, input: { ...INPUT, ref } } };
}

for (const [name, make] of PLACES) {
  describe(`the ${name} journal`, () => {
    it("is empty at first", async () => {
      await using place = make();
      assert.deepEqual(place.journal.load(), { checkpoint: undefined, rows: [] });
      assert.equal(place.journal.statement("alice", ""), undefined);
    });

    it("gives back every row in order, also to the next one who opens it", async () => {
      await using place = make();
      const first = ["[1]", '["中文 \' ; -- \\u0000"]'];
      assert.equal(await commit(place.journal, { rows: first }), undefined);
      assert.equal(await commit(place.journal, { rows: [] }), undefined);
      assert.equal(await commit(place.journal, { rows: ["[3]"] }), undefined);
      await place.reopen();
      assert.deepEqual(place.journal.load(), { checkpoint: undefined, rows: [...first, "[3]"] });
      assert.equal(await commit(place.journal, { rows: ["[4]"] }), undefined);
      await place.reopen();
      assert.deepEqual(place.journal.load().rows, [...first, "[3]", "[4]"]);
    });

    it("never calls back from within a call, and takes the next batch from within the callback", async () => {
      await using place = make();
      const { journal } = place;
      const order: string[] = [];
      await new Promise<void>((resolve) => {
        journal.commit({ rows: ["[1]"], statements: [], done: [] }, () => {
          order.push("first");
          journal.commit({ rows: ["[2]"], statements: [], done: [] }, (error) => {
            order.push(`second ${String(error)}`);
            resolve();
          });
          order.push("after");
        });
        order.push("returned");
        assert.throws(() => journal.commit({ rows: [], statements: [], done: [] }, () => {}), /one batch at a time/);
      });
      assert.deepEqual(order, ["returned", "first", "after", "second undefined"]);
      assert.deepEqual(journal.load().rows, ["[1]", "[2]"]);
    });

    it("begins with the newest checkpoint, which covers the rows of its own batch", async () => {
      await using place = make();
      await commit(place.journal, { rows: ["[1]"] });
      await commit(place.journal, { rows: ["[2]"], checkpoint: '{"a":1}' });
      assert.deepEqual(place.journal.load(), { checkpoint: '{"a":1}', rows: [] });
      await commit(place.journal, { rows: ["[3]"] });
      await place.reopen();
      assert.deepEqual(place.journal.load(), { checkpoint: '{"a":1}', rows: ["[3]"] });
      await commit(place.journal, { checkpoint: '{"a":2}' });
      await commit(place.journal, { checkpoint: '{"a":3}' });
      await commit(place.journal, { rows: ["[4]"] });
      await place.reopen();
      assert.deepEqual(place.journal.load(), { checkpoint: '{"a":3}', rows: ["[4]"] });
    });

    it("keeps the orders that were given to an upstream, of the newest day alone", async () => {
      await using place = make();
      assert.deepEqual(place.journal.given(), { day: "", orders: [] });
      const [first, second, third] = [makeGiven(7, "2"), makeGiven(7, "1"), makeGiven(-8, "1")];
      assert.equal(await commit(place.journal, { given: { day: "20260311", orders: [first, second] } }), undefined);
      assert.equal(await commit(place.journal, { given: { day: "20260311", orders: [third] } }), undefined);
      await place.reopen();
      assert.deepEqual(place.journal.given(), { day: "20260311", orders: [first, second, third] });
      assert.equal(await commit(place.journal, { rows: ["[1]"] }), undefined);
      assert.equal(place.journal.given().orders.length, 3, "what is none of theirs changes nothing");
      assert.equal(await commit(place.journal, { given: { day: "20260312", orders: [third] } }), undefined);
      await place.reopen();
      assert.deepEqual(place.journal.given(), { day: "20260312", orders: [third] });
    });

    it("keeps the newest 90 statements of each user", async () => {
      await using place = make();
      const make1 = (user: string, n: number): Statement => ({
        user,
        day: dayOf(n),
        settlementId: n,
        text: `${user} ${n}`,
      });
      await commit(place.journal, { statements: [make1("bob", 0), make1("alice", 0)] });
      for (let n = 1; n <= 95; n++) await commit(place.journal, { statements: [make1("alice", n)] });
      await commit(place.journal, { statements: [{ ...make1("alice", 95), text: "again" }] });
      await place.reopen();
      const { journal } = place;
      assert.deepEqual(journal.statement("alice", ""), { ...make1("alice", 95), text: "again" });
      assert.deepEqual(journal.statement("alice", dayOf(50)), make1("alice", 50));
      assert.deepEqual(journal.statement("alice", dayOf(6)), make1("alice", 6));
      assert.equal(journal.statement("alice", dayOf(5)), undefined);
      assert.deepEqual(journal.statement("bob", ""), make1("bob", 0));
      assert.equal(journal.statement("", ""), undefined);
    });

    it("carries instructions out with the rows that they gave rise to", async () => {
      await using place = make();
      const { instructions } = place.ledger;
      const deposit = { kind: "deposit", user: "alice", amount: 12_345 } as const;
      const ids = [
        instructions.ask(deposit, T0),
        instructions.ask({ kind: "settle" }, T0 + 1),
        instructions.ask({ ...deposit, kind: "withdraw" }, T0 + 2),
      ];
      assert.equal(new Set(ids).size, 3);
      assert.deepEqual(instructions.waiting(), [
        { id: ids[0], instruction: deposit, asked: T0, outcome: undefined },
        { id: ids[1], instruction: { kind: "settle" }, asked: T0 + 1, outcome: undefined },
        { id: ids[2], instruction: { ...deposit, kind: "withdraw" }, asked: T0 + 2, outcome: undefined },
      ]);
      const done = [
        { id: ids[1]!, outcome: "done" },
        { id: ids[0]!, outcome: "CTP:资金不足" },
      ];
      await commit(place.journal, { rows: ["[1]"], done });
      await commit(place.journal, {
        done: [
          { id: ids[1]!, outcome: "twice" },
          { id: 999, outcome: "done" },
        ],
      });
      assert.deepEqual(
        place.ledger.instructions.waiting().map(({ id }) => id),
        [ids[2]],
      );
      await place.reopen();
      const found = ids.map((id) => place.ledger.instructions.find(id)?.outcome);
      assert.deepEqual(found, ["CTP:资金不足", "done", undefined]);
      assert.equal(place.ledger.instructions.find(999), undefined);
    });

    it("lets so many instructions wait, and gives no id twice", async () => {
      await using place = make();
      const { instructions } = place.ledger;
      const ids = Array.from({ length: 1_000 }, () => instructions.ask({ kind: "settle" }, T0));
      assert.throws(() => instructions.ask({ kind: "settle" }, T0), /too many instructions wait/);
      await commit(place.journal, { done: ids.map((id) => ({ id, outcome: "done" })) });
      for (let n = 0; n < 10; n++) {
        const id = instructions.ask({ kind: "settle" }, T0);
        assert.ok(id > ids.at(-1)!);
        ids.push(id);
        await commit(place.journal, { done: [{ id, outcome: "done" }] });
      }
      const forgotten = ids.filter((id) => instructions.find(id) === undefined).length;
      assert.ok(forgotten > 0 && forgotten <= 10, `${forgotten} forgotten`);
    });

    it("refuses what comes after it was closed, and may be closed twice", async () => {
      await using place = make();
      const { journal } = place;
      await commit(journal, { rows: ["[1]"] });
      await journal.close();
      await journal.close();
      assert.match(String(await commit(journal, { rows: ["[2]"] })), /closed/);
      assert.deepEqual(place.journal.load().rows, ["[1]"]);
    });
  });
}

describe("both journals", () => {
  it("hold the same after the same batches", async () => {
    const batch = fc.record({
      rows: fc.array(fc.constantFrom("[1]", "[2]", SETTLE), { maxLength: 4 }),
      checkpoint: fc.option(fc.constantFrom("{}", '{"b":1}'), { nil: undefined, freq: 3 }),
      day: fc.option(fc.nat(3), { nil: undefined }),
      ask: fc.boolean(),
      done: fc.nat(6),
      reopen: fc.nat(4),
    });
    const play = async (place: Place, steps: readonly (typeof batch extends fc.Arbitrary<infer S> ? S : never)[]) => {
      for (const { rows, checkpoint, day, ask, done, reopen } of steps) {
        if (ask) place.ledger.instructions.ask({ kind: "settle" }, T0);
        const statements =
          day === undefined ? [] : [{ user: "u", day: dayOf(day), settlementId: day, text: rows.join() }];
        const checked = checkpoint === undefined ? {} : { checkpoint };
        await commit(place.journal, { rows, statements, done: [{ id: done, outcome: "done" }], ...checked });
        if (reopen === 0) await place.reopen();
      }
      return [place.journal.load(), place.journal.statement("u", ""), place.ledger.instructions.waiting()];
    };
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 12 }), async (steps) => {
        await using memory = PLACES[0]![1]();
        await using file = PLACES[1]![1]();
        assert.deepEqual(await play(file, steps), await play(memory, steps));
      }),
      { numRuns: 10 },
    );
  });
});

function rowsOf(folder: string): { seq: number; ops: string }[] {
  using database = new DatabaseSync(ledgerFile(folder));
  const rows = database.prepare("SELECT seq, ops FROM journal ORDER BY seq").all();
  return rows.map(({ seq, ops }) => ({ seq: Number(seq), ops: String(ops) }));
}

describe("the file's journal", () => {
  it("forgets rows that a kept checkpoint covers and thirty settlements have followed, and never a number", async () => {
    const folder = makeFolder();
    await using place = new Place(() => new SqliteLedger(folder));
    for (let n = 0; n < 33; n++)
      await commit(place.journal, { rows: [`["settle",${n}]`, SETTLE], checkpoint: `{"n":${n}}` });
    await commit(place.journal, { rows: ["[0]"] });
    const deadline = Date.now() + 5_000;
    while (rowsOf(folder)[0]!.seq === 1 && Date.now() < deadline) await new Promise((done) => setTimeout(done, 10));
    // 33 days, the newest 30 of which are kept, and what came since.
    assert.deepEqual([rowsOf(folder)[0], rowsOf(folder).length], [{ seq: 7, ops: '["settle",3]' }, 61]);
    await place.reopen();
    assert.deepEqual(place.journal.load(), { checkpoint: '{"n":32}', rows: ["[0]"] });
    using database = new DatabaseSync(ledgerFile(folder));
    assert.deepEqual(database.prepare("SELECT count(*) AS kept FROM checkpoints").get()?.["kept"], 2);
    database.exec("DELETE FROM journal");
    await place.reopen();
    assert.deepEqual(place.journal.load(), { checkpoint: '{"n":32}', rows: [] });
    assert.equal(await commit(place.journal, { rows: ["[1]"] }), undefined);
    assert.equal(rowsOf(folder)[0]!.seq, 67, "one more than the checkpoint covers");
  });

  it("is written by one alone: who comes second is refused and changes nothing", async () => {
    const folder = makeFolder();
    await using one = new Place(() => new SqliteLedger(folder));
    await using two = new Place(() => new SqliteLedger(folder));
    const [first, second] = [one.journal, two.journal];
    first.load();
    second.load();
    await commit(first, { rows: ["[1]"] });
    assert.match(String(await commit(second, { rows: ["[2]"] })), /ledger\.sqlite: somebody else writes this journal/);
    assert.equal(two.ledger.status().state, "failing");
    assert.equal(await commit(first, { rows: ["[3]"] }), undefined);
    assert.deepEqual(one.journal.load().rows, ["[1]", "[3]"]);
  });

  it("tells of a batch that could not be written, writes none of it, and takes it again", async () => {
    const folder = makeFolder();
    await using place = new Place(() => new SqliteLedger(folder));
    const id = place.ledger.instructions.ask({ kind: "settle" }, T0);
    using other = new DatabaseSync(ledgerFile(folder));
    other.exec("CREATE TRIGGER full BEFORE INSERT ON statements BEGIN SELECT RAISE(FAIL, 'disk full'); END");
    const statement = { user: "u", day: "20260311", settlementId: 1, text: "" };
    const batch = { rows: ["[1]"], statements: [statement], done: [{ id, outcome: "done" }], checkpoint: "{}" };
    assert.match(String(await commit(place.journal, batch)), /ledger\.sqlite: disk full/);
    assert.match(place.ledger.status().detail, /disk full/);
    assert.deepEqual(place.journal.load(), { checkpoint: undefined, rows: [] });
    assert.equal(place.ledger.instructions.find(id)!.outcome, undefined);
    other.exec("DROP TRIGGER full");
    assert.equal(await commit(place.journal, batch), undefined);
    assert.deepEqual(place.ledger.status(), { state: "ok", detail: "" });
    assert.deepEqual(place.journal.load(), { checkpoint: "{}", rows: [] });
  });

  it("starts another thread where one died", async () => {
    const folder = makeFolder();
    await using place = new Place(() => new SqliteLedger(folder));
    using other = new DatabaseSync(ledgerFile(folder));
    const version = Number(other.prepare("PRAGMA user_version").get()!["user_version"]);
    other.exec("PRAGMA user_version = 999");
    const { journal } = place;
    assert.match(String(await commit(journal, { rows: ["[1]"] })), /ledger\.sqlite: it is at version 999/);
    assert.equal(place.ledger.status().state, "failing");
    other.exec(`PRAGMA user_version = ${version}`);
    assert.equal(await commit(journal, { rows: ["[1]"] }), undefined);
    assert.equal(await commit(journal, { rows: ["[2]"] }), undefined);
    assert.deepEqual(journal.load().rows, ["[1]", "[2]"]);
    assert.equal(place.ledger.status().state, "ok");
  });
});
