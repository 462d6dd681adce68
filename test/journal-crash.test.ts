/**
 * Kills a process that writes a journal without warning, again and again: every batch that was told to be safe is there, whole,
 * and none is there in part. TICKWIRE_TEST_KILLS sets how often.
 */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { ledgerFile } from "../packages/gateway/src/ledger/sqlite.ts";
import { makeDataFolder } from "./support/data-folder.ts";
import { Command } from "./support/process.ts";

const KILLS = Number(process.env["TICKWIRE_TEST_KILLS"] ?? 20);
const MOST_MS = 150;
const WRITER = [process.execPath, "--conditions=@tickwire/source", "test/support/journal-writer.ts"];

const folder = makeDataFolder();

interface Row {
  readonly batch: number;
  readonly row: number;
  readonly of: number;
}

/** Looks at everything that is left; returns the newest batch. */
function inspect(): number {
  using database = new DatabaseSync(ledgerFile(folder));
  assert.equal(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
  let expected: Row = { batch: 0, row: 0, of: 1 };
  let seq = 0;
  for (const stored of database.prepare("SELECT seq, ops FROM journal ORDER BY seq").iterate()) {
    const row = JSON.parse(String(stored["ops"])) as Row;
    const isNext = expected.row + 1 < expected.of;
    const want = isNext
      ? { batch: expected.batch, row: expected.row + 1, of: expected.of }
      : { batch: expected.batch + 1, row: 0, of: row.of };
    assert.deepEqual(row, want, "no row is missing, none is there twice");
    assert.equal(stored["seq"], ++seq);
    expected = row;
  }
  assert.equal(expected.row + 1, expected.of, "the last batch is whole");
  const { batch } = expected;
  const newest = (sql: string): unknown => database.prepare(sql).get()?.["newest"];
  assert.equal(Number(newest("SELECT max(settlement) AS newest FROM statements")), batch);
  assert.equal(Number(newest("SELECT max(amount) AS newest FROM instructions WHERE outcome = amount")), batch);
  assert.equal(
    newest(
      "SELECT count(*) AS newest FROM instructions WHERE outcome IS NULL AND amount <= (SELECT max(settlement) FROM statements)",
    ),
    0,
    "no instruction is undone whose batch is there",
  );
  const checkpoint = database.prepare("SELECT text FROM checkpoints ORDER BY seq DESC LIMIT 1").get()?.["text"];
  const covered = checkpoint === undefined ? 0 : (JSON.parse(String(checkpoint)) as { batch: number }).batch;
  assert.equal(covered, batch - (batch % 7), "the checkpoint belongs to its batch");
  // Those that were asked and never came to be are no concern of the next process.
  database.exec("DELETE FROM instructions WHERE outcome IS NULL");
  return batch;
}

test(
  `${KILLS} times killed, every batch that was told is there, and none by half`,
  { timeout: 30_000 + KILLS * 5_000 },
  async () => {
    let told = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const writer = new Command([folder, String(kill)], {}, WRITER);
      await writer.says(/\n/);
      await wait(Math.random() * MOST_MS);
      const { stdout, stderr } = await writer.stop("SIGKILL");
      assert.equal(stderr, "");
      // A line that was cut off was not told.
      const lines = stdout.slice(0, stdout.lastIndexOf("\n")).split("\n").map(Number);
      assert.ok(lines[0]! > told, "it went on after what it found");
      const kept = inspect();
      assert.ok(kept >= lines.at(-1)!, `${lines.at(-1)} was told, ${kept} is kept`);
      assert.ok(kept <= lines.at(-1)! + 1, "and no more than was under way");
      told = kept;
    }
    assert.ok(told > KILLS, `${told} batches`);
  },
);
