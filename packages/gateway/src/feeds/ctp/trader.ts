/** The trading side of the feed's one session, as orders are passed through it. */
import { ClientError, type CtpClient } from "@tickwire/client";
import { toPositionDetail } from "@tickwire/protocol/ctp";
import { CTP_ERRORS, CTP_GATEWAY_ERRORS, type CtpErrorName } from "@tickwire/protocol/errors";
import type { Fill, Order, OrderInput, TradingDay, TradingSession } from "@tickwire/protocol/model";
import type { UpstreamAnswer, UpstreamHoldings, UpstreamOrderName, UpstreamTrader } from "../../ports/upstream.ts";

/** The part of a client that is used. */
export type TradingClient = Pick<CtpClient, "orders" | "fills" | "positions" | "account" | "query" | "statuses">;

/** Errors by their numbers on the wire. */
const NAMES: ReadonlyMap<number, CtpErrorName> = new Map([
  ...(Object.keys(CTP_ERRORS) as CtpErrorName[]).map((name) => [CTP_ERRORS[name].id, name] as const),
  [CTP_GATEWAY_ERRORS.requestFailed.id, "sendFailed"],
  [CTP_GATEWAY_ERRORS.tooManyPending.id, "orderFrequency"],
  [CTP_GATEWAY_ERRORS.tooFrequent.id, "orderFrequency"],
  [CTP_GATEWAY_ERRORS.notImplemented.id, "unsupportedFunction"],
  [CTP_GATEWAY_ERRORS.notLoggedIn.id, "notLoginYet"],
]);

type Session = TradingSession & { readonly tradingDay: TradingDay };

/** See {@link UpstreamTrader}. */
export class CtpTrader implements UpstreamTrader {
  readonly #anomaly: (cause: string) => void;
  #client: TradingClient | undefined;
  #session: Session | undefined;
  #onOrder: (order: Order) => void = () => undefined;
  #onFill: (fill: Fill) => void = () => undefined;

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
    this.#onOrder(order);
  }

  /** An order of the account was filled. */
  hearFill(fill: Fill): void {
    this.#onFill(fill);
  }

  get session(): Session | undefined {
    return this.#client?.statuses.td?.state === "live" ? this.#session : undefined;
  }

  listen(onOrder: (order: Order) => void, onFill: (fill: Fill) => void): void {
    this.#onOrder = onOrder;
    this.#onFill = onFill;
  }

  nextRef(): string {
    return this.#live.orders.nextRef();
  }

  insert(input: OrderInput): Promise<UpstreamAnswer> {
    return this.#answer(() => this.#live.orders.insert(input), "badField");
  }

  cancel(name: UpstreamOrderName): Promise<UpstreamAnswer> {
    return this.#answer(() => this.#live.orders.cancel(name), "badOrderActionField");
  }

  async confirm(): Promise<void> {
    try {
      await this.#live.query("ReqSettlementInfoConfirm");
    } catch {
      // Gateways that confirm by themselves do not know the request (ctp.md b).
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
      if (!(error instanceof ClientError) || error.kind !== "refused" || error.ret === undefined) return "lost";
      const name = NAMES.get(error.ret);
      if (name === undefined) this.#anomaly(`ctp-refusal-${error.ret}`);
      return name ?? otherwise;
    }
  }
}
