/**
 * Queries that the upstream answers: what its broker charges, its statements, the most lots of an order. It takes one query a second:
 * what does not change during a trading day is asked once, and only so many wait. They wait here, so that what else the account needs
 * to know does not wait behind all of them, and nothing is asked that nobody waits for any more.
 */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { LaterRows, WireRow } from "../ports/trading.ts";
import type { UpstreamTrader } from "../ports/upstream.ts";

/** Answers that stay the same for a trading day. */
const OF_THE_DAY: ReadonlySet<string> = new Set([
  "ReqQryInstrumentMarginRate",
  "ReqQryInstrumentCommissionRate",
  "ReqQryInstrumentOrderCommRate",
  "ReqQryExchangeMarginRate",
  "ReqQryOptionInstrTradeCost",
  "ReqQryOptionInstrCommRate",
  "ReqQryBrokerTradingParams",
  "ReqQrySettlementInfo",
]);
/** Answers that do not. */
const OF_THE_MOMENT: ReadonlySet<string> = new Set([
  "ReqQryMaxOrderVolume",
  "ReqQryParkedOrder",
  "ReqQryParkedOrderAction",
]);
/** Fields that name who asks: the same answer serves all. */
const PARTY: ReadonlySet<string> = new Set(["BrokerID", "InvestorID", "UserID", "AccountID"]);
/** Different queries that may wait; more are refused (154). */
const MAX_WAITING = 20;
/** Answers that are remembered, and rows of them; the oldest go first. */
const MAX_KEPT = 5_000;
const MAX_KEPT_ROWS = 100_000;

/** What became of a query. */
type Outcome = readonly WireRow[] | CtpErrorName;

/** A query under way. */
interface Waiting {
  readonly session: UpstreamTrader["session"];
  readonly promise: Promise<Outcome>;
  readonly resolve: (outcome: Outcome) => void;
}

/** See the file's head. */
export class Inquiries {
  readonly #trader: UpstreamTrader;
  readonly #kept = new Map<string, Outcome>();
  readonly #waiting = new Map<string, Waiting>();
  /** Queries go one after the other. */
  #turn: Promise<void> = Promise.resolve();
  #rows = 0;
  #day = {};

  constructor(trader: UpstreamTrader) {
    this.#trader = trader;
  }

  /** Another trading day: nothing is remembered. */
  begin(): void {
    this.#day = {};
    this.#kept.clear();
    this.#rows = 0;
  }

  /** Time passes: whoever waits for a session that has ended hears that it is not the time (90). */
  advance(): void {
    for (const [key, { session, resolve }] of this.#waiting) {
      if (session === this.#trader.session) continue;
      this.#waiting.delete(key);
      resolve("queryNotReady");
    }
  }

  /** Asks for rows under the user's name; undefined where the upstream is not the one to be asked. */
  ask(user: string, query: string, fields: WireRow): LaterRows | undefined {
    if (!OF_THE_DAY.has(query) && !OF_THE_MOMENT.has(query)) return undefined;
    const toOwn = (found: Outcome): Outcome => (typeof found === "string" ? found : found.map(renamed(user)));
    return this.#find(query, fields).then(toOwn);
  }

  #find(query: string, fields: WireRow): Promise<Outcome> {
    const key = JSON.stringify([query, ...Object.entries(fields).filter(([name]) => !PARTY.has(name))]);
    const known = this.#kept.get(key);
    if (known !== undefined) return Promise.resolve(known);
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined) return waiting.promise;
    if (this.#waiting.size >= MAX_WAITING) return Promise.resolve("queryBusy");
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const own: Waiting = { session: this.#trader.session, promise, resolve };
    this.#waiting.set(key, own);
    this.#turn = this.#turn.then(() => this.#query(query, fields, key, own));
    return promise;
  }

  async #query(query: string, fields: WireRow, key: string, own: Waiting): Promise<void> {
    if (this.#waiting.get(key) !== own) return;
    const day = this.#day;
    const answer = await this.#trader.ask(query, fields);
    const outcome = answer === "lost" ? "queryNotReady" : answer;
    if (stays(query, fields, outcome) && day === this.#day) this.#keep(key, outcome);
    if (this.#waiting.get(key) === own) this.#waiting.delete(key);
    own.resolve(outcome);
  }

  #keep(key: string, outcome: Outcome): void {
    this.#kept.set(key, outcome);
    this.#rows += rowsOf(outcome);
    while (this.#kept.size > MAX_KEPT || (this.#rows > MAX_KEPT_ROWS && this.#kept.size > 1)) {
      const [oldest, least] = this.#kept.entries().next().value!;
      this.#kept.delete(oldest);
      this.#rows -= rowsOf(least);
    }
  }
}

/** Whether an answer holds for the day: not an empty one, of a broker that may not know yet, nor one about whatever is held now. */
function stays(query: string, fields: WireRow, outcome: Outcome): boolean {
  if (!OF_THE_DAY.has(query)) return false;
  if (typeof outcome === "string") return outcome === "unsupportedFunction";
  return outcome.length > 0 && fields["InstrumentID"] !== "";
}

function rowsOf(outcome: Outcome): number {
  return typeof outcome === "string" ? 0 : outcome.length;
}

/** A row with the user in the place of the upstream's. */
function renamed(user: string): (row: WireRow) => WireRow {
  return (row) => {
    const names = ["InvestorID", "UserID", "AccountID"].filter((name) => name in row && row[name] !== "");
    return { ...row, ...Object.fromEntries(names.map((name) => [name, user])) };
  };
}
