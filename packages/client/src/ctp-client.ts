/** A client of CTP JSON that keeps itself connected: to tickwire in any of its dialects, and to its sibling gateways. */
import {
  CHINA_HOURS,
  toInstrument,
  type Fields,
  type InstrumentFilter,
  type LoginReply,
  type TickTerms,
} from "@tickwire/protocol/ctp";
import type { Account, Instrument, Position, Snapshot, TradingHours } from "@tickwire/protocol/model";
import { joinStatuses } from "./client-status.ts";
import { ClientError, HOST_TIMERS, openConnection } from "./connection.ts";
import type { CtpLinkOptions } from "./ctp.ts";
import { CtpLink } from "./ctp-link.ts";
import type { SubscriptionOutcome } from "./ctp-subscriptions.ts";
import { ctpAddresses } from "./ctp-addresses.ts";
import type { CtpClientOptions, CtpAnomaly, CtpFills, CtpOrders, CtpSide, CtpStream } from "./ctp-client-options.ts";
import { MarketSide } from "./ctp-market-side.ts";
import type { Row } from "./ctp-orders.ts";
import { QueryPace } from "./ctp-pace.ts";
import { TradingSide } from "./ctp-trading-side.ts";
import { Keeper, tell } from "./keeper.ts";
import type { ClientStatus } from "./status.ts";

/**
 * Connects when it is first asked for something, logs in, and does so again for ever until it is closed or a login is refused for good.
 * After a reconnect it is `live` when it is logged in, every subscription was answered and orders were looked up. Everything that
 * asks waits for that, but for orders.
 */
export class CtpClient implements AsyncDisposable {
  readonly orders: CtpOrders;
  readonly fills: CtpFills;
  readonly #options: CtpClientOptions;
  readonly #keepers: Readonly<Partial<Record<CtpSide, Keeper<CtpLink>>>>;
  readonly #market: MarketSide | undefined;
  readonly #trading: TradingSide | undefined;
  readonly #pace: QueryPace;
  /** Terms of instruments as the gateway told them. */
  readonly #terms = new Map<string, TickTerms>();
  #login: LoginReply | undefined;
  #told = "";
  #closed: Promise<void> | undefined;

  /** Throws a {@link ClientError} for what is no address. Opens nothing. */
  constructor(options: CtpClientOptions) {
    this.#options = options;
    const { td, md } = ctpAddresses(options.url, options.td, options.dialect ?? "auto");
    this.#pace = new QueryPace(options.timers ?? HOST_TIMERS, options.queryGapMs ?? 0, () =>
      this.#count("flow-control"),
    );
    const keepers: Partial<Record<CtpSide, Keeper<CtpLink>>> = {};
    if (md !== undefined) keepers.md = this.#keep(md, md === td ? "all" : "md");
    if (td !== undefined) keepers.td = md === td ? keepers.md! : this.#keep(td, "td");
    this.#keepers = keepers;
    const told = { ...options, terms: this.#termsOf, onAnomaly: this.#count };
    this.#market = keepers.md && new MarketSide(told, keepers.md);
    this.#trading = keepers.td && new TradingSide(told, keepers.td, this.#pace);
    this.orders = {
      insert: async (order) => this.#trader.insert(order),
      cancel: async (order) => this.#trader.cancel(order),
      list: async () => this.#trader.orders(),
      updates: () => this.#started.#trader.orderUpdates(),
      nextRef: () => this.#trader.nextRef(),
    };
    this.fills = { list: async () => this.#trader.fills(), updates: () => this.#started.#trader.fillUpdates() };
  }

  /** As it is now; of both sides, where there are two connections, the worse. */
  get status(): ClientStatus {
    const [first, ...others] = this.#all.map(({ status }) => status);
    return joinStatuses([first!, ...others]);
  }

  /** The state of each connection, by the side that it serves; one that serves both is under both names. */
  get statuses(): Readonly<Partial<Record<CtpSide, ClientStatus>>> {
    const entries = Object.entries(this.#keepers).map(([side, keeper]) => [side, keeper.status]);
    return Object.fromEntries(entries) as Partial<Record<CtpSide, ClientStatus>>;
  }

  /** The newest login that was granted, on the trading side where there is one; undefined before the first. */
  get login(): LoginReply | undefined {
    return this.#login;
  }

  /** Begins to connect; idempotent. Everything that asks does so, too. */
  start(): void {
    for (const keeper of this.#all) keeper.start();
  }

  /** Resolves when the client is live, at once where it is; rejects when it never will be. */
  async ready(): Promise<void> {
    this.start();
    await Promise.all(this.#all.map((keeper) => keeper.ready()));
  }

  /**
   * Asks for instruments; with an empty filter for all. Their terms serve to read ticks from then on. Trading hours, which CTP does
   * not tell, are those of the option `terms`, or else of Chinese futures as a whole.
   */
  async instruments(filter: Partial<InstrumentFilter> = {}): Promise<readonly Instrument[]> {
    const { instrumentId = "", exchangeId = "", exchangeInstId = "", productId = "" } = filter;
    const given = { ExchangeID: exchangeId, ExchangeInstID: exchangeInstId, ProductID: productId };
    const named = Object.entries(given).filter(([, value]) => value !== "");
    const rows = await this.query("ReqQryInstrument", { InstrumentID: instrumentId, ...Object.fromEntries(named) });
    const instruments = rows.map((row) => toInstrument(row, this.#hoursOf(String(row["InstrumentID"]))));
    const known = instruments.filter((instrument) => instrument !== undefined);
    for (const instrument of known) this.#terms.set(instrument.id, instrument);
    return known;
  }

  /** Wants ticks of these instruments from now on, over all connections. Resolves with what became of each. */
  async subscribe(codes: readonly string[]): Promise<readonly SubscriptionOutcome[]> {
    return this.#quotes.subscribe(codes);
  }

  /** No longer wants them; iterators keep theirs. */
  async unsubscribe(codes: readonly string[]): Promise<void> {
    return this.#quotes.unsubscribe(codes);
  }

  /** Snapshots of these instruments until the iterator is left, over all connections; the newest that is known first. */
  snapshots(codes: readonly string[]): CtpStream<Snapshot> {
    return this.#quotes.snapshots(codes);
  }

  /** Asks for the positions as they are now. */
  async positions(): Promise<readonly Position[]> {
    return this.#trader.positions();
  }

  /** Asks for the account as it is now. */
  async account(): Promise<Account> {
    return this.#trader.account();
  }

  /**
   * Asks any request of the trading side by its name and gathers its rows as received. Paced; refusals for flow control are asked
   * again, and so are queries (`ReqQry…`) when the connection breaks: no reply is ever half of one.
   */
  async query(request: string, body: Fields = {}): Promise<readonly Row[]> {
    return this.#trader.query(request, body);
  }

  /** Gives a connection up because it is no good, though it seems open; another follows. */
  reconnect(side: CtpSide, cause: string): void {
    this.#keepers[side]?.link?.giveUp(cause);
  }

  /** Ends everything; idempotent. Iterators end, whoever waits is let go. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #all(): readonly Keeper<CtpLink>[] {
    return [...new Set(Object.values(this.#keepers))];
  }

  get #started(): this {
    this.start();
    return this;
  }

  get #quotes(): MarketSide {
    this.start();
    if (this.#market === undefined) throw new ClientError("refused", "the address is that of a trading side alone");
    return this.#market;
  }

  get #trader(): TradingSide {
    this.start();
    if (this.#trading === undefined) throw new ClientError("refused", "there is no address of a trading side");
    return this.#trading;
  }

  readonly #termsOf = (id: string): TickTerms | undefined => this.#options.terms?.(id) ?? this.#terms.get(id);

  readonly #count = (cause: CtpAnomaly): void => tell(() => this.#options.onAnomaly?.(cause));

  #hoursOf(id: string): TradingHours {
    return this.#options.terms?.(id)?.hours ?? CHINA_HOURS;
  }

  #keep(url: string, side: CtpSide | "all"): Keeper<CtpLink> {
    const options = this.#options;
    const listeners: Partial<CtpLinkOptions> = {
      onSnapshot: undefined,
      onTick: (tick) => this.#market?.hear(tick),
      onPush: (push) => this.#trading?.hear(push),
      onAnomaly: this.#options.onAnomaly && this.#count,
    };
    return new Keeper<CtpLink>({
      ...options,
      connect: async (signal) => {
        const connection = await openConnection(url, { ...options, signal });
        return new CtpLink(connection, { ...options, dialect: options.dialect ?? "auto", ...listeners });
      },
      restore: (link) => this.#restore(link, side),
      onStatus: (status) => this.#hearStatus(status, side),
    });
  }

  async #restore(link: CtpLink, side: CtpSide | "all"): Promise<void> {
    const login = await link.login();
    if (side !== "md" || this.#trading === undefined) this.#login = login;
    tell(() => this.#options.onLogin?.(login, side));
    await Promise.all([
      side === "td" ? undefined : this.#market?.restore(link),
      side === "md" ? undefined : this.#trading?.restore(link, login),
    ]);
  }

  #hearStatus({ state }: ClientStatus, side: CtpSide | "all"): void {
    if (state === "live" && side !== "td") this.#market?.live();
    const status = this.status;
    const { cause, attempt, retryAt, connections } = status;
    const shown = JSON.stringify([status.state, cause, attempt, retryAt, connections]);
    if (shown !== this.#told) {
      this.#told = shown;
      tell(() => this.#options.onStatus?.(status));
    }
    if (state === "failed") void this.close();
  }

  async #end(): Promise<void> {
    this.#pace.close();
    const failure = this.#all.map((keeper) => keeper.failure).find((error) => error !== undefined);
    const closing = this.#all.map((keeper) => keeper.close());
    this.#market?.end(failure);
    this.#trading?.end(failure);
    await Promise.all(closing);
  }
}
