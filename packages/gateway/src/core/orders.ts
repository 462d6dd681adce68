/**
 * Where orders come in and reports go out. What the exchange does is written to the journal first; what may be told, reports and
 * replies alike, waits in line until it is on the disk. One batch is under way at a time; what happens meanwhile is the next.
 *
 * While the journal fails nothing more happens: no orders, no fills, no settlement. The batch that failed is given to it again
 * until it is taken, and then everything goes on where it stood.
 */
import type {
  CancelInput,
  EpochMs,
  Fen,
  OrderInput,
  ParkedCancel,
  ParkedOrder,
  TradingDay,
  TradingSession,
} from "@tickwire/protocol/model";
import type {
  ExchangeEngine,
  ExchangeSink,
  Footprint,
  Instruction,
  InstructionLedger,
  Journal,
  JournalBatch,
  MarketView,
  MaxVolumeQuery,
  Op,
  Statement,
  TradeReport,
  Trading,
  TradingStatus,
} from "../ports-trading.ts";

/** SessionID is an int of 32 bits. */
const MAX_SESSION_ID = 2 ** 31 - 1;

/** What a desk hears of an instrument whose public book changes by users' doing. */
export interface Publisher {
  /** Notes how users' part in an instrument's market stands; returns what makes it public. */
  capture(instrument: string): () => void;
}

/** What a desk is made from. */
export interface TradeDeskOptions {
  /** Makes the exchange that tells `sink` what it does. */
  readonly makeEngine: (sink: ExchangeSink) => ExchangeEngine;
  readonly journal: Journal;
  readonly instructions: InstructionLedger;
  readonly publisher: Publisher;
  /** Now, as the market counts time. */
  readonly now: () => EpochMs;
  /** What a new account begins with. */
  readonly initialBalance: Fen;
  /** Whether there is a user of this name: one who may be given money before the first login. */
  readonly isUser: (user: string) => boolean;
  /** Hears of a journal that fails (once until it works again), of listeners that throw, of rows that cannot be read. */
  readonly onError: (error: unknown) => void;
}

/** What is in the line: something to tell, or to do, when everything before it is safe. */
type Waiting = TradeReport | (() => void);

/** One batch with what waits for it. */
interface Load {
  readonly batch: JournalBatch;
  readonly waiting: readonly Waiting[];
}

/** See {@link Trading}. */
export class TradeDesk implements Trading {
  readonly #options: TradeDeskOptions;
  readonly #engine: ExchangeEngine;
  readonly #watchers = new Map<string, Set<(report: TradeReport) => void>>();
  readonly #touched = new Set<string>();
  /** Instructions that were carried out and not yet written down as such. */
  readonly #obeyed = new Map<number, string>();
  #done: { id: number; outcome: string }[] = [];
  #ops: Op[] = [];
  #statements: Statement[] = [];
  #waiting: Waiting[] = [];
  #underWay: Load | undefined;
  /** Why nothing can be written; empty while all is well. */
  #failure = "";
  #retry = false;
  #settled = false;
  #sessionId = 0;
  #clock: EpochMs = 0;
  readonly #counts = { ops: 0, batches: 0, failures: 0, reports: 0 };

  /** Takes up where the journal ends. Throws when that cannot be read. */
  constructor(options: TradeDeskOptions) {
    this.#options = options;
    let restoring = true;
    this.#engine = options.makeEngine({
      op: (op) => {
        if (!restoring) this.#take(op);
      },
      report: (report) => this.#report(report),
      statement: (statement) => this.#statements.push(statement),
    });
    const { checkpoint, rows } = options.journal.load();
    if (checkpoint !== undefined) this.#engine.restore(JSON.parse(checkpoint) as object);
    for (const row of rows) for (const op of JSON.parse(row) as Op[]) this.#engine.apply(op);
    restoring = false;
    this.#sessionId = this.#engine.lastSessionId;
  }

  get open(): boolean {
    return this.#failure === "";
  }

  get tradingDay(): TradingDay {
    return this.#engine.tradingDay;
  }

  get settlementId(): number {
    return this.#engine.settlementId;
  }

  status(): TradingStatus {
    const { tradingDay } = this.#engine;
    const state = this.open ? "ok" : "failing";
    return { state, detail: this.#failure, tradingDay, accounts: this.#engine.users().length, ...this.#counts };
  }

  admit(user: string): void {
    if (this.#engine.account(user) !== undefined || !this.open) return;
    this.#engine.openAccount(user, this.#options.initialBalance, this.#now());
    this.#flush();
  }

  nextSessionId(): number {
    this.#sessionId = this.#sessionId >= MAX_SESSION_ID ? 1 : this.#sessionId + 1;
    return this.#sessionId;
  }

  watch(user: string, hear: (report: TradeReport) => void): () => void {
    let watchers = this.#watchers.get(user);
    if (watchers === undefined) this.#watchers.set(user, (watchers = new Set()));
    // A listener of its own: the same function may watch twice.
    const own = (report: TradeReport): void => hear(report);
    watchers.add(own);
    return () => {
      watchers.delete(own);
      if (watchers.size === 0 && this.#watchers.get(user) === watchers) this.#watchers.delete(user);
    };
  }

  whenSafe(run: () => void): void {
    if (this.#underWay === undefined && this.#ops.length === 0 && this.#waiting.length === 0) return this.#tell(run);
    this.#waiting.push(run);
  }

  insert(user: string, session: TradingSession, input: OrderInput): ReturnType<Trading["insert"]> {
    return this.#try(() => this.#engine.insert(user, session, input, this.#now()));
  }

  cancel(user: string, session: TradingSession, input: CancelInput): ReturnType<Trading["cancel"]> {
    return this.#try(() => this.#engine.cancel(user, session, input, this.#now()));
  }

  park(user: string, session: TradingSession, input: OrderInput): ReturnType<Trading["park"]> {
    return this.#try(() => this.#engine.park(user, session, input, this.#now()));
  }

  parkCancel(user: string, session: TradingSession, input: CancelInput): ReturnType<Trading["parkCancel"]> {
    return this.#try(() => this.#engine.parkCancel(user, session, input, this.#now()));
  }

  unpark(user: string, id: string): ReturnType<Trading["unpark"]> {
    return this.#try(() => this.#engine.unpark(user, id, this.#now()));
  }

  confirm(user: string): ReturnType<Trading["confirm"]> {
    return this.#try(() => this.#engine.confirm(user, this.#now()));
  }

  /** The market of an instrument moved. */
  market(instrument: string, view: MarketView): void {
    if (!this.open) return;
    this.#engine.market(instrument, view);
    if (this.#ops.length > 0 || this.#waiting.length > 0) this.#flush();
  }

  /** Time passes: to be called some times a second. Tries again what failed, settles, carries out instructions. */
  advance(): void {
    if (this.#retry) {
      this.#retry = false;
      this.#commit();
    }
    if (!this.open) return;
    this.#act(() => this.#engine.advance(this.#now()));
    try {
      this.#obey();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  orders(user: string): ReturnType<Trading["orders"]> {
    return this.#engine.orders(user);
  }

  fills(user: string): ReturnType<Trading["fills"]> {
    return this.#engine.fills(user);
  }

  positions(user: string): ReturnType<Trading["positions"]> {
    return this.#engine.positions(user);
  }

  details(user: string): ReturnType<Trading["details"]> {
    return this.#engine.details(user);
  }

  account(user: string): ReturnType<Trading["account"]> {
    return this.#engine.account(user);
  }

  parkedOrders(user: string): readonly ParkedOrder[] {
    return this.#engine.parkedOrders(user);
  }

  parkedCancels(user: string): readonly ParkedCancel[] {
    return this.#engine.parkedCancels(user);
  }

  maxVolume(user: string, query: MaxVolumeQuery): ReturnType<Trading["maxVolume"]> {
    return this.#engine.maxVolume(user, query);
  }

  confirmed(user: string): EpochMs | undefined {
    return this.#engine.confirmed(user);
  }

  terms(instrument: string): ReturnType<Trading["terms"]> {
    return this.#engine.terms(instrument);
  }

  /** Users' part in the market of an instrument, as it is now: not yet safe. */
  footprint(instrument: string): Footprint {
    return this.#engine.footprint(instrument);
  }

  statement(user: string, day: TradingDay | ""): Statement | undefined {
    return this.#options.journal.statement(user, day);
  }

  /** The same for what a user asks, which is refused while nothing can be written. */
  #try<T>(act: () => T): T | "sendFailed" {
    return this.open ? this.#act(act) : "sendFailed";
  }

  /** Does something to the exchange, then sees that it is written. */
  #act<T>(act: () => T): T {
    const result = act();
    this.#flush();
    return result;
  }

  /** Time never goes back for the exchange, whatever the clock does. */
  #now(): EpochMs {
    return (this.#clock = Math.max(this.#clock, this.#options.now()));
  }

  #take(op: Op): void {
    this.#ops.push(op);
    if (op.op === "settle") this.#settled = true;
  }

  #report(report: TradeReport): void {
    this.#waiting.push(report);
    if (report.kind === "order") this.#touched.add(report.order.input.instrument);
  }

  #flush(): void {
    if (this.#underWay !== undefined) return;
    if (this.#ops.length > 0 || this.#done.length > 0 || this.#statements.length > 0) {
      this.#underWay = this.#load();
      this.#commit();
    } else if (this.#waiting.length > 0) {
      this.#release(this.#takeWaiting());
    }
  }

  /** Takes everything that has gathered. */
  #load(): Load {
    const publish = Array.from(this.#touched, (instrument) => this.#options.publisher.capture(instrument));
    this.#touched.clear();
    const batch: JournalBatch = {
      rows: this.#ops.length === 0 ? [] : [JSON.stringify(this.#ops)],
      statements: this.#statements,
      done: this.#done,
      ...(this.#settled ? { checkpoint: JSON.stringify(this.#engine.checkpoint()) } : {}),
    };
    this.#counts.ops += this.#ops.length;
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
      this.#counts.failures++;
      if (this.open) this.#options.onError(error);
      this.#failure = error.message || "unknown error";
      this.#retry = true;
      return;
    }
    const { batch, waiting } = this.#underWay!;
    this.#counts.batches++;
    this.#failure = "";
    for (const { id } of batch.done) this.#obeyed.delete(id);
    this.#release(waiting);
    this.#underWay = undefined;
    this.#flush();
  }

  #release(waiting: readonly Waiting[]): void {
    for (const entry of waiting) {
      if (typeof entry === "function") this.#tell(entry);
      else this.#spread(entry);
    }
  }

  #spread(report: TradeReport): void {
    if (report.kind === "phase") {
      for (const watchers of this.#watchers.values()) this.#tellAll(watchers, report);
      return;
    }
    const watchers = this.#watchers.get(report.user);
    if (watchers !== undefined) this.#tellAll(watchers, report);
  }

  #tellAll(watchers: Iterable<(report: TradeReport) => void>, report: TradeReport): void {
    for (const hear of watchers) {
      this.#counts.reports++;
      this.#tell(() => hear(report));
    }
  }

  #tell(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** Carries out what operators ask for, each once. */
  #obey(): void {
    for (const { id, instruction } of this.#options.instructions.waiting()) {
      if (this.#obeyed.has(id)) continue;
      const outcome = this.#carryOut(id, instruction);
      this.#obeyed.set(id, outcome);
      this.#done.push({ id, outcome });
    }
    this.#flush();
  }

  #carryOut(id: number, instruction: Instruction): string {
    if (instruction.kind === "settle") {
      this.#engine.settle(this.#now());
      return "done";
    }
    const { kind, user, amount } = instruction;
    if (this.#engine.account(user) === undefined) {
      if (!this.#options.isUser(user)) return "no such user";
      this.#engine.openAccount(user, this.#options.initialBalance, this.#now());
    }
    const refused = this.#engine.transfer(user, kind === "deposit" ? amount : -amount, id, this.#now());
    return refused ?? "done";
  }
}
