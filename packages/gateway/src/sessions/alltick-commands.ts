/** The table of commands: what each request of a connection comes to. */
import type { AllTickRequest, CancelType, ExtensionCancelType } from "@tickwire/protocol/alltick";
import type { AllTickError } from "@tickwire/protocol/errors";
import { findInstruments, readKlines, readTrades, type AllTickSources } from "./alltick-queries.ts";
import type { Scope } from "./alltick-scope.ts";
import type { Change, SubscriptionKind, Subscriptions } from "./alltick-subscriptions.ts";

/** What commands work on: the parts of one connection. */
export interface CommandContext {
  readonly subscriptions: Subscriptions;
  readonly scope: Scope;
  readonly sources: AllTickSources;
}

/**
 * What a request comes to: an error, which leaves everything as it was; or a reply with `data` as JSON text (an empty object
 * where there is none) and what is done after it went out; or a reply whose data takes time.
 */
export type Outcome =
  | AllTickError
  | { readonly data?: string; readonly effect?: Change }
  | { readonly later: () => Promise<string> };

type RequestOf<K extends AllTickRequest["kind"]> = Extract<AllTickRequest, { readonly kind: K }>;
type Command<K extends AllTickRequest["kind"]> = (context: CommandContext, request: RequestOf<K>) => Outcome;

const COMMANDS: { readonly [K in AllTickRequest["kind"]]: Command<K> } = {
  heartbeat: () => ({}),
  "subscribe-trade": ({ subscriptions }, { codes }) => toOutcome(subscriptions.trades(codes)),
  "subscribe-depth": ({ subscriptions }, { symbols }) => toOutcome(subscriptions.books(symbols)),
  cancel: ({ subscriptions }, { cancelType }) => ({ effect: () => subscriptions.clear(...CANCELLED[cancelType]) }),
  "subscribe-kline": ({ subscriptions }, { symbols }) => toOutcome(subscriptions.klines(symbols)),
  "subscribe-ticker": ({ subscriptions }, { codes }) => toOutcome(subscriptions.tickers(codes)),
  "cancel-extension": ({ subscriptions }, { cancelType }) => ({
    effect: () => subscriptions.clear(...CANCELLED_EXTENSIONS[cancelType]),
  }),
  "list-subscriptions": ({ subscriptions }) => ({ data: JSON.stringify(subscriptions.list()) }),
  search: ({ sources, scope }, { query, limit }) => ({ data: findInstruments(sources.search, scope, query, limit) }),
  "trade-history": ({ sources, scope }, request) => readTrades(sources, scope, request),
  "kline-history": ({ sources, scope }, request) => readKlines(sources, scope, request),
};

/** What 22006 ends. "All" is everything that the connection listens to, the extensions too. */
const CANCELLED: Readonly<Record<CancelType, readonly SubscriptionKind[]>> = {
  0: ["trades", "books", "klines", "tickers"],
  1: ["books"],
  2: ["trades"],
  3: [],
};

/** What 32004 ends. */
const CANCELLED_EXTENSIONS: Readonly<Record<ExtensionCancelType, readonly SubscriptionKind[]>> = {
  0: ["klines", "tickers"],
  1: ["klines"],
  2: ["tickers"],
};

/** Runs the command of a request. Nothing has been sent or changed when it returns. */
export function runCommand<K extends AllTickRequest["kind"]>(context: CommandContext, request: RequestOf<K>): Outcome {
  return (COMMANDS[request.kind] as Command<K>)(context, request);
}

function toOutcome(change: Change | AllTickError): Outcome {
  return typeof change === "function" ? { effect: change } : change;
}
