/**
 * `npm run bench -- orders [--runs N] [--seconds S] [--rate N]`: what orders cost. Three measurements, medians of N runs, as JSON:
 *
 * - `engine`: fills a second of the exchange alone: pairs of users who open and close against each other, nothing written.
 * - `ledger`: the same through the desk, with the journal in a file: what counts is told when it is on the disk.
 * - `roundTrip`: insert frame sent → report with OrderStatus 3 or later received, on one classic connection at `--rate` orders a
 *   second, to a gateway with the journal in a file, and beside it to one whose ledger is in memory.
 */
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseArgs } from "node:util";
import { futureOf, futureProductOf, futureRates } from "@tickwire/protocol/catalog";
import type { OrderInput, OrderSide } from "@tickwire/protocol/model";
import { TradeDesk } from "../packages/gateway/src/core/trade-desk.ts";
import { Accounts } from "../packages/gateway/src/exchange/accounts.ts";
import { Exchange } from "../packages/gateway/src/exchange/engine.ts";
import { MemoryLedger } from "../packages/gateway/src/ledger/memory.ts";
import { SqliteLedger } from "../packages/gateway/src/ledger/sqlite.ts";
import { startGateway } from "../packages/gateway/src/main.ts";
import type { Ledger } from "../packages/gateway/src/ports/ledger.ts";
import type { ExchangeSink, ExchangeWorld, MarketView } from "../packages/gateway/src/ports/exchange.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { hashPassword } from "../packages/gateway/src/credentials/secrets.ts";
import type { OrderClientNews, OrderClientOrder } from "./order-client.ts";
import { benchConfig, silentLog } from "./setting.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    rate: { type: "string", default: "1000" },
  },
});
const runs = Number(values.runs);
const seconds = Number(values.seconds);
const rate = Number(values.rate);

const CODE = "rb2605";
const PRICE = 3500;
const START = Date.UTC(2026, 2, 11, 2);
/** Lots of a resting order; that many orders of one lot meet it. */
const LOTS = 200;
const USERS = 20;
const SESSION = { frontId: 1, sessionId: 1 };
const BALANCE = 1e13;
/** Fills between two looks at the clock. */
const ROUND = 4 * LOTS;
/** Fills that may wait for the disk. */
const MAX_WAITING = 20_000;

const instrument = { ...futureOf(CODE)!, hours: { ...futureOf(CODE)!.hours, always: true as const } };
const view: MarketView = {
  time: START,
  tradingDay: "20260311",
  bidPrices: [],
  bidVolumes: [],
  askPrices: [],
  askVolumes: [],
  last: PRICE,
  traded: 0,
  preSettlement: PRICE,
  upperLimit: PRICE * 1.1,
  lowerLimit: PRICE * 0.9,
  settlement: PRICE,
};
const world: ExchangeWorld = {
  instrument: (id) => (id === CODE ? instrument : undefined),
  view: (id) => (id === CODE ? view : undefined),
  confirms: false,
  rates: () => futureRates(futureProductOf("rb")!),
};

function makeInput(side: OrderSide, offset: OrderInput["offset"], volume: number): OrderInput {
  return {
    instrument: CODE,
    exchange: "SHFE",
    side,
    offset,
    hedge: "speculation",
    priceType: "limit",
    price: PRICE,
    volume,
    time: "day",
    volumeCondition: "any",
    minVolume: 1,
    ref: "",
    requestId: 0,
    labels: {},
  };
}

/** Two users open against each other, a large order against small ones, then close the same way: 2 × LOTS fills. */
function trade(insert: (user: string, input: OrderInput) => unknown, pair: number): void {
  const [one, other] = [`u${2 * pair}`, `u${2 * pair + 1}`];
  for (const offset of ["open", "close-today"] as const) {
    const [first, second] = offset === "open" ? (["buy", "sell"] as const) : (["sell", "buy"] as const);
    const refused = insert(one, makeInput(first, offset, LOTS));
    if (refused !== undefined) throw new Error(`refused: ${String(refused)}`);
    for (let at = 0; at < LOTS; at++) insert(other, makeInput(second, offset, 1));
  }
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1]!;
}

/** Fills a second of the exchange alone. */
function measureEngine(): number {
  let fills = 0;
  const sink: ExchangeSink = {
    op: (op) => {
      if (op.op === "fill") fills++;
    },
    report: () => {},
    statement: () => {},
  };
  const engine = new Exchange(sink, world, new Accounts());
  for (let at = 0; at < 2 * USERS; at++) {
    engine.openAccount(`u${at}`, BALANCE, START);
    engine.confirm(`u${at}`, START);
  }
  const insert = (user: string, input: OrderInput): unknown => engine.insert(user, SESSION, input, START);
  let pair = 0;
  const play = (until: number): void => {
    while (performance.now() < until) trade(insert, pair++ % USERS);
  };
  play(performance.now() + 300);
  fills = 0;
  const begin = performance.now();
  play(begin + seconds * 300);
  return (fills / (performance.now() - begin)) * 1000;
}

/** Fills a second that are on the disk. */
async function measureLedger(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "tickwire-bench-"));
  const ledger = new SqliteLedger(folder);
  const journal = ledger.journal();
  const desk = new TradeDesk({
    makeEngine: (sink) => new Exchange(sink, world, new Accounts()),
    journal,
    instructions: ledger.instructions,
    publisher: { capture: () => () => {} },
    now: () => START,
    initialBalance: BALANCE,
    isUser: () => true,
    onError: (error) => {
      throw error;
    },
  });
  let safe = 0;
  let given = 0;
  for (let at = 0; at < 2 * USERS; at++) {
    desk.admit(`u${at}`);
    desk.confirm(`u${at}`);
  }
  const insert = (user: string, input: OrderInput): unknown => desk.insert(user, SESSION, input);
  const isFull = (): boolean => given - safe > MAX_WAITING;
  const begin = performance.now();
  for (let pair = 0; performance.now() < begin + seconds * 1000; pair++) {
    trade(insert, pair % USERS);
    given += ROUND / 2;
    const mine = given;
    desk.whenSafe(() => (safe = mine));
    do await nextTurn();
    while (isFull());
  }
  await new Promise<void>((done) => desk.whenSafe(done));
  const perSecond = (safe / (performance.now() - begin)) * 1000;
  await journal.close();
  ledger.close();
  await rm(folder, { recursive: true });
  return perSecond;
}

/** Milliseconds from an order's frame to its report. */
async function measureRoundTrip(kind: "sqlite" | "memory"): Promise<OrderClientNews> {
  const folder = await mkdtemp(join(tmpdir(), "tickwire-bench-"));
  const users = [{ user: "bench", password: await hashPassword("bench") }];
  const base = benchConfig();
  const config = {
    ...base,
    data: folder,
    users,
    feeds: [`sim?instruments=${CODE}`],
    history: { ...base.history, enabled: false },
  };
  const ledger: Ledger = kind === "sqlite" ? new SqliteLedger(folder) : new MemoryLedger();
  const gateway = await startGateway(config, { clock: makeSystemClock(), log: silentLog(), ledger });
  const child = fork(new URL("./order-client.ts", import.meta.url).pathname);
  const news = new Promise<OrderClientNews>((done) =>
    child.once("message", (message) => done(message as OrderClientNews)),
  );
  const order: OrderClientOrder = { port: gateway.addresses[0]!.port, code: CODE, rate, seconds };
  child.send(order);
  const figures = await news;
  child.disconnect();
  await gateway.close();
  await rm(folder, { recursive: true });
  return figures;
}

async function repeat<T>(measure: () => T | Promise<T>): Promise<Awaited<T>[]> {
  const figures: Awaited<T>[] = [];
  for (let at = 0; at < runs; at++) figures.push(await measure());
  return figures;
}

function summarize(figures: readonly OrderClientNews[]): Record<keyof OrderClientNews, number> {
  const of = (key: keyof OrderClientNews): number => Number(median(figures.map((each) => each[key])).toPrecision(3));
  return { orders: of("orders"), p50ms: of("p50ms"), p99ms: of("p99ms"), maxMs: of("maxMs") };
}

const engine = Math.round(median(await repeat(measureEngine)));
process.stderr.write(`engine: ${engine} fills/s\n`);
const ledger = Math.round(median(await repeat(measureLedger)));
process.stderr.write(`ledger: ${ledger} fills/s\n`);
const memory = summarize(await repeat(() => measureRoundTrip("memory")));
process.stderr.write(`round trip, ledger in memory: ${JSON.stringify(memory)}\n`);
const sqlite = summarize(await repeat(() => measureRoundTrip("sqlite")));
process.stderr.write(`round trip, ledger in a file: ${JSON.stringify(sqlite)}\n`);
const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, kernel: release(), node: process.version };
const report = {
  bench: "orders",
  runs,
  seconds,
  rate,
  machine,
  fillsPerSecond: { engine, ledger, "ledger over engine": Number((ledger / engine).toPrecision(3)) },
  roundTrip: { memory, sqlite, "p50 sqlite over memory": Number((sqlite.p50ms / memory.p50ms).toPrecision(3)) },
};
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`, () => process.exit(0));
