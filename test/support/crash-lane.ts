/** One data directory of the crash test, through all of its gateways. */
import assert from "node:assert/strict";
import { scryptSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Random } from "../../packages/gateway/src/feeds/sim/random.ts";
import { SqliteLedger } from "../../packages/gateway/src/ledger/sqlite.ts";
import type { Instruction } from "../../packages/gateway/src/ports-trading.ts";
import type { Json } from "./client.ts";
import { checkIdentities, compareBooks, fenOf } from "./crash-accounts.ts";
import { cancelOf, CrashLoad, toQuote, type Quote } from "./crash-load.ts";
import { Told } from "./crash-told.ts";
import { CrashTrader, type Hear, type View } from "./crash-trader.ts";
import { makeDataFolder } from "./data-folder.ts";
import { Command } from "./process.ts";
import { ReplayedLedger } from "./replayed-ledger.ts";

const USERS = ["a", "b", "c"];
const SESSIONS_PER_USER = 2;
/** One contract of each: closed by history and not, margin of the larger side and of both, fees by money and by lots. */
const PRODUCTS = ["rb", "m", "IF"];
const RATE = 20;
/** When a gateway is killed, in milliseconds after its load began. */
const EARLIEST_MS = 20;
const LATEST_MS = 250;
/** How often a gateway's books are read until nothing happened meanwhile. */
const MAX_TRIES = 60;
const MAX_MOVE_FEN = 50_000_000;
/** How long the last instructions may take to be carried out. */
const PATIENCE_MS = 10_000;

/** What a lane has seen. */
export interface LaneSums {
  kills: number;
  terms: number;
  settlements: number;
  moves: number;
  canceled: number;
}

/** See the file's head. */
export class CrashLane {
  readonly told = new Told();
  readonly sums: LaneSums = { kills: 0, terms: 0, settlements: 0, moves: 0, canceled: 0 };
  readonly #random: Random;
  readonly #data = makeDataFolder();
  readonly #config: string;
  readonly #environment: Readonly<Record<string, string>>;
  /** Instructions that were asked, with what became of them as far as that was told. */
  readonly #asked = new Map<number, { readonly instruction: Instruction; outcome: string | undefined }>();
  #ids: readonly string[] = PRODUCTS.map((product) => `${product}*`);
  #instruments: readonly Json[] = [];
  readonly #ledger = new ReplayedLedger(this.#data);
  #gateway: Command | undefined;
  #failure: unknown;

  /** `cache`: a folder for compiled code. */
  constructor(seed: number, name: string, cache: string) {
    this.#random = new Random(seed, name);
    this.#config = join(this.#data, "config.yaml");
    this.#environment = { NODE_COMPILE_CACHE: cache };
    const salt = Buffer.from("00".repeat(8), "hex");
    const hash = scryptSync("pass", salt, 32, { N: 2, r: 1, p: 1 }).toString("hex");
    const users = USERS.map((user) => ({ user, password: `scrypt:2:1:1:${salt.toString("hex")}:${hash}` }));
    writeFileSync(this.#config, JSON.stringify({ users, history: { enabled: false }, log: { level: "warn" } }));
  }

  /** Gateways that were ended so far. */
  get lives(): number {
    return this.sums.kills + this.sums.terms;
  }

  /** Learns what is traded, and leaves the cache filled. */
  async prepare(): Promise<void> {
    const traders = await this.#enter(await this.#start());
    const rows = await traders[0]!.ask("ReqQryInstrument");
    this.#instruments = PRODUCTS.map((product) => rows.find((row) => row["ProductID"] === product)!);
    this.#ids = this.#instruments.map((row) => String(row["InstrumentID"]));
    await this.#end(traders, "SIGTERM");
  }

  /** One life of a gateway: what its predecessors told is checked, then it works until it is killed. */
  async live(): Promise<void> {
    if (this.#below(20) === 0) await this.#killAtStart();
    const traders = await this.#enter(await this.#start());
    await this.#check(traders);
    await this.#cancelSome(traders);
    await this.#work(traders);
  }

  /** A last life, in which everything that is under way comes to its end and is checked. */
  async finish(): Promise<void> {
    const traders = await this.#enter(await this.#start());
    const ledger = new SqliteLedger(this.#data);
    const deadline = Date.now() + PATIENCE_MS;
    while (ledger.instructions.waiting().length > 0) {
      assert.ok(Date.now() < deadline, "instructions are carried out");
      await wait(20);
    }
    this.#hearOutcomes(ledger);
    ledger.close();
    await this.#check(traders);
    await this.#end(traders, "SIGTERM");
    this.#ledger.close();
  }

  /** Ends what still runs. */
  async abandon(): Promise<void> {
    await this.#gateway?.stop("SIGKILL");
  }

  async #start(): Promise<string> {
    const [, port] = await this.#spawn().says(/127\.0\.0\.1:(\d+)/);
    return `ws://127.0.0.1:${port}`;
  }

  #spawn(): Command {
    const feed = `sim?rate=${RATE}&instruments=${this.#ids.join()}`;
    const args = ["serve", "--config", this.#config, "--port", "0", "--data", this.#data, "--feed", feed];
    return (this.#gateway = new Command(args, this.#environment));
  }

  async #killAtStart(): Promise<void> {
    const gateway = this.#spawn();
    await wait(this.#below(1_000));
    assert.equal((await gateway.stop("SIGKILL")).stderr, "");
    this.sums.kills++;
  }

  /** Every user's sessions. MaxOrderRef goes on from the highest that was told. */
  async #enter(url: string): Promise<readonly CrashTrader[]> {
    const names = USERS.flatMap((user) => Array.from({ length: SESSIONS_PER_USER }, () => user));
    const traders = await Promise.all(names.map((user) => CrashTrader.enter(url, user, this.#hear)));
    for (const { user, login } of traders) {
      const highest = this.told.highestRef(user, login["TradingDay"]);
      assert.ok(Number(login["MaxOrderRef"]) >= highest, `MaxOrderRef of ${user}: ${JSON.stringify(login)}, ${highest}`);
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
    for (let tries = 0; ; tries++) {
      if (this.#failure !== undefined) throw this.#failure;
      assert.ok(tries < MAX_TRIES, "the books are never at rest");
      const mark = this.told.mark();
      const before = this.#ledger.follow();
      const today = await askDay(traders[0]!);
      const views = await this.#look(traders);
      if ((await askDay(traders[0]!)) !== today) continue;
      this.told.compare(today, mark, views);
      for (const [user, view] of views) this.told.checks += checkIdentities(user, view);
      if (this.#ledger.end !== before) continue;
      this.told.checks += compareBooks(this.#ledger, views);
      this.told.compareLedger(mark, this.#ledger);
      for (const view of views.values()) this.told.compareVolumes(view);
      for (const [user, { account }] of views) await this.#checkStatement(traders, user, account);
      return this.#checkMoves();
    }
  }

  /** Money was moved once by every instruction that is told to be done, and never twice. */
  #checkMoves(): void {
    for (const [id, { instruction, outcome }] of this.#asked) {
      const moved = this.#ledger.transfers.get(id) ?? 0;
      const least = outcome === "done" && instruction.kind !== "settle" ? 1 : 0;
      const most = outcome === undefined ? 1 : least;
      assert.ok(moved >= least && moved <= most, `${JSON.stringify(instruction)} (${outcome}): done ${moved} times`);
      this.told.checks++;
    }
  }

  async #look(traders: readonly CrashTrader[]): Promise<ReadonlyMap<string, View>> {
    const firsts = USERS.map((user) => traders.find((trader) => trader.user === user)!);
    return new Map(await Promise.all(firsts.map(async (trader) => [trader.user, await trader.view()] as const)));
  }

  /** A newest statement is that of the newest settlement, and ends with what the account began the day with. */
  async #checkStatement(traders: readonly CrashTrader[], user: string, account: Json): Promise<void> {
    const { settledDay } = this.#ledger;
    if (settledDay === "") return;
    const trader = traders.find((each) => each.user === user)!;
    const rows = await trader.ask("ReqQrySettlementInfo", { TradingDay: settledDay });
    const text = rows.map((row) => String(row["Content"])).join("");
    const balance = (fenOf(account, "PreBalance") / 100).toFixed(2);
    assert.match(text, new RegExp(`当日结存：\\s*${balance.replace(".", "\\.")}\\s`), `statement of ${user}: ${text}`);
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
    let ledger: SqliteLedger | undefined = new SqliteLedger(this.#data);
    const loads = traders.map((trader) => new CrashLoad({ trader, random: this.#random, quotes, told: this.told }));
    for (const load of loads) load.start();
    this.#hearOutcomes(ledger);
    this.#instruct(ledger);
    const moment = EARLIEST_MS + this.#below(LATEST_MS - EARLIEST_MS);
    // In half of the lives nobody else has the ledger open when the end comes.
    const alone = this.#below(2) === 0;
    await wait(moment);
    this.#hearOutcomes(ledger);
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

  #instruct({ instructions }: SqliteLedger): void {
    const ask = (instruction: Instruction): void => {
      this.#asked.set(instructions.ask(instruction, Date.now()), { instruction, outcome: undefined });
    };
    const amount = 1 + this.#below(MAX_MOVE_FEN);
    const user = USERS[this.#below(USERS.length)]!;
    if (this.#below(2) === 0) ask({ kind: this.#below(2) === 0 ? "deposit" : "withdraw", user, amount });
    if (this.#below(8) === 0) ask({ kind: "settle" });
  }

  /** What was told of instructions stays so. */
  #hearOutcomes({ instructions }: SqliteLedger): void {
    for (const [id, asked] of this.#asked) {
      const outcome = instructions.find(id)?.outcome;
      if (asked.outcome !== undefined) assert.equal(outcome, asked.outcome, `instruction ${id}`);
      else if (outcome !== undefined && asked.instruction.kind === "settle") this.sums.settlements++;
      else if (outcome === "done") this.sums.moves++;
      asked.outcome = outcome;
    }
  }

  async #end(traders: readonly CrashTrader[], signal: NodeJS.Signals): Promise<void> {
    const { code, stderr } = await this.#gateway!.stop(signal);
    this.#gateway = undefined;
    await Promise.all(traders.map((trader) => trader.ended));
    if (this.#failure !== undefined) throw this.#failure;
    assert.equal(stderr, "");
    assert.equal(code, signal === "SIGTERM" ? 0 : null);
  }

  #below(count: number): number {
    return Math.floor(this.#random.uniform() * count);
  }
}

/** The trading day that goes on. */
async function askDay(trader: CrashTrader): Promise<string> {
  const [account] = await trader.ask("ReqQryTradingAccount");
  return String(account!["TradingDay"]);
}
