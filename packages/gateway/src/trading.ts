/** Joins the parts of trading: the exchange, its journal in the ledger, the desk that sessions talk to, the venue that feeds pass. */
import { futureProductOf, futureRates } from "@tickwire/protocol/catalog";
import { FEN_PER_YUAN, ZERO_RATE, type Instrument } from "@tickwire/protocol/model";
import type { Config } from "./config/schema.ts";
import type { Desk } from "./core/desk.ts";
import { TradeDesk } from "./core/trade-desk.ts";
import { Venue } from "./core/venue.ts";
import { Accounts } from "./exchange/accounts.ts";
import { Exchange } from "./exchange/engine.ts";
import type { Clock } from "./ports/clock.ts";
import type { Feed, FeedSink } from "./ports/feed.ts";
import type { Ledger } from "./ports/ledger.ts";
import type { ExchangeWorld } from "./ports/exchange.ts";
import type { Trading, TradingStatus } from "./ports/trading.ts";
import type { GivenStore } from "./ports/upstream.ts";
import { UpstreamTrading } from "./upstream/trading.ts";

/** How often time passes for the exchange. */
const ADVANCE_MS = 200;
/** How long the end waits for a journal that cannot be written. */
const CLOSE_WITHIN_MS = 5_000;

/** What trading is made from. */
export interface TradingParts {
  readonly config: Pick<Config, "trading" | "users" | "ctp">;
  readonly desk: Desk;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Whose upstreams orders may be passed through to. */
  readonly feeds?: readonly Feed[];
}

/** Trading of a gateway. */
export interface TradingHouse {
  /** Undefined where it is switched off. */
  readonly desk: (Trading & { status(): TradingStatus }) | undefined;
  /** What a feed puts its events into instead of `inner`. */
  sink(inner: FeedSink): FeedSink;
  /** Begins to let time pass; to be called when the feeds have started. */
  start(): void;
  /** Resolves when everything that has happened is in the journal and told, or the journal takes too long. */
  settled(): Promise<void>;
  /** Ends it when everything that happened is in the journal; idempotent. */
  close(): Promise<void>;
}

/** Takes up trading where the ledger's journal ends. Throws when that cannot be read. */
export function openTrading(parts: TradingParts): TradingHouse {
  const { config, desk, ledger, clock } = parts;
  if (!config.trading.enabled)
    return { desk: undefined, sink: (inner) => inner, start: () => {}, settled: async () => {}, close: async () => {} };
  if (config.trading.via === "upstream") return openUpstream(parts);
  const venue = new Venue();
  const journal = ledger.journal();
  const trades = new TradeDesk({
    makeEngine: (sink) => new Exchange(sink, makeWorld(config, desk, venue), new Accounts()),
    journal,
    instructions: ledger.instructions,
    publisher: venue,
    now: () => desk.now(),
    initialBalance: Math.round(config.trading.initialBalance * FEN_PER_YUAN),
    isUser: (user) => [...config.users, ...ledger.users.list()].some((known) => known.user === user),
    onError: parts.onError,
  });
  venue.open(trades);
  let stop: (() => void) | undefined;
  return {
    desk: trades,
    sink: (inner) => venue.sink(inner),
    start: () => {
      stop = clock.every(ADVANCE_MS, () => trades.advance());
    },
    settled: () => settle(trades, clock),
    close: async () => {
      stop?.();
      await settle(trades, clock);
      await journal.close();
    },
  };
}

/** Passes orders through to the upstream of the first feed that has a trading side. Throws where there is none. */
function openUpstream({ config, desk, ledger, clock, onError, feeds = [] }: TradingParts): TradingHouse {
  const trader = feeds.find((feed) => feed.trader !== undefined)?.trader;
  if (trader === undefined) throw new Error("trading.via: upstream needs a ctp feed with a trading side");
  const journal = ledger.journal();
  const store: GivenStore = {
    given: () => journal.given(),
    keep: (given, done) => journal.commit({ rows: [], statements: [], done: [], given }, done),
  };
  const trades = new UpstreamTrading({ trader, users: config.trading.users, store, now: () => desk.now(), onError });
  const settled = (): Promise<void> => within(clock, trades.settled());
  let stop: (() => void) | undefined;
  return {
    desk: trades,
    sink: (inner) => inner,
    start: () => {
      stop = clock.every(ADVANCE_MS, () => trades.advance());
    },
    settled,
    close: async () => {
      stop?.();
      await settled();
      await journal.close();
    },
  };
}

async function settle(trades: TradeDesk, clock: Clock): Promise<void> {
  const { promise: safe, resolve } = Promise.withResolvers<void>();
  trades.whenSafe(resolve);
  await within(clock, safe);
}

/** Waits for something, but no longer than the end may take. */
async function within(clock: Clock, something: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(CLOSE_WITHIN_MS, resolve);
  await Promise.race([something, late]);
  cancel();
}

/** What the exchange sees of the world: instruments, their market, and what they cost. */
function makeWorld(config: Pick<Config, "trading" | "ctp">, desk: Desk, venue: Venue): ExchangeWorld {
  return {
    confirms: config.ctp.login === "auto",
    instrument: (id) => desk.instrument(id),
    view: (id) => venue.view(id),
    rates: (instrument) => ratesOf(config, instrument),
  };
}

/** The catalogue's rates, and what the configuration puts in their place: for the instrument, or else for its product. */
function ratesOf({ trading }: Pick<Config, "trading">, instrument: Instrument): ReturnType<ExchangeWorld["rates"]> {
  const product = futureProductOf(instrument.product);
  const terms = instrument.future;
  const usual =
    product === undefined
      ? {
          longMargin: { byMoney: terms?.longMarginRatio ?? 1, byVolume: 0 },
          shortMargin: { byMoney: terms?.shortMarginRatio ?? 1, byVolume: 0 },
          openFee: ZERO_RATE,
          closeFee: ZERO_RATE,
          closeTodayFee: ZERO_RATE,
        }
      : futureRates(product);
  return { ...usual, ...stated(trading.rates[instrument.product]), ...stated(trading.rates[instrument.id]) };
}

/** Without the keys that nothing is stated for. */
function stated(rates: Config["trading"]["rates"][string] | undefined): Partial<ReturnType<ExchangeWorld["rates"]>> {
  return Object.fromEntries(Object.entries(rates ?? {}).filter(([, value]) => value !== undefined));
}
