/** One data directory of the crash test, through all of its gateways. */
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { Random } from "../../packages/gateway/src/feeds/sim/random.ts";
import { SqliteLedger } from "../../packages/gateway/src/ledger/sqlite.ts";
import type { Json } from "./client.ts";
import { checkIdentities, compareBooks, fenOf } from "./crash-accounts.ts";
import { CrashGateway } from "./crash-gateway.ts";
import { cancelOf, CrashLoad, toQuote, type Quote } from "./crash-load.ts";
import { CrashMoney } from "./crash-money.ts";
import { Told } from "./crash-told.ts";
import { CrashTrader, type Hear } from "./crash-trader.ts";
import { ReplayedLedger } from "./replayed-ledger.ts";

const USERS = ["a", "b", "c"];
const SESSIONS_PER_USER = 2;
/** One contract of each: closed by history and not, margin of the larger side and of both, fees by money and by lots. */
const PRODUCTS = ["rb", "m", "IF"];
/** When a gateway is killed, in milliseconds after its load began. */
const EARLIEST_MS = 20;
const LATEST_MS = 250;
/** Some are killed while they start, at most so late. */
const SURELY_STARTED_MS = 1_000;
/** How often a gateway's books are read until nothing happened meanwhile. */
const MAX_TRIES = 60;
/** How long the last instructions may take to be carried out. */
const PATIENCE_MS = 10_000;

/** What a lane has seen. */
export interface LaneSums {
  kills: number;
  terms: number;
  canceled: number;
}

/** See the file's head. */
export class CrashLane {
  readonly told = new Told();
  readonly sums: LaneSums = { kills: 0, terms: 0, canceled: 0 };
  readonly #random: Random;
  readonly #gateway: CrashGateway;
  readonly #ledger: ReplayedLedger;
  readonly money = new CrashMoney((count) => this.#below(count));
  #ids: readonly string[] = PRODUCTS.map((product) => `${product}*`);
  #instruments: readonly Json[] = [];
  #failure: unknown;

  /** `cache`: a folder for compiled code. */
  constructor(seed: number, name: string, cache: string) {
    this.#random = new Random(seed, name);
    this.#gateway = new CrashGateway(USERS, cache);
    this.#ledger = new ReplayedLedger(this.#gateway.data);
  }

  /** Learns what is traded, and leaves the cache filled. */
  async prepare(): Promise<void> {
    const traders = await this.#enter();
    const rows = await traders[0]!.ask("ReqQryInstrument");
    this.#instruments = PRODUCTS.map((product) => rows.find((row) => row["ProductID"] === product)!);
    this.#ids = this.#instruments.map((row) => String(row["InstrumentID"]));
    await this.#end(traders, "SIGTERM");
  }

  /** One life of a gateway: what its predecessors told is checked, then it works until it is killed. */
  async live(): Promise<void> {
    if (this.#below(20) === 0) await this.#gateway.startAndKill(this.#ids, this.#below(SURELY_STARTED_MS));
    const traders = await this.#enter();
    await this.#check(traders);
    await this.#cancelSome(traders);
    await this.#work(traders);
  }

  /** A last life, in which everything that is under way comes to its end and is checked. */
  async finish(): Promise<void> {
    const traders = await this.#enter();
    const ledger = new SqliteLedger(this.#gateway.data);
    const deadline = Date.now() + PATIENCE_MS;
    while (ledger.instructions.waiting().length > 0) {
      assert.ok(Date.now() < deadline, "instructions are carried out");
      await wait(20);
    }
    this.money.hear(ledger.instructions);
    ledger.close();
    await this.#check(traders);
    await this.#end(traders, "SIGTERM");
    this.#ledger.close();
  }

  /** Ends what still runs. */
  async abandon(): Promise<void> {
    await this.#gateway.abandon();
  }

  /** Starts a gateway and lets every user's sessions in. MaxOrderRef goes on from the highest that was told. */
  async #enter(): Promise<readonly CrashTrader[]> {
    const url = await this.#gateway.start(this.#ids);
    const names = USERS.flatMap((user) => Array.from({ length: SESSIONS_PER_USER }, () => user));
    const traders = await Promise.all(names.map((user) => CrashTrader.enter(url, user, this.#hear)));
    for (const { user, login } of traders) {
      const highest = this.told.highestRef(user, login["TradingDay"]);
      assert.ok(
        Number(login["MaxOrderRef"]) >= highest,
        `MaxOrderRef of ${user}: ${JSON.stringify(login)}, ${highest}`,
      );
    }
    return traders;
  }

  readonly #hear: Hear = (name, body, error) => {
    try {
      assert.ok(error >= 0 && name !== "RspError", `${name} ${error}: ${JSON.stringify(body)}`);
      if (name === "RtnTrade") this.told.trade(body);
      if (name === "RtnOrder") this.told.order(body);
    } catch (failure) {
      this.#failure ??= failure;
    }
  };

  /** What the gateway knows now is what was told, what the ledger says, and right in itself. */
  async #check(traders: readonly CrashTrader[]): Promise<void> {
    const firsts = USERS.map((user) => traders.find((trader) => trader.user === user)!);
    const day = await this.#compareTold(firsts);
    for (let tries = 0; ; tries++) {
      if (this.#failure !== undefined) throw this.#failure;
      assert.ok(tries < MAX_TRIES, "the books are never at rest");
      const before = this.#ledger.follow();
      const views = await askAll(firsts, (trader) => trader.view());
      for (const [user, view] of views) this.told.checks += checkIdentities(user, view);
      if (this.#ledger.end !== before) continue;
      this.told.checks += compareBooks(this.#ledger, views);
      // Everything that has happened was told before these answers.
      if (views.get(USERS[0]!)!.account["TradingDay"] === day) this.told.compareVolumes(day);
      await askAll(firsts, (trader) => this.#checkStatement(trader, views.get(trader.user)!.account));
      this.told.checks += this.money.check(this.#ledger);
      return;
    }
  }

  /** Everything that was told is in the users' lists and in the ledger. Returns the day that they are of. */
  async #compareTold(firsts: readonly CrashTrader[]): Promise<string> {
    for (;;) {
      const mark = this.told.mark();
      const day = await askDay(firsts[0]!);
      const lists = await askAll(firsts, (trader) => trader.lists());
      if ((await askDay(firsts[0]!)) !== day) continue;
      this.told.compare(day, mark, lists);
      this.#ledger.follow();
      this.told.compareLedger(mark, this.#ledger);
      return day;
    }
  }

  /** A newest statement is that of the newest settlement, and ends with what the account began the day with. */
  async #checkStatement(trader: CrashTrader, account: Json): Promise<void> {
    const { settledDay } = this.#ledger;
    if (settledDay === "") return;
    const rows = await trader.ask("ReqQrySettlementInfo", { TradingDay: settledDay });
    const text = rows.map((row) => String(row["Content"])).join("");
    const balance = (fenOf(account, "PreBalance") / 100).toFixed(2);
    assert.match(
      text,
      new RegExp(`当日结存：\\s*${balance.replace(".", "\\.")}\\s`),
      `statement of ${trader.user}: ${text}`,
    );
  }

  /** Orders that were in the book before the restart can be canceled, by both keys. */
  async #cancelSome(traders: readonly CrashTrader[]): Promise<void> {
    const day = await askDay(traders[0]!);
    for (const user of USERS) {
      const rows = [...this.told.open(user, day).values()].filter(() => this.#below(2) === 0);
      const own = traders.filter((trader) => trader.user === user);
      for (const row of rows) own[this.#below(own.length)]!.send("ReqOrderAction", cancelOf(row, this.#below(2) === 0));
      // What became of all of them is told before the answers to these.
      const days = await Promise.all(own.map(askDay));
      if (days.some((now) => now !== day)) return;
      const left = this.told.open(user, day);
      for (const row of rows) {
        const id = row["BrokerOrderSeq"] as number;
        assert.ok(!left.has(id), `order ${id} of ${user} cannot be canceled: ${JSON.stringify(left.get(id))}`);
        this.sums.canceled++;
      }
    }
  }

  /** Works under load until it is killed. */
  async #work(traders: readonly CrashTrader[]): Promise<void> {
    const quotes = await this.#quotes(traders[0]!);
    let ledger: SqliteLedger | undefined = new SqliteLedger(this.#gateway.data);
    const loads = traders.map((trader) => new CrashLoad({ trader, random: this.#random, quotes, told: this.told }));
    for (const load of loads) load.start();
    this.money.hear(ledger.instructions);
    this.money.ask(ledger.instructions, USERS);
    const moment = EARLIEST_MS + this.#below(LATEST_MS - EARLIEST_MS);
    // In half of the lives nobody else has the ledger open when the end comes.
    const alone = this.#below(2) === 0;
    await wait(moment);
    this.money.hear(ledger.instructions);
    if (alone) {
      ledger.close();
      ledger = undefined;
      this.#ledger.close();
    }
    const signal = this.#below(8) === 0 ? "SIGTERM" : "SIGKILL";
    await this.#end(traders, signal);
    if (signal === "SIGTERM") this.sums.terms++;
    else this.sums.kills++;
    for (const load of loads) load.stop();
    ledger?.close();
  }

  async #quotes(trader: CrashTrader): Promise<readonly Quote[]> {
    return Promise.all(
      this.#instruments.map(async ({ InstrumentID, ExchangeID, PriceTick }) => {
        const [row] = await trader.ask("ReqQryDepthMarketData", { InstrumentID: String(InstrumentID) });
        return toQuote(row!, String(ExchangeID), Number(PriceTick));
      }),
    );
  }

  async #end(traders: readonly CrashTrader[], signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    await this.#gateway.end(signal);
    await Promise.all(traders.map((trader) => trader.ended));
    if (this.#failure !== undefined) throw this.#failure;
  }

  #below(count: number): number {
    return Math.floor(this.#random.uniform() * count);
  }
}

/** Asks every trader; the answers by user. */
async function askAll<T>(
  traders: readonly CrashTrader[],
  ask: (trader: CrashTrader) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  return new Map(await Promise.all(traders.map(async (trader) => [trader.user, await ask(trader)] as const)));
}

/** The trading day that goes on. */
async function askDay(trader: CrashTrader): Promise<string> {
  const [account] = await trader.ask("ReqQryTradingAccount");
  return String(account!["TradingDay"]);
}
