/** The journal and the instructions of a ledger that ends with its process. */
import type { TradingDay } from "@tickwire/protocol/model";
import type { Journal, JournalBatch } from "../ports/journal.ts";
import type { Instruction, InstructionLedger, QueuedInstruction } from "../ports/ledger.ts";
import type { Statement } from "../ports/trading.ts";
import type { GivenOrders } from "../ports/upstream.ts";
import { KEPT_INSTRUCTIONS, KEPT_STATEMENTS, MAX_WAITING_INSTRUCTIONS } from "./settings.ts";

/** What is written, whichever journal writes it. */
export class MemoryPast {
  checkpoint: string | undefined;
  rows: string[] = [];
  given: GivenOrders = { day: "", orders: [] };
  /** By user, then by day. */
  readonly statements = new Map<string, Map<TradingDay, Statement>>();
}

/** See {@link Journal}. */
export class MemoryJournal implements Journal {
  readonly #past: MemoryPast;
  readonly #instructions: MemoryInstructions;
  #underWay = false;
  closed = false;

  constructor(past: MemoryPast, instructions: MemoryInstructions) {
    this.#past = past;
    this.#instructions = instructions;
  }

  load(): ReturnType<Journal["load"]> {
    return { checkpoint: this.#past.checkpoint, rows: [...this.#past.rows] };
  }

  commit(batch: JournalBatch, done: (error: Error | undefined) => void): void {
    if (this.#underWay) throw new Error("one batch at a time");
    if (this.closed) return queueMicrotask(() => done(new Error("the journal is closed")));
    this.#underWay = true;
    queueMicrotask(() => {
      this.#write(batch);
      this.#underWay = false;
      done(undefined);
    });
  }

  statement(user: string, day: TradingDay | ""): Statement | undefined {
    const days = this.#past.statements.get(user);
    return days?.get(day === "" ? ([...days.keys()].toSorted().at(-1) ?? "") : day);
  }

  given(): GivenOrders {
    return this.#past.given;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  #write({ rows, statements, done, checkpoint, given }: JournalBatch): void {
    if (given !== undefined) this.#keepGiven(given);
    for (const row of rows) this.#past.rows.push(row);
    for (const { id, outcome } of done) this.#instructions.settle(id, outcome);
    for (const statement of statements) this.#keep(statement);
    if (checkpoint === undefined) return;
    this.#past.checkpoint = checkpoint;
    this.#past.rows = [];
  }

  #keepGiven({ day, orders }: GivenOrders): void {
    const { given } = this.#past;
    this.#past.given = { day, orders: [...(given.day === day ? given.orders : []), ...structuredClone(orders)] };
  }

  #keep(statement: Statement): void {
    const days = this.#past.statements.get(statement.user) ?? new Map<TradingDay, Statement>();
    this.#past.statements.set(statement.user, days.set(statement.day, { ...statement }));
    if (days.size > KEPT_STATEMENTS) days.delete([...days.keys()].toSorted()[0]!);
  }
}

/** See {@link InstructionLedger}. */
export class MemoryInstructions implements InstructionLedger {
  #rows: QueuedInstruction[] = [];
  #count = 0;

  ask(instruction: Instruction, asked: number): number {
    if (this.waiting().length >= MAX_WAITING_INSTRUCTIONS) throw new Error("too many instructions wait already");
    const old = new Set(this.#rows.filter(({ outcome }) => outcome !== undefined).slice(0, -KEPT_INSTRUCTIONS));
    this.#rows = this.#rows.filter((row) => !old.has(row));
    const id = ++this.#count;
    this.#rows.push({ id, instruction: { ...instruction }, asked, outcome: undefined });
    return id;
  }

  waiting(): readonly QueuedInstruction[] {
    return this.#rows.filter(({ outcome }) => outcome === undefined);
  }

  find(id: number): QueuedInstruction | undefined {
    return this.#rows.find((row) => row.id === id);
  }

  /** Keeps what became of one that waits. */
  settle(id: number, outcome: string): void {
    const index = this.#rows.findIndex((row) => row.id === id && row.outcome === undefined);
    const row = this.#rows[index];
    if (row !== undefined) this.#rows[index] = { ...row, outcome };
  }
}
