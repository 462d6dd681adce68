/** The trading side of the feed's one session, as orders are passed through it. */
import { ClientError, type CtpClient, type CtpRefusal } from "@tickwire/client";
import { NONE_FROM, numberIn, textIn, toPositionDetail } from "@tickwire/protocol/ctp";
import { CTP_ERRORS, CTP_GATEWAY_ERRORS, type CtpErrorName } from "@tickwire/protocol/errors";
import type { Fill, Order, OrderInput, TradingDay, TradingSession } from "@tickwire/protocol/model";
import type { WireRow } from "../../ports/trading.ts";
import type {
  UpstreamAnswer,
  UpstreamHoldings,
  UpstreamListeners,
  UpstreamOrderName,
  UpstreamPhase,
  UpstreamTrader,
} from "../../ports/upstream.ts";

/** The part of a client that is used. */
export type TradingClient = Pick<
  CtpClient,
  "orders" | "fills" | "positions" | "account" | "query" | "statuses" | "login"
>;

/** Errors by their numbers on the wire. */
const NAMES: ReadonlyMap<number, CtpErrorName> = new Map([
  ...(Object.keys(CTP_ERRORS) as CtpErrorName[]).map((name) => [CTP_ERRORS[name].id, name] as const),
  [CTP_GATEWAY_ERRORS.requestFailed.id, "sendFailed"],
  [CTP_GATEWAY_ERRORS.tooManyPending.id, "orderFrequency"],
  [CTP_GATEWAY_ERRORS.tooFrequent.id, "orderFrequency"],
  [CTP_GATEWAY_ERRORS.notImplemented.id, "unsupportedFunction"],
  [CTP_GATEWAY_ERRORS.notLoggedIn.id, "notLoginYet"],
]);

/** What stands for numbers that the house has no word for. */
const REFUSED = { insert: "badField", cancel: "badOrderActionField" } as const;

type Session = TradingSession & { readonly tradingDay: TradingDay };

/** See {@link UpstreamTrader}. */
export class CtpTrader implements UpstreamTrader {
  readonly #anomaly: (cause: string) => void;
  #client: TradingClient | undefined;
  #session: Session | undefined;
  #listeners: UpstreamListeners | undefined;

  /** `anomaly` counts refusals by numbers that the house has no word for. */
  constructor(anomaly: (cause: string) => void) {
    this.#anomaly = anomaly;
  }

  /** Takes the client that the feed is made with. */
  attach(client: TradingClient): void {
    this.#client = client;
  }

  /** A login of the trading side was granted. */
  hearLogin({ frontId, sessionId, tradingDay }: Session): void {
    this.#session = { frontId, sessionId, tradingDay };
  }

  /** An order of the account changed. */
  hearOrder(order: Order): void {
    this.#listeners?.onOrder(order);
  }

  /** An order of the account was filled. */
  hearFill(fill: Fill): void {
    this.#listeners?.onFill(fill);
  }

  /** All sessions of the account were told of a refusal. */
  hearRefusal({ kind, info, body }: CtpRefusal): void {
    const row = toWireRow(body);
    const session = { frontId: numberIn(row, "FrontID"), sessionId: numberIn(row, "SessionID") };
    const [ref, exchange, sysId] = [textIn(row, "OrderRef"), textIn(row, "ExchangeID"), textIn(row, "OrderSysID")];
    const error = this.#nameOf(info.ErrorID) ?? REFUSED[kind];
    this.#listeners?.onRefusal({ kind, session, ref, exchange, sysId, instrument: textIn(row, "InstrumentID"), error });
  }

  /** A product is in another phase. */
  hearPhase(phase: UpstreamPhase): void {
    this.#listeners?.onPhase(phase);
  }

  get session(): Session | undefined {
    return this.#client?.statuses.td?.state === "live" ? this.#session : undefined;
  }

  get isOver(): boolean {
    const state = this.#client?.statuses.td?.state;
    return state === "failed" || state === "closed";
  }

  listen(listeners: UpstreamListeners): void {
    this.#listeners = listeners;
  }

  nextRef(): string {
    return this.#live.orders.nextRef();
  }

  insert(input: OrderInput): Promise<UpstreamAnswer> {
    return this.#answer(() => this.#live.orders.insert(input), REFUSED.insert);
  }

  cancel(name: UpstreamOrderName): Promise<UpstreamAnswer> {
    return this.#answer(() => this.#live.orders.cancel(name), REFUSED.cancel);
  }

  async confirm(): Promise<void> {
    try {
      await this.#live.query("ReqSettlementInfoConfirm");
    } catch {
      // Gateways that confirm by themselves do not know the request (ctp.md b).
    }
  }

  async ask(request: string, fields: WireRow): Promise<readonly WireRow[] | "lost" | CtpErrorName> {
    const { brokerId = "", userId = "" } = this.#client?.login ?? {};
    const isNamed = (name: string): boolean => textIn(fields, name) !== "";
    const body: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(fields)) if (value !== "" && value !== 0) body[name] = value;
    // The account is named as far as the request can, the others only where they are asked for.
    if ("BrokerID" in fields) body["BrokerID"] = brokerId;
    if ("InvestorID" in fields) body["InvestorID"] = userId;
    for (const name of ["UserID", "AccountID"]) if (isNamed(name)) body[name] = userId;
    try {
      return (await this.#live.query(request, body)).map(toWireRow);
    } catch (error) {
      return this.#refusalOf(error) ?? "lost";
    }
  }

  async orders(): Promise<readonly Order[]> {
    return this.#live.orders.list();
  }

  async fills(): Promise<readonly Fill[]> {
    return this.#live.fills.list();
  }

  async holdings(): Promise<UpstreamHoldings> {
    const positions = await this.#live.positions();
    const account = await this.#live.account();
    const rows = await this.#live.query("ReqQryInvestorPositionDetail").catch(() => []);
    return { positions, account, details: rows.flatMap((row) => toPositionDetail(row) ?? []) };
  }

  get #live(): TradingClient {
    if (this.#client === undefined) throw new ClientError("closed", "the feed was not started");
    return this.#client;
  }

  async #answer(ask: () => Promise<Order>, otherwise: CtpErrorName): Promise<UpstreamAnswer> {
    try {
      await ask();
      return "taken";
    } catch (error) {
      return this.#refusalOf(error, otherwise) ?? "lost";
    }
  }

  /** Why something was refused; undefined where nobody said so. */
  #refusalOf(error: unknown, otherwise: CtpErrorName = "queryNotReady"): CtpErrorName | undefined {
    if (!(error instanceof ClientError) || error.kind !== "refused" || error.ret === undefined) return undefined;
    return this.#nameOf(error.ret) ?? otherwise;
  }

  #nameOf(number: number): CtpErrorName | undefined {
    const name = NAMES.get(number);
    if (name === undefined) this.#anomaly(`ctp-refusal-${number}`);
    return name;
  }
}

/** A row without what says nothing: null, and CTP's mark for "none". */
function toWireRow(row: Readonly<Record<string, unknown>>): WireRow {
  const told: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(row)) if (isTold(value)) told[name] = value;
  return told;
}

function isTold(value: unknown): value is string | number {
  return typeof value === "string" || (typeof value === "number" && Math.abs(value) < NONE_FROM);
}
