/** Writes the journal, on a connection of its own: each batch is one transaction. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Op } from "../ports/exchange.ts";
import type { JournalBatch } from "../ports/journal.ts";
import type { Statement } from "../ports/trading.ts";
import type { GivenOrders } from "../ports/upstream.ts";
import { KEPT_CHECKPOINTS, KEPT_SETTLEMENTS, KEPT_STATEMENTS, PRUNED_ROWS } from "./settings.ts";
import { transact } from "./transaction.ts";

/** The last row of the journal, 0 without any; rows that are deleted leave their numbers behind in checkpoints. */
export const LAST_SEQ = `SELECT max(ifnull((SELECT max(seq) FROM journal), 0),
  ifnull((SELECT max(seq) FROM checkpoints), 0)) AS seq`;

/** The last row that may go: a kept checkpoint covers it, and it is older than the settlements whose rows are kept. */
const PRUNABLE = `SELECT min(
  (SELECT seq FROM checkpoints ORDER BY seq DESC LIMIT 1 OFFSET ${KEPT_CHECKPOINTS - 1}),
  (SELECT seq FROM journal WHERE settles = 1 ORDER BY seq DESC LIMIT 1 OFFSET ${KEPT_SETTLEMENTS})) AS seq`;

/** See the file. */
export class JournalWriter {
  readonly #database: DatabaseSync;
  readonly #last: StatementSync;
  readonly #row: StatementSync;
  readonly #outcome: StatementSync;
  /** The only day whose given orders are there; undefined: not known. */
  #givenDay: string | undefined;
  /** Rows up to this one are to be deleted. */
  #prunable = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#last = database.prepare(LAST_SEQ);
    this.#row = database.prepare("INSERT INTO journal (seq, ops, settles) VALUES (?, ?, ?)");
    this.#outcome = database.prepare("UPDATE instructions SET outcome = ? WHERE id = ? AND outcome IS NULL");
  }

  /** Writes a batch whose first row is `after` + 1. Throws, with nothing written, when that is not the next one. */
  write(batch: JournalBatch, after: number): void {
    transact(this.#database, () => {
      const last = Number(this.#last.get()?.["seq"]);
      if (last !== after) throw new Error(`somebody else writes this journal: it ends at ${last}, not at ${after}`);
      let seq = after;
      for (const row of batch.rows) this.#row.run(++seq, row, settles(row) ? 1 : 0);
      for (const { id, outcome } of batch.done) this.#outcome.run(outcome, id);
      this.#keepStatements(batch.statements);
      if (batch.given !== undefined) this.#keepGiven(batch.given);
      if (batch.checkpoint !== undefined) this.#keepCheckpoint(seq, batch.checkpoint);
    });
    this.#givenDay = batch.given?.day ?? this.#givenDay;
    if (batch.checkpoint !== undefined) {
      this.#prunable = Number(this.#database.prepare(PRUNABLE).get()?.["seq"] ?? 0);
    }
  }

  /** Deletes some of the rows that are not kept; false when there are none. A little at a time: the next batch waits for it. */
  prune(): boolean {
    if (this.#prunable === 0) return false;
    const { changes } = this.#database
      .prepare("DELETE FROM journal WHERE seq IN (SELECT seq FROM journal WHERE seq <= ? ORDER BY seq LIMIT ?)")
      .run(this.#prunable, PRUNED_ROWS);
    if (changes < PRUNED_ROWS) this.#prunable = 0;
    return this.#prunable > 0;
  }

  #keepStatements(statements: readonly Statement[]): void {
    if (statements.length === 0) return;
    const insert = this.#database.prepare("INSERT OR REPLACE INTO statements VALUES (?, ?, ?, ?)");
    const forget = this.#database.prepare(
      `DELETE FROM statements WHERE user = ?1 AND day <=
         (SELECT day FROM statements WHERE user = ?1 ORDER BY day DESC LIMIT 1 OFFSET ${KEPT_STATEMENTS})`,
    );
    for (const { user, day, settlementId, text } of statements) {
      insert.run(user, day, settlementId, text);
      forget.run(user);
    }
  }

  #keepGiven({ day, orders }: GivenOrders): void {
    if (day !== this.#givenDay) this.#database.prepare("DELETE FROM given WHERE day <> ?").run(day);
    const insert = this.#database.prepare(
      "INSERT OR REPLACE INTO given (day, front, session, ref, giver) VALUES (?, ?, ?, ?, ?)",
    );
    for (const { session, ref, giver } of orders) {
      insert.run(day, session.frontId, session.sessionId, ref, JSON.stringify(giver));
    }
  }

  #keepCheckpoint(seq: number, text: string): void {
    this.#database.prepare("INSERT OR REPLACE INTO checkpoints VALUES (?, ?)").run(seq, text);
    this.#database.exec(
      `DELETE FROM checkpoints WHERE seq <=
         (SELECT seq FROM checkpoints ORDER BY seq DESC LIMIT 1 OFFSET ${KEPT_CHECKPOINTS})`,
    );
  }
}

/** Whether a trading day ends in a row. The word alone is found in few others. */
function settles(row: string): boolean {
  return row.includes('"settle"') && (JSON.parse(row) as readonly Op[]).some(({ op }) => op === "settle");
}
