/**
 * Where orders come in and reports go out. What the exchange does is written first and told afterwards: see `safe-line.ts`. While
 * the journal fails nothing more happens: no orders, no fills, no settlement; then everything goes on where it stood.
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
import type { ExchangeEngine, ExchangeSink, Footprint, MarketView } from "../ports/exchange.ts";
import type { Journal } from "../ports/journal.ts";
import type { InstructionLedger } from "../ports/ledger.ts";
import type { MaxVolumeQuery, ParkedKind, Statement, TradeReport, Trading, TradingStatus } from "../ports/trading.ts";
import { InstructionFollower } from "./instructions.ts";
import { SafeLine } from "./safe-line.ts";
import { SessionIds } from "./session-ids.ts";
import { Watchers } from "./watchers.ts";

/** How far the exchange may be behind the market's time when the market moves. */
const MAX_BEHIND_MS = 1_000;

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

/** See {@link Trading}. */
export class TradeDesk implements Trading {
  readonly #options: TradeDeskOptions;
  readonly #engine: ExchangeEngine;
  readonly #line: SafeLine;
  readonly #watchers: Watchers;
  readonly #instructions: InstructionFollower;
  readonly #sessionIds: SessionIds;
  #clock: EpochMs = 0;
  /** Until when the exchange knows that time has passed. */
  #advanced: EpochMs = 0;

  /** Takes up where the journal ends. Throws when that cannot be read. */
  constructor(options: TradeDeskOptions) {
    const { journal, publisher, onError, isUser, initialBalance } = options;
    this.#options = options;
    this.#watchers = new Watchers(onError);
    this.#line = new SafeLine({
      journal,
      capture: (instrument) => publisher.capture(instrument),
      checkpoint: () => this.#engine.checkpoint(),
      tell: (report) => this.#watchers.tell(report),
      onError,
    });
    this.#engine = options.makeEngine(this.#line);
    this.#engine.replay(journal.load());
    this.#sessionIds = new SessionIds(this.#engine.lastSessionId);
    const done = (id: number, outcome: string): void => this.#line.done(id, outcome);
    this.#instructions = new InstructionFollower({
      engine: this.#engine,
      ledger: options.instructions,
      isUser,
      initialBalance,
      done,
    });
  }

  get open(): boolean {
    return this.#line.failure === "";
  }

  get tradingDay(): TradingDay {
    return this.#engine.tradingDay;
  }

  get settlementId(): number {
    return this.#engine.settlementId;
  }

  status(): TradingStatus {
    const { tradingDay } = this.#engine;
    const detail = this.#line.failure;
    const accounts = this.#engine.users().length;
    return {
      state: detail === "" ? "ok" : "failing",
      detail,
      tradingDay,
      accounts,
      reports: this.#watchers.told,
      ...this.#line.counts,
    };
  }

  admit(user: string): void {
    if (this.#engine.account(user) !== undefined || !this.open) return;
    this.#engine.openAccount(user, this.#options.initialBalance, this.#now());
    this.#line.flush();
  }

  nextSessionId(): number {
    return this.#sessionIds.next();
  }

  watch(user: string, hear: (report: TradeReport) => void): () => void {
    return this.#watchers.add(user, hear);
  }

  whenSafe(run: () => void): void {
    this.#line.whenSafe(run);
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

  unpark(user: string, id: string, kind: ParkedKind): ReturnType<Trading["unpark"]> {
    const parked = kind === "order" ? this.parkedOrders(user) : this.parkedCancels(user);
    const known = parked.find((entry) => entry.id.trim() === id.trim());
    if (known === undefined) return "parkedNotFound";
    return this.#try(() => this.#engine.unpark(user, known.id, this.#now()));
  }

  confirm(user: string): ReturnType<Trading["confirm"]> {
    return this.#try(() => this.#engine.confirm(user, this.#now()));
  }

  /** The market of an instrument moved. */
  market(instrument: string, view: MarketView): void {
    if (!this.open) return;
    // A recording that is played fast takes the exchange's time with it, not the clock's.
    const now = this.#now();
    if (now - this.#advanced > MAX_BEHIND_MS) this.#pass(now);
    this.#engine.market(instrument, view);
    this.#line.flush();
  }

  /** Time passes: to be called some times a second. Tries again what failed, settles, carries out instructions. */
  advance(): void {
    this.#line.retry();
    if (!this.open) return;
    this.#act(() => this.#pass(this.#now()));
    try {
      this.#act(() => this.#instructions.obey(this.#now()));
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

  /** Does something to the exchange, then sees that it is written. */
  #act<T>(act: () => T): T {
    const result = act();
    this.#line.flush();
    return result;
  }

  /** The same for what a user asks, which is refused while nothing can be written. */
  #try<T>(act: () => T): T | "sendFailed" {
    return this.open ? this.#act(act) : "sendFailed";
  }

  #pass(now: EpochMs): void {
    this.#advanced = now;
    this.#engine.advance(now);
  }

  /** Time never goes back for the exchange, whatever the clock does. */
  #now(): EpochMs {
    return (this.#clock = Math.max(this.#clock, this.#options.now()));
  }
}
