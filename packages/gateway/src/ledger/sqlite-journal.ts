/** The journal of the file: read here, written by a thread (`journal-worker.ts`). */
import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import type { TradingDay } from "@tickwire/protocol/model";
import type { Journal, JournalBatch, JournalPast } from "../ports/journal.ts";
import type { Statement } from "../ports/trading.ts";
import type { GivenOrders, Giver } from "../ports/upstream.ts";
import { LedgerError, type Run } from "./connection.ts";
import type { JournalNews, JournalOrder, JournalSettings } from "./journal-messages.ts";
import { LAST_SEQ } from "./journal-writer.ts";

interface UnderWay {
  readonly rows: number;
  readonly done: (error: Error | undefined) => void;
}

/** The newest checkpoint of a file and every row after it, as they are at one moment. */
export function readJournal(database: DatabaseSync): JournalPast {
  database.exec("BEGIN");
  try {
    const newest = database.prepare("SELECT seq, text FROM checkpoints ORDER BY seq DESC LIMIT 1").get();
    const after = newest?.["seq"] ?? 0;
    const rows = database.prepare("SELECT ops FROM journal WHERE seq > ? ORDER BY seq").all(after);
    const checkpoint = newest === undefined ? undefined : String(newest["text"]);
    return { checkpoint, rows: rows.map(({ ops }) => String(ops)) };
  } finally {
    database.exec("COMMIT");
  }
}

/** See {@link Journal}. */
export class SqliteJournal implements Journal {
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #run: Run;
  readonly #onState: (error: string) => void;
  #worker: Worker | undefined;
  #underWay: UnderWay | undefined;
  /** The last row that is known to be written. */
  #seq: number | undefined;
  #closing: Promise<void> | undefined;

  /** Starts the thread. `onState` hears the last error, empty when a batch was written again. */
  constructor(file: string, database: DatabaseSync, run: Run, onState: (error: string) => void) {
    this.#file = file;
    this.#database = database;
    this.#run = run;
    this.#onState = onState;
    this.#worker = this.#start();
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closing !== undefined;
  }

  load(): JournalPast {
    return this.#run("read", () => {
      this.#seq = this.#lastSeq();
      return readJournal(this.#database);
    });
  }

  commit(batch: JournalBatch, done: (error: Error | undefined) => void): void {
    if (this.#underWay !== undefined) throw new Error("one batch at a time");
    if (this.#closing !== undefined) return queueMicrotask(() => done(new LedgerError("the journal is closed")));
    this.#underWay = { rows: batch.rows.length, done };
    try {
      this.#seq ??= this.#run("read", () => this.#lastSeq());
    } catch (error) {
      return queueMicrotask(() => this.#end(error as Error));
    }
    this.#worker ??= this.#start();
    // While something is under way the process stays.
    this.#worker.ref();
    post(this.#worker, { kind: "commit", batch, after: this.#seq });
  }

  statement(user: string, day: TradingDay | ""): Statement | undefined {
    const row = this.#run("read", () =>
      this.#database
        .prepare("SELECT * FROM statements WHERE user = ?1 AND (?2 = '' OR day = ?2) ORDER BY day DESC LIMIT 1")
        .get(user, day),
    );
    if (row === undefined) return undefined;
    return { user, day: String(row["day"]), settlementId: Number(row["settlement"]), text: String(row["text"]) };
  }

  given(): GivenOrders {
    const rows = this.#run("read", () =>
      this.#database.prepare("SELECT * FROM given WHERE day = (SELECT max(day) FROM given) ORDER BY seq").all(),
    );
    const orders = rows.map(({ front, session, ref, giver }) => ({
      session: { frontId: Number(front), sessionId: Number(session) },
      ref: String(ref),
      giver: JSON.parse(String(giver)) as Giver,
    }));
    return { day: String(rows[0]?.["day"] ?? ""), orders };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    worker.ref();
    post(worker, { kind: "close" });
    await ended;
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const workerData: JournalSettings = { file: this.#file };
    const worker = new Worker(new URL(`./journal-worker.${extension}`, import.meta.url), { workerData });
    let why = "its thread ended";
    worker.on("message", (news: JournalNews) => this.#hear(news));
    worker.on("error", (error) => (why = error instanceof Error ? error.message : String(error)));
    worker.on("exit", () => this.#onExit(worker, why));
    worker.unref();
    return worker;
  }

  #hear(news: JournalNews): void {
    this.#worker?.unref();
    if (news.kind === "committed") return this.#end(undefined);
    this.#end(new LedgerError(`ledger ${this.#file}: ${news.message}`));
  }

  /** The thread is gone, and cannot tell any more what it wrote: the file can. */
  #onExit(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    if (this.#underWay === undefined) return;
    const { rows } = this.#underWay;
    try {
      const last = this.#run("read", () => this.#lastSeq());
      if (rows > 0 && last === this.#seq! + rows) return this.#end(undefined);
    } catch {
      // What failed is told below.
    }
    this.#end(new LedgerError(`ledger ${this.#file}: ${why}`));
  }

  #end(error: Error | undefined): void {
    const { rows, done } = this.#underWay!;
    this.#underWay = undefined;
    if (error === undefined) this.#seq! += rows;
    this.#onState(error?.message ?? "");
    done(error);
  }

  #lastSeq(): number {
    return Number(this.#database.prepare(LAST_SEQ).get()?.["seq"]);
  }
}

function post(worker: Worker, order: JournalOrder): void {
  worker.postMessage(order, []);
}
