/** An upstream that a test plays, and trading that is passed through to it. */
import assert from "node:assert/strict";
import type { Fill, Order, OrderInput, OrderStatus, TradingSession } from "@tickwire/protocol/model";
import type { TradeReport, WireRow } from "../../packages/gateway/src/ports/trading.ts";
import type {
  GivenOrders,
  GivenStore,
  UpstreamAnswer,
  UpstreamHoldings,
  UpstreamListeners,
  UpstreamOrderName,
  UpstreamTrader,
} from "../../packages/gateway/src/ports/upstream.ts";
import { UpstreamTrading } from "../../packages/gateway/src/upstream/trading.ts";
import { ACCOUNT, makeOrder } from "./fake-trading.ts";

/** A session of user `a`. */
export const HERE: TradingSession = { frontId: 1, sessionId: 4 };
/** Lets everything that is ready happen. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An upstream that the test plays. */
export class FakeUpstream implements UpstreamTrader {
  session: UpstreamTrader["session"] = undefined;
  isOver = false;
  readonly given: OrderInput[] = [];
  readonly canceled: UpstreamOrderName[] = [];
  answer: UpstreamAnswer | Promise<UpstreamAnswer> = "taken";
  listedOrders: Order[] = [];
  listings = 0;
  readonly asked: (readonly [request: string, fields: WireRow])[] = [];
  rows: Awaited<ReturnType<UpstreamTrader["ask"]>> | Promise<readonly WireRow[]> = [];
  /** What its confirmations wait for. */
  confirming: Promise<void> = Promise.resolve();
  day = "20260311";
  confirmations = 0;
  onOrder!: UpstreamListeners["onOrder"];
  onFill!: UpstreamListeners["onFill"];
  onRefusal!: UpstreamListeners["onRefusal"];
  onPhase!: UpstreamListeners["onPhase"];
  #ref = 100;
  #sessions = 0;

  login(): void {
    this.session = { frontId: 9, sessionId: ++this.#sessions, tradingDay: this.day };
  }

  listen(listeners: UpstreamListeners): void {
    Object.assign(this, listeners);
  }

  nextRef(): string {
    return String(++this.#ref);
  }

  async insert(input: OrderInput): Promise<UpstreamAnswer> {
    this.given.push(input);
    return this.answer;
  }

  async cancel(name: UpstreamOrderName): Promise<UpstreamAnswer> {
    this.canceled.push(name);
    return this.answer;
  }

  async confirm(): Promise<void> {
    this.confirmations++;
    await this.confirming;
  }

  async orders(): Promise<readonly Order[]> {
    this.listings++;
    return this.listedOrders;
  }

  async fills(): Promise<readonly Fill[]> {
    return [];
  }

  async holdings(): Promise<UpstreamHoldings> {
    const account = { ...ACCOUNT, user: "theirs", tradingDay: this.day };
    return { positions: [], details: [], account };
  }

  async ask(request: string, fields: WireRow): ReturnType<UpstreamTrader["ask"]> {
    this.asked.push([request, fields]);
    return this.rows;
  }

  /** What the upstream tells of an order that it was given. */
  tell(ref: string, status: OrderStatus, more: Partial<Order> = {}): Order {
    const base = makeOrder();
    const session = { frontId: 9, sessionId: this.#sessions };
    const input = { ...base.input, instrument: "rb2605", exchange: "SHFE", ref, requestId: 0, labels: {} };
    const sysId = status === "submitted" ? "" : `         ${ref}`;
    return { ...base, user: "theirs", session, input, status, sysId, filled: 0, reports: 1, ...more };
  }
}

/** Keeps given orders as long as the test lasts; a test can hold it up, or let it fail. */
export class FakeStore implements GivenStore {
  kept: GivenOrders = { day: "", orders: [] };
  held = false;
  failure: Error | undefined;
  writes = 0;
  #waiting: (() => void) | undefined;

  given(): GivenOrders {
    return this.kept;
  }

  keep({ day, orders }: GivenOrders, done: (error: Error | undefined) => void): void {
    assert.equal(this.#waiting, undefined, "one at a time");
    this.writes++;
    this.#waiting = () => {
      this.#waiting = undefined;
      if (this.failure === undefined) {
        this.kept = { day, orders: [...(this.kept.day === day ? this.kept.orders : []), ...orders] };
      }
      done(this.failure);
    };
    if (!this.held) queueMicrotask(() => this.release());
  }

  /** Ends what is under way. */
  release(): void {
    this.#waiting?.();
  }
}

/** Two users, and a session of each. */
export class Stage {
  readonly upstream: FakeUpstream;
  readonly store: FakeStore;
  readonly reports: TradeReport[] = [];
  readonly others: TradeReport[] = [];
  readonly errors: unknown[] = [];
  readonly trading: UpstreamTrading;
  now = 1_000_000;

  constructor(store = new FakeStore(), upstream = new FakeUpstream()) {
    this.store = store;
    this.upstream = upstream;
    const onError = (error: unknown): void => void this.errors.push(error);
    const now = (): number => this.now;
    this.trading = new UpstreamTrading({ trader: upstream, users: ["a", "b"], store, now, onError });
    this.trading.watch("a", (report) => this.reports.push(report));
    this.trading.watch("b", (report) => this.others.push(report));
  }

  async open(): Promise<this> {
    this.upstream.login();
    await this.pass(0);
    assert.ok(this.trading.open);
    return this;
  }

  async pass(ms: number): Promise<void> {
    this.now += ms;
    this.trading.advance();
    await settle();
  }

  insert(ref = "7", session = HERE): ReturnType<UpstreamTrading["insert"]> {
    const input = {
      ...makeOrder().input,
      instrument: "rb2605",
      exchange: "SHFE",
      ref,
      requestId: 33,
      labels: { x: 1 },
    };
    return this.trading.insert("a", session, input);
  }
}

/** An open stage in parts. */
export async function bound(): Promise<
  Pick<Stage, "trading" | "upstream" | "reports" | "others"> & {
    readonly stage: Stage;
    readonly insert: (ref?: string) => ReturnType<UpstreamTrading["insert"]>;
  }
> {
  const stage = await new Stage().open();
  const { trading, upstream, reports, others } = stage;
  return { stage, trading, upstream, reports, others, insert: (ref) => stage.insert(ref) };
}
