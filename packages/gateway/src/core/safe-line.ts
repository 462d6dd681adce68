/**
 * The line that everything about trading waits in until it may be told. What the exchange does is given to the journal in batches,
 * one at a time: what happens while one is under way is the next. Reports and replies leave, in the order in which they came, when
 * everything before them is on the disk.
 *
 * A batch that failed is given to the journal again until it is taken; until then nothing leaves the line.
 */
import type { ExchangeSink, Op } from "../ports/exchange.ts";
import type { Journal, JournalBatch } from "../ports/journal.ts";
import type { Statement, TradeReport } from "../ports/trading.ts";

/** Reports and replies that may wait for the journal before nothing more is let in. */
const MAX_WAITING = 500_000;

/** What a line is made from. */
export interface SafeLineOptions {
  readonly journal: Journal;
  /** Notes how users' part in an instrument's market stands; the function that it returns makes that public. */
  readonly capture: (instrument: string) => () => void;
  /** All of the exchange's state, as JSON can hold it. */
  readonly checkpoint: () => object;
  /** Tells a report to whom it concerns. */
  readonly tell: (report: TradeReport) => void;
  /** Hears of a journal that fails (once until it works again) and of listeners that throw. */
  readonly onError: (error: unknown) => void;
}

/** What is in the line: something to tell, or to do. */
type Waiting = TradeReport | (() => void);

/** One batch with what waits for it. */
interface Load {
  readonly batch: JournalBatch;
  readonly waiting: readonly Waiting[];
}

/** See the top of the file. */
export class SafeLine implements ExchangeSink {
  readonly #options: SafeLineOptions;
  /** Instruments whose orders changed since the last batch. */
  readonly #touched = new Set<string>();
  #ops: Op[] = [];
  #statements: Statement[] = [];
  #done: { readonly id: number; readonly outcome: string }[] = [];
  #waiting: Waiting[] = [];
  #underWay: Load | undefined;
  #failure = "";
  #retry = false;
  #settled = false;
  readonly counts = { ops: 0, batches: 0, failures: 0 };

  constructor(options: SafeLineOptions) {
    this.#options = options;
  }

  /** Why nothing can be written, in one line; empty while all is well. */
  get failure(): string {
    if (this.#failure === "" && this.#waiting.length > MAX_WAITING) return "the journal does not keep up";
    return this.#failure;
  }

  op(op: Op): void {
    this.#ops.push(op);
    if (op.op === "settle") this.#settled = true;
  }

  statement(statement: Statement): void {
    this.#statements.push(statement);
  }

  /** An instruction was carried out by the operations so far. */
  done(id: number, outcome: string): void {
    this.#done.push({ id, outcome });
  }

  report(report: TradeReport): void {
    this.#waiting.push(report);
    if (report.kind === "order") this.#touched.add(report.order.input.instrument);
  }

  /** Runs `run` when everything before it is safe: at once where nothing is under way. */
  whenSafe(run: () => void): void {
    if (this.#underWay === undefined && this.#ops.length === 0 && this.#waiting.length === 0) return this.#run(run);
    this.#waiting.push(run);
  }

  /** Gives what has gathered to the journal, unless a batch is under way: its end gives the next. */
  flush(): void {
    if (this.#underWay !== undefined) return;
    if (this.#ops.length > 0 || this.#done.length > 0 || this.#statements.length > 0) {
      this.#underWay = this.#load();
      this.#commit();
    } else if (this.#waiting.length > 0) {
      this.#release(this.#takeWaiting());
    }
  }

  /** Gives a batch that failed to the journal again. */
  retry(): void {
    if (!this.#retry) return;
    this.#retry = false;
    this.#commit();
  }

  /** Takes everything that has gathered. */
  #load(): Load {
    const publish = Array.from(this.#touched, (instrument) => this.#options.capture(instrument));
    this.#touched.clear();
    const batch: JournalBatch = {
      rows: this.#ops.length === 0 ? [] : [JSON.stringify(this.#ops)],
      statements: this.#statements,
      done: this.#done,
      ...(this.#settled ? { checkpoint: JSON.stringify(this.#options.checkpoint()) } : {}),
    };
    this.counts.ops += this.#ops.length;
    this.#ops = [];
    this.#statements = [];
    this.#done = [];
    this.#settled = false;
    return { batch, waiting: [...publish, ...this.#takeWaiting()] };
  }

  #takeWaiting(): readonly Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #commit(): void {
    this.#options.journal.commit(this.#underWay!.batch, (error) => this.#onCommitted(error));
  }

  #onCommitted(error: Error | undefined): void {
    if (error !== undefined) {
      this.counts.failures++;
      if (this.#failure === "") this.#options.onError(error);
      this.#failure = error.message || "unknown error";
      this.#retry = true;
      return;
    }
    const { waiting } = this.#underWay!;
    this.counts.batches++;
    this.#failure = "";
    this.#release(waiting);
    this.#underWay = undefined;
    this.flush();
  }

  #release(waiting: readonly Waiting[]): void {
    for (const entry of waiting) this.#run(typeof entry === "function" ? entry : () => this.#options.tell(entry));
  }

  #run(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
