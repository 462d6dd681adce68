/** Trading as sessions see it, with what a test puts into it; and samples of what users have. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  Account,
  CancelInput,
  Fill,
  Order,
  OrderInput,
  ParkedCancel,
  ParkedOrder,
  Position,
  PositionDetail,
  TradingSession,
  TradingTerms,
} from "@tickwire/protocol/model";
import type {
  MaxVolumeQuery,
  ParkedKind,
  Statement,
  TradeReport,
  Trading,
} from "../../packages/gateway/src/ports/trading.ts";
import { NOW } from "./samples.ts";

/** The trading day of all samples. */
export const DAY = "20251223";
const RATE = { byMoney: 0.0001, byVolume: 0 };
const MARGIN = { byMoney: 0.1, byVolume: 0 };

/** What `rb2605` is traded by. */
export const TERMS: TradingTerms = {
  instrument: "rb2605",
  exchange: "SHFE",
  product: "rb",
  multiplier: 10,
  priceTick: 1,
  longMargin: MARGIN,
  shortMargin: MARGIN,
  openFee: RATE,
  closeFee: RATE,
  closeTodayFee: RATE,
  preSettlement: 3500,
  upperLimit: 3850,
  lowerLimit: 3150,
  minLimitVolume: 1,
  maxLimitVolume: 500,
  minMarketVolume: 1,
  maxMarketVolume: 0,
  history: true,
  largerSide: true,
  expires: "20260515",
};

/** An order to buy two lots of `rb2605`. */
export const INPUT: OrderInput = {
  instrument: "rb2605",
  exchange: "SHFE",
  side: "buy",
  offset: "open",
  hedge: "speculation",
  priceType: "limit",
  price: 3500,
  volume: 2,
  time: "day",
  volumeCondition: "any",
  minVolume: 1,
  ref: "7",
  requestId: 0,
  labels: {},
};

/** That order, resting in the book. */
export function makeOrder(known: Partial<Order> = {}): Order {
  return {
    id: 1,
    user: "demo",
    session: { frontId: 1, sessionId: 1 },
    input: INPUT,
    tradingDay: DAY,
    settlementId: 1,
    status: "queueing",
    submit: "accepted",
    message: "未成交",
    price: 3500,
    filled: 0,
    sysId: "           1",
    localId: "           1",
    triggeredBy: "",
    inserted: NOW,
    updated: NOW,
    canceled: undefined,
    reports: 2,
    ...known,
  };
}

/** A fill of one lot of it. */
export const FILL: Fill = {
  tradeId: "           9",
  sequence: 9,
  order: 1,
  user: "demo",
  instrument: "rb2605",
  exchange: "SHFE",
  sysId: "           1",
  localId: "           1",
  ref: "7",
  side: "buy",
  offset: "open",
  hedge: "speculation",
  price: 3500,
  volume: 1,
  time: NOW,
  tradingDay: DAY,
  settlementId: 1,
  commission: 350,
};

/** A long position in `rb2605`. */
export const POSITION: Position = {
  user: "demo",
  instrument: "rb2605",
  exchange: "SHFE",
  side: "long",
  hedge: "speculation",
  date: "today",
  volume: 1,
  today: 1,
  yesterday: 0,
  longFrozen: 0,
  shortFrozen: 0,
  longFrozenAmount: 0,
  shortFrozenAmount: 0,
  openVolume: 1,
  closeVolume: 0,
  openAmount: 3_500_000,
  closeAmount: 0,
  positionCost: 3_500_000,
  openCost: 3_500_000,
  preMargin: 0,
  margin: 350_000,
  frozenMargin: 0,
  frozenCommission: 0,
  commission: 350,
  closeProfitByDate: 0,
  closeProfitByTrade: 0,
  positionProfit: 0,
  preSettlement: 3500,
  settlement: 3500,
  marginRate: MARGIN,
  tradingDay: DAY,
  settlementId: 1,
};

/** The lot that it is made of. */
export const DETAIL: PositionDetail = {
  user: "demo",
  instrument: "rb2605",
  exchange: "SHFE",
  side: "long",
  hedge: "speculation",
  openDate: DAY,
  tradeId: "           9",
  volume: 1,
  openPrice: 3500,
  closeVolume: 0,
  closeAmount: 0,
  closeProfitByDate: 0,
  closeProfitByTrade: 0,
  positionProfitByDate: 0,
  positionProfitByTrade: 0,
  margin: 350_000,
  marginRate: MARGIN,
  lastSettlement: 3500,
  settlement: 3500,
  tradingDay: DAY,
  settlementId: 1,
};

/** The money behind it: 200,000 yuan to begin with. */
export const ACCOUNT: Account = {
  user: "demo",
  preBalance: 20_000_000,
  preMargin: 0,
  preDeposit: 0,
  deposit: 0,
  withdraw: 0,
  margin: 350_000,
  frozenMargin: 0,
  frozenCommission: 0,
  commission: 350,
  closeProfit: 0,
  positionProfit: 0,
  balance: 19_999_650,
  available: 19_649_650,
  withdrawQuota: 19_649_650,
  tradingDay: DAY,
  settlementId: 1,
};

/** Takes everything that is asked for unless `refusal` says otherwise, and tells what the test makes it tell. */
export class FakeTrading implements Trading {
  readonly tradingDay = DAY;
  readonly settlementId = 1;
  open = true;
  /** What actions are refused with. */
  refusal: CtpErrorName | undefined;
  /** Keeps everything that waits for the ledger back, until {@link release}. */
  held = false;
  /** What was asked for, oldest first. */
  readonly asked: (readonly [name: string, user: string, ...rest: unknown[]])[] = [];
  readonly confirmations = new Map<string, number>();
  readonly books = {
    orders: [] as Order[],
    fills: [] as Fill[],
    positions: [] as Position[],
    details: [] as PositionDetail[],
    accounts: [] as Account[],
    parkedOrders: [] as ParkedOrder[],
    parkedCancels: [] as ParkedCancel[],
    statements: [] as Statement[],
  };
  readonly #watchers = new Map<string, Set<(report: TradeReport) => void>>();
  #waiting: (() => void)[] = [];
  #sessionId = 100;

  /** Listeners at the moment. */
  get watched(): number {
    return [...this.#watchers.values()].reduce((sum, watchers) => sum + watchers.size, 0);
  }

  /** Tells whoever should hear it, in its turn. */
  tell(report: TradeReport): void {
    this.whenSafe(() => {
      const users = report.kind === "phase" ? [...this.#watchers.keys()] : [report.user];
      for (const user of users) for (const hear of this.#watchers.get(user) ?? []) hear(report);
    });
  }

  /** Lets everything go that was held. */
  release(): void {
    this.held = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) run();
  }

  admit(user: string): void {
    this.asked.push(["admit", user]);
  }

  nextSessionId(): number {
    return ++this.#sessionId;
  }

  watch(user: string, hear: (report: TradeReport) => void): () => void {
    const watchers = this.#watchers.get(user) ?? new Set();
    this.#watchers.set(user, watchers);
    watchers.add(hear);
    return () => watchers.delete(hear);
  }

  whenSafe(run: () => void): void {
    if (this.held || this.#waiting.length > 0) this.#waiting.push(run);
    else run();
  }

  insert(user: string, session: TradingSession, input: OrderInput): CtpErrorName | undefined {
    this.asked.push(["insert", user, session, input]);
    const error = this.refusal;
    if (error !== undefined) this.tell({ kind: "insert-refused", user, session, input, error });
    return error;
  }

  cancel(user: string, session: TradingSession, input: CancelInput): CtpErrorName | undefined {
    this.asked.push(["cancel", user, session, input]);
    const error = this.refusal;
    if (error !== undefined) this.tell({ kind: "cancel-refused", user, session, input, error, order: undefined });
    return error;
  }

  park(user: string, session: TradingSession, input: OrderInput): ParkedOrder | CtpErrorName {
    this.asked.push(["park", user, session, input]);
    return this.refusal ?? { id: "1", user, session, input, state: "waiting", error: undefined };
  }

  parkCancel(user: string, session: TradingSession, input: CancelInput): ParkedCancel | CtpErrorName {
    this.asked.push(["parkCancel", user, session, input]);
    return this.refusal ?? { id: "2", user, session, input, state: "waiting", error: undefined };
  }

  unpark(user: string, id: string, kind: ParkedKind): CtpErrorName | undefined {
    this.asked.push(["unpark", user, id, kind]);
    const parked = kind === "order" ? this.parkedOrders(user) : this.parkedCancels(user);
    return parked.some((entry) => entry.id.trim() === id.trim()) ? this.refusal : "parkedNotFound";
  }

  confirm(user: string): CtpErrorName | undefined {
    this.asked.push(["confirm", user]);
    if (this.refusal === undefined) this.confirmations.set(user, NOW);
    return this.refusal;
  }

  confirmed(user: string): number | undefined {
    return this.confirmations.get(user);
  }

  maxVolume(user: string, query: MaxVolumeQuery): number | CtpErrorName {
    this.asked.push(["maxVolume", user, query]);
    return query.instrument === TERMS.instrument ? 57 : "instrumentNotFound";
  }

  terms(instrument: string): TradingTerms | undefined {
    return instrument === TERMS.instrument ? TERMS : undefined;
  }

  statement(user: string, day: string): Statement | undefined {
    return this.books.statements.findLast((found) => found.user === user && (day === "" || found.day === day));
  }

  orders(user: string): readonly Order[] {
    return this.#of(this.books.orders, user);
  }

  fills(user: string): readonly Fill[] {
    return this.#of(this.books.fills, user);
  }

  positions(user: string): readonly Position[] {
    return this.#of(this.books.positions, user);
  }

  details(user: string): readonly PositionDetail[] {
    return this.#of(this.books.details, user);
  }

  account(user: string): Account | undefined {
    return this.#of(this.books.accounts, user)[0];
  }

  parkedOrders(user: string): readonly ParkedOrder[] {
    return this.#of(this.books.parkedOrders, user);
  }

  parkedCancels(user: string): readonly ParkedCancel[] {
    return this.#of(this.books.parkedCancels, user);
  }

  #of<T extends { readonly user: string }>(list: readonly T[], user: string): readonly T[] {
    return list.filter((entry) => entry.user === user);
  }
}
