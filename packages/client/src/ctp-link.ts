/** One connection to a gateway of CTP JSON, market data and trading: tickwire in any of its dialects, and its siblings. */
import {
  PONG,
  UNKNOWN_TERMS,
  decodeServerFrame,
  encodeLogin,
  encodeTradingRequest,
  toSnapshot,
  type DepthMarketData,
  type Dialect,
  type Fields,
  type LoginReply,
} from "@tickwire/protocol/ctp";
import { ClientError, type CloseInfo, type Connection } from "./connection.ts";
import type { CtpLinkOptions } from "./ctp.ts";
import { Calls, type ReplyFrame } from "./ctp-calls.ts";
import { Spellings } from "./ctp-dialect.ts";
import { about, refusal, loginRefusal } from "./ctp-errors.ts";
import { answersLogin, isFrontLost, isPush, requestOf } from "./ctp-frames.ts";
import { PendingOrders, type Row } from "./ctp-orders.ts";
import { Subscriptions, type SubscriptionOutcome } from "./ctp-subscriptions.ts";
import { SilenceWatch } from "./silence.ts";

/** Gateways that ping do so every 30 s or more often: three that are missing are none any more. */
const PING_SILENCE_MS = 90_000;

/** One connection. Made by {@link connectCtp}. */
export class CtpLink {
  /** Resolves when the connection has ended; never rejects. */
  readonly closed: Promise<CloseInfo>;
  readonly #connection: Connection;
  readonly #options: CtpLinkOptions;
  readonly #spellings: Spellings;
  readonly #calls: Calls;
  readonly #orders: PendingOrders;
  readonly #silence: SilenceWatch;
  readonly #subscriptions: Subscriptions;
  #requestId = 0;
  #login: LoginReply | undefined;

  constructor(connection: Connection, options: CtpLinkOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#spellings = new Spellings(options.dialect ?? "seed");
    this.#calls = new Calls(connection);
    this.#subscriptions = new Subscriptions(this.#calls, this.#spellings);
    this.#orders = new PendingOrders(connection.timers);
    this.#silence = new SilenceWatch(connection);
    this.#silence.allow(options.silenceMs ?? 0);
    this.closed = connection.closed;
    connection.listen((text) => this.#receive(text));
    void this.closed.then(({ code, reason }) => this.#end(`the connection ended (${code}${reason && ` ${reason}`})`));
  }

  /** The dialect of the gateway, as far as it is known. */
  get dialect(): Dialect {
    return this.#spellings.dialect;
  }

  /** When the newest frame was received; 0 before the first. */
  get lastMessage(): number {
    return this.#connection.lastMessage;
  }

  /** Logs in again; {@link connectCtp} has done it once. */
  async login(): Promise<LoginReply> {
    const { user, password, brokerId } = this.#options;
    const text = encodeLogin({ user, password, ...(brokerId === undefined ? {} : { brokerId }) });
    let last: ReplyFrame | undefined;
    const take = (frame: ReplyFrame): boolean => ((last = frame), true);
    await this.#calls.ask({ what: "login", msgType: "ReqUserLogin", number: 0, fits: answersLogin, take }, text);
    const reply = last!;
    if (reply.kind !== "login" || reply.info.ErrorID !== 0) throw about("login", loginRefusal(reply.info));
    this.#spellings.hearLogin(reply.msgType);
    this.#orders.begin(reply);
    this.#login = reply;
    return reply;
  }

  /**
   * Asks one of the requests of the trading side by its name (`ReqQryTradingAccount`) and gathers the rows of its reply as they
   * were received; none where there is nothing. Rejects with a {@link ClientError} of kind `refused` when it was. Several may be
   * under way.
   */
  query(request: string, body: Fields = {}): Promise<readonly Row[]> {
    return this.#spellings.say(request, (dialect) => this.#query(dialect, request, body));
  }

  /**
   * Gives an order: the fields of InputOrder that matter, the rest as for a limit order that is good for the day. Resolves with the
   * Order of the exchange's first answer (OrderStatus other than `a`), refused ones of the exchange included; rejects with a
   * {@link ClientError} of kind `refused` when the front refused it. What becomes of it later comes to `onPush`.
   */
  insertOrder(order: Fields): Promise<Row> {
    const body = this.#orders.complete(order);
    return this.#spellings.say("ReqOrderInsert", (dialect) =>
      this.#give("ReqOrderInsert", dialect, body, (number, send) => this.#orders.insert(body, number, send)),
    );
  }

  /** The next OrderRef of the session, for who wants to know it before the order is given. */
  nextOrderRef(): string {
    return this.#orders.nextRef();
  }

  /**
   * Asks to cancel an order, named by the Order of a report: by OrderSysID and exchange, or by session and OrderRef while it has none.
   * Resolves with the Order as it ended; rejects with a {@link ClientError} of kind `refused` when it cannot be canceled.
   */
  cancelOrder(order: Row): Promise<Row> {
    const names = ["BrokerID", "InvestorID", "UserID", "InstrumentID", "ExchangeID"];
    const keys = order["OrderSysID"] ? ["OrderSysID"] : ["OrderRef", "FrontID", "SessionID"];
    const body = { ...(pick(order, [...names, ...keys]) as Fields), ActionFlag: "0" };
    return this.#spellings.say("ReqOrderAction", (dialect) =>
      this.#give("ReqOrderAction", dialect, body, (number, send) => this.#orders.cancel(order, number, send)),
    );
  }

  /** Adds instruments; resolves with what became of each, in the order of the replies. */
  subscribe(ids: readonly string[]): Promise<SubscriptionOutcome[]> {
    return this.#subscriptions.change("subscribe", ids);
  }

  /** Takes instruments away, as {@link subscribe}. */
  unsubscribe(ids: readonly string[]): Promise<SubscriptionOutcome[]> {
    return this.#subscriptions.change("unsubscribe", ids);
  }

  /** Ends the connection; idempotent. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Gives the connection up because it is no good: it has ended at once, with 1006 and this reason. */
  giveUp(reason: string): void {
    this.#connection.giveUp(reason);
  }

  #receive(text: string): void {
    const frame = decodeServerFrame(text);
    switch (frame.kind) {
      case "tick":
        return this.#tick(frame.tick);
      case "ping":
        // Tickwire needs no Pong; the sibling that sends Ping too drops whoever does not answer it (ctp.md a.2).
        this.#silence.allow(PING_SILENCE_MS);
        return this.#connection.send(PONG);
      case "pong":
        return;
      case "malformed":
        return this.#options.onAnomaly?.("malformed");
      default:
        if (isPush(frame)) {
          this.#orders.hear(frame);
          return this.#options.onPush?.(frame);
        }
        if (!this.#refuseOrder(frame) && !this.#calls.hear(frame)) this.#hearUnasked(frame);
    }
  }

  /** Some gateways stay when they lose their own upstream, and say so: then nothing flows until there is another login. */
  #hearUnasked(frame: ReplyFrame): void {
    const { ErrorID, ErrorMsg } = frame.info;
    if (isFrontLost(frame, this.#login)) this.#connection.giveUp(`${frame.msgType} ${ErrorID} ${ErrorMsg}`.trim());
    else this.#options.onAnomaly?.("unasked");
  }

  #tick(tick: DepthMarketData): void {
    const { onTick, onSnapshot, onAnomaly, terms } = this.#options;
    onTick?.(tick);
    if (onSnapshot === undefined) return;
    const snapshot = toSnapshot(tick, terms?.(tick.InstrumentID) ?? UNKNOWN_TERMS);
    if (snapshot === undefined) onAnomaly?.("unreadable-tick");
    else onSnapshot(snapshot);
  }

  /** Whether a frame is about an order or a cancel; what is good news comes as a push. */
  #refuseOrder(frame: ReplyFrame): boolean {
    const request = frame.kind === "row" ? frame.request : frame.kind === "error" ? frame.msgType : "";
    const kind = ORDER_REQUESTS[request];
    if (kind === undefined) return false;
    this.#orders.refuse(kind, { body: null, ...frame } as Parameters<PendingOrders["refuse"]>[1]);
    return true;
  }

  async #query(dialect: Dialect, request: string, body: Fields): Promise<readonly Row[]> {
    const number = ++this.#requestId;
    // The seed document has the RequestID of this request in the body (ctp.md a.1).
    const numbered = request === "ReqQryInstrument" && dialect === "seed" ? { ...body, RequestID: number } : body;
    const rows: Row[] = [];
    let { last }: { last?: ReplyFrame } = {};
    const take = (frame: ReplyFrame): boolean => {
      if ("body" in frame && frame.body !== null) rows.push(frame.body);
      last = frame;
      return frame.isLast || frame.info.ErrorID !== 0;
    };
    const fits = (frame: ReplyFrame): boolean => requestOf(frame) === request;
    const text = encodeTradingRequest(dialect, request, numbered, number);
    await this.#calls.ask({ what: request, msgType: request, number, fits, take }, text);
    if (last!.info.ErrorID !== 0) throw about(request, refusal(last!.info));
    return rows;
  }

  async #give(
    request: string,
    dialect: Dialect,
    body: Fields,
    wait: (number: number, send: () => void) => Promise<Row>,
  ): Promise<Row> {
    if (!this.#connection.isOpen) throw new ClientError("closed", `${request}: the connection has ended`);
    const number = ++this.#requestId;
    return wait(number, () => this.#connection.send(encodeTradingRequest(dialect, request, body, number)));
  }

  #end(why: string): void {
    this.#calls.fail(why);
    this.#orders.fail(why);
  }
}

const ORDER_REQUESTS: Readonly<Record<string, "insert" | "cancel" | undefined>> = {
  ReqOrderInsert: "insert",
  ReqOrderAction: "cancel",
};

function pick(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(names.filter((name) => row[name] !== undefined).map((name) => [name, row[name]]));
}
