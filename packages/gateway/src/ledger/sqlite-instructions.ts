/** The table of operators' instructions. What became of them is written by the journal, with the operations. */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { Instruction, InstructionLedger, QueuedInstruction } from "../ports/ledger.ts";
import type { Run } from "./connection.ts";
import { KEPT_INSTRUCTIONS, MAX_WAITING_INSTRUCTIONS } from "./settings.ts";

/** See {@link InstructionLedger}. */
export class SqliteInstructions implements InstructionLedger {
  readonly #database: DatabaseSync;
  readonly #run: Run;

  constructor(database: DatabaseSync, run: Run) {
    this.#database = database;
    this.#run = run;
  }

  ask(instruction: Instruction, at: number): number {
    return this.#run("write", () => {
      const count = this.#database.prepare("SELECT count(*) AS waiting FROM instructions WHERE outcome IS NULL").get();
      if (Number(count?.["waiting"]) >= MAX_WAITING_INSTRUCTIONS) throw new Error("too many instructions wait already");
      const { kind, user, amount } = { user: null, amount: null, ...instruction };
      this.#database
        .prepare(
          `DELETE FROM instructions WHERE outcome IS NOT NULL AND id <=
             (SELECT id FROM instructions WHERE outcome IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ?)`,
        )
        .run(KEPT_INSTRUCTIONS);
      const insert = this.#database.prepare("INSERT INTO instructions (kind, user, amount, asked) VALUES (?, ?, ?, ?)");
      return Number(insert.run(kind, user, amount, at).lastInsertRowid);
    });
  }

  waiting(): readonly QueuedInstruction[] {
    const rows = this.#run("read", () =>
      this.#database.prepare("SELECT * FROM instructions WHERE outcome IS NULL ORDER BY id").all(),
    );
    return rows.map(toQueued);
  }

  find(id: number): QueuedInstruction | undefined {
    const row = this.#run("read", () => this.#database.prepare("SELECT * FROM instructions WHERE id = ?").get(id));
    return row === undefined ? undefined : toQueued(row);
  }
}

function toQueued({ id, kind, user, amount, asked, outcome }: Record<string, SQLOutputValue>): QueuedInstruction {
  const instruction: Instruction =
    kind === "settle" ? { kind } : { kind: kind as "deposit" | "withdraw", user: String(user), amount: Number(amount) };
  return {
    id: Number(id),
    instruction,
    asked: Number(asked),
    outcome: outcome === null || outcome === undefined ? undefined : String(outcome),
  };
}
