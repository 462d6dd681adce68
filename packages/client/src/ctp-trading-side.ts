/** The trading side of a client: its user's orders, over all its connections. */
import {
  inputOrderActionFields,
  inputOrderFields,
  toAccount,
  toFill,
  toOrder,
  toPhase,
  toPosition,
  type Fields,
  type LoginReply,
  type TradingPush,
} from "@tickwire/protocol/ctp";
import type { Account, Fill, Order, OrderInput, Position } from "@tickwire/protocol/model";
import { ClientError } from "./connection.ts";
import type { CtpLink } from "./ctp-link.ts";
import { isLoggedOut } from "./ctp-errors.ts";
import { OrderBooks } from "./ctp-books.ts";
import type { CtpClientOptions, NewOrder, OrderName } from "./ctp-client-options.ts";
import type { Row } from "./ctp-orders.ts";
import type { QueryPace } from "./ctp-pace.ts";
import { tell, type Keeper } from "./keeper.ts";
import { EventQueue } from "./queue.ts";

/** An order where nothing else is said. */
const USUAL: Omit<OrderInput, "instrument" | "side" | "volume"> = {
  exchange: "",
  offset: "open",
  hedge: "speculation",
  priceType: "limit",
  price: 0,
  time: "day",
  volumeCondition: "any",
  minVolume: 1,
  ref: "",
  requestId: 0,
  labels: {},
};

/** Keeps the orders of one client. */
export class TradingSide {
  readonly #options: CtpClientOptions;
  readonly #keeper: Keeper<CtpLink>;
  readonly #pace: QueryPace;
  readonly #books = new OrderBooks();
  readonly #orderQueues = new Set<EventQueue<Order>>();
  readonly #fillQueues = new Set<EventQueue<Fill>>();
  #login: LoginReply | undefined;
  /** The connection that has answered a query: its login was good. */
  #served: CtpLink | undefined;
  /** Connections that have ended. */
  readonly #ended = new WeakSet<CtpLink>();
  /** Whether orders were listed once: what is found later and was not known is news. */
  #listed = false;

  constructor(options: CtpClientOptions, keeper: Keeper<CtpLink>, pace: QueryPace) {
    this.#options = options;
    this.#keeper = keeper;
    this.#pace = pace;
  }

  /** Takes what was pushed. */
  hear({ kind, body, info }: TradingPush): void {
    if (kind === "order") this.#hearOrder(body, true);
    else if (kind === "trade") this.#hearFill(body, true);
    else if (kind === "insert-refused" || kind === "cancel-refused") {
      const refusal = { kind: kind === "insert-refused" ? "insert" : "cancel", info, body } as const;
      tell(() => this.#options.onRefusal?.(refusal));
    } else if (kind === "instrument-status") {
      const phase = toPhase(body);
      if (phase !== undefined) tell(() => this.#options.onPhase?.(phase));
    }
  }

  /** Brings a new connection up to date: asks what became of orders meanwhile and tells what is news. */
  async restore(link: CtpLink, login: LoginReply): Promise<void> {
    this.#login = login;
    void link.closed.then(() => this.#ended.add(link));
    this.#books.begin(login.tradingDay);
    try {
      const orders = await this.#ask(link, "ReqQryOrder");
      for (const row of orders) this.#hearOrder(row, this.#listed);
      const fills = await this.#ask(link, "ReqQryTrade");
      for (const row of fills) this.#hearFill(row, this.#listed);
      this.#listed = true;
      this.#served = link;
    } catch (error) {
      // A gateway of market data alone, or a user who may not trade: whoever asks for orders is told so.
      if (!(error instanceof ClientError) || error.kind !== "refused" || error.temporary) throw error;
    }
  }

  /** Gives an order at once. It is never given again, whatever happens to the connection. */
  async insert(order: NewOrder): Promise<Order> {
    const link = this.#keeper.live;
    if (link === undefined) throw new ClientError("closed", "the order was not sent: the client is not live");
    const exchange = order.exchange || this.#exchangeOf(order.instrument);
    const { user, brokerId } = this.#names;
    return readOrder(await link.insertOrder(inputOrderFields({ ...USUAL, ...order, exchange }, user, brokerId)));
  }

  /** The next OrderRef. Rejects when the client is not live. */
  nextRef(): string {
    const link = this.#keeper.live;
    if (link === undefined) throw new ClientError("closed", "there is no session: the client is not live");
    return link.nextOrderRef();
  }

  /** Cancels an order; resolves with it as it ended. */
  async cancel({ sysId, session, input }: OrderName): Promise<Order> {
    const link = this.#keeper.live;
    if (link === undefined) throw new ClientError("closed", "the cancel was not sent: the client is not live");
    const { user, brokerId } = this.#names;
    const { instrument, ref } = input;
    const exchange = input.exchange || this.#exchangeOf(instrument);
    const named = { instrument, exchange, sysId, session, ref, requestId: 0 };
    return readOrder(await link.cancelOrder(inputOrderActionFields(named, user, brokerId)));
  }

  /**
   * Asks when it is time and the client is live; what is a query is asked again after a break. A connection that answered before and
   * now knows of no login (a front that was restarted at the change of days) is given up: the next one logs in.
   */
  async query(request: string, body: Fields = {}): Promise<readonly Row[]> {
    const isQuery = request.startsWith("ReqQry");
    for (let logins = 0; ;) {
      const link = await this.#keeper.ready();
      try {
        const rows = await this.#ask(link, request, body);
        this.#served = link;
        return rows;
      } catch (error) {
        const isLost = isLoggedOut(error) && this.#served === link && logins++ === 0;
        if (isLost) link.giveUp(error.message);
        if (!isQuery || !(isLost || (error instanceof ClientError && error.kind === "closed"))) throw error;
      }
    }
  }

  /** All orders of the trading day. */
  async orders(): Promise<readonly Order[]> {
    return (await this.query("ReqQryOrder")).map(toOrder).filter(isThere);
  }

  /** All trades of the trading day. */
  async fills(): Promise<readonly Fill[]> {
    return (await this.query("ReqQryTrade")).map(toFill).filter(isThere);
  }

  /** The positions as they are now. */
  async positions(): Promise<readonly Position[]> {
    return (await this.query("ReqQryInvestorPosition")).map(toPosition).filter(isThere);
  }

  /** The account as it is now. */
  async account(): Promise<Account> {
    const [row] = await this.query("ReqQryTradingAccount");
    if (row === undefined) throw new ClientError("refused", "the user has no account");
    return toAccount(row);
  }

  /** Changes of orders as they come. */
  orderUpdates(): EventQueue<Order> {
    return this.#open("order", this.#orderQueues);
  }

  /** Trades as they come. */
  fillUpdates(): EventQueue<Fill> {
    return this.#open("fill", this.#fillQueues);
  }

  /** Nothing comes any more: ends every iterator. */
  end(error?: Error): void {
    for (const queue of [...this.#orderQueues, ...this.#fillQueues]) queue.end(error);
  }

  /** Fronts want it (147), and their clients do not always name it. */
  #exchangeOf(instrument: string): string {
    return this.#options.terms?.(instrument)?.exchange ?? "";
  }

  #ask(link: CtpLink, request: string, body: Fields = {}): Promise<readonly Row[]> {
    return this.#pace.run(
      () => link.query(request, body),
      () => !this.#ended.has(link),
    );
  }

  get #names(): { readonly user: string; readonly brokerId: string } {
    const { user, brokerId } = this.#options;
    return { user: this.#login?.userId || user, brokerId: this.#login?.brokerId || (brokerId ?? "") };
  }

  #hearOrder(row: Row, told: boolean): void {
    const order = toOrder(row);
    if (order === undefined || !this.#books.order(order) || !told) return;
    tell(() => this.#options.onOrder?.(order, row));
    for (const queue of this.#orderQueues) queue.push(order);
  }

  #hearFill(row: Row, told: boolean): void {
    const fill = toFill(row);
    if (fill === undefined || !this.#books.fill(fill) || !told) return;
    tell(() => this.#options.onFill?.(fill, row));
    for (const queue of this.#fillQueues) queue.push(fill);
  }

  #open<T>(what: "order" | "fill", queues: Set<EventQueue<T>>): EventQueue<T> {
    const { queueLimit, onLost } = this.#options;
    const queue: EventQueue<T> = new EventQueue<T>({
      ...(queueLimit === undefined ? {} : { limit: queueLimit }),
      onLost: (lost) => tell(() => onLost?.(what, lost)),
      onDone: () => queues.delete(queue),
    });
    queues.add(queue);
    return queue;
  }
}

function readOrder(row: Row): Order {
  const order = toOrder(row);
  if (order === undefined) throw new ClientError("refused", "the gateway reports an order without an instrument");
  return order;
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}
