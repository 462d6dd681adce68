/** `tickwire klines`: shows the bars of an instrument, and goes on as they are formed. */
import { allTickUrl, connectAllTick, type AllTickLink } from "@tickwire/client";
import { endpointOfCode, MAX_KLINES } from "@tickwire/protocol/alltick";
import { PERIODS, type Kline, type Period } from "@tickwire/protocol/model";
import { Command } from "commander";
import type { Environment } from "../config.ts";
import { klineHead, toKlineJson, toKlineText } from "./kline-lines.ts";
import { explained, toError } from "./probe.ts";
import {
  addServiceOptions,
  isOn,
  readCount,
  readService,
  readText,
  type Service,
  type ServiceFlags,
} from "./service-options.ts";
import { usage, type Terminal } from "./terminal.ts";

const DEFAULT_PERIOD: Period = "1m";
const DEFAULT_LIMIT = 20;

interface KlineFlags extends ServiceFlags {
  readonly period?: string;
  readonly limit?: string;
  readonly follow?: true;
  readonly json?: true;
  readonly count?: string;
}

interface Options extends Service {
  readonly code: string;
  readonly period: Period;
  readonly limit: number;
  readonly follow: boolean;
  readonly json: boolean;
  readonly count: number;
}

/** Makes the command. */
export function makeKlinesCommand(terminal: Terminal): Command {
  return addServiceOptions(new Command("klines"))
    .description(
      "show the bars of an instrument, oldest first: aligned text on a terminal, one JSON object a line elsewhere",
    )
    .argument("<code>", "instrument: BTCUSDT, 700.HK, rb2605")
    .option("--period <period>", `${PERIODS.join(", ")} (TICKWIRE_PERIOD; default ${DEFAULT_PERIOD})`)
    .option("--limit <n>", `newest bars to begin with, up to ${MAX_KLINES} (TICKWIRE_LIMIT; default ${DEFAULT_LIMIT})`)
    .option("--follow", "go on with the bar that is being formed, about twice a second (TICKWIRE_FOLLOW=true)")
    .option("--count <n>", "with --follow: end after this many bars were shown, repetitions included (TICKWIRE_COUNT)")
    .option("--json", "JSON lines, also on a terminal (TICKWIRE_JSON=true)")
    .action((code: string, flags: KlineFlags) => showKlines(readOptions(code, flags, terminal.env), terminal));
}

function readOptions(code: string, flags: KlineFlags, env: Environment): Options {
  const stated = readText(flags.period, env, "TICKWIRE_PERIOD") ?? DEFAULT_PERIOD;
  const period = PERIODS.find((known) => known === stated);
  if (period === undefined)
    throw usage(`--period: expected one of ${PERIODS.join(", ")}, got ${JSON.stringify(stated)}`);
  const limit = readCount("--limit", flags.limit, env, "TICKWIRE_LIMIT") ?? DEFAULT_LIMIT;
  if (limit > MAX_KLINES) throw usage(`--limit: expected at most ${MAX_KLINES}, got ${limit}`);
  return {
    ...readService(flags, env),
    code,
    period,
    limit,
    follow: isOn(flags.follow, env, "TICKWIRE_FOLLOW"),
    json: isOn(flags.json, env, "TICKWIRE_JSON"),
    count: readCount("--count", flags.count, env, "TICKWIRE_COUNT") ?? Infinity,
  };
}

async function showKlines(options: Options, terminal: Terminal): Promise<void> {
  const { url, token, code, period, limit, follow, count } = options;
  const { promise: enough, resolve: stop } = Promise.withResolvers<"enough">();
  const print = makePrinter(options, terminal, () => stop("enough"));
  const endpoint = endpointOfCode(code);
  /** What is pushed before the past is there, so that no bar is missed between the two. */
  const early: Kline[] = [];
  let onKline = (kline: Kline): void => void early.push(kline);
  const connect = (): Promise<AllTickLink> =>
    connectAllTick({ url, token, endpoint, onKline: (kline) => onKline(kline) });
  const client = await explained(allTickUrl(url, endpoint, token), connect);
  const failed = client.closed.then(toError);
  try {
    if (follow) await client.subscribeKlines([{ code, period }]);
    const past = await client.klines(code, period, limit);
    for (const kline of past) print(kline);
    if (past.length === 0) terminal.note("no bars: is the code right, and has it ever traded?");
    if (!follow || count <= past.length) return;
    for (const kline of early) if (isNews(kline, past.at(-1))) print(kline);
    onKline = print;
    const end = await Promise.race([enough, failed]);
    if (end !== "enough") throw end;
  } finally {
    await client.close();
  }
}

/** Whether a bar that was pushed tells more than the newest one of the past; an earlier state of that one does not. */
function isNews(kline: Kline, newest: Kline | undefined): boolean {
  if (newest === undefined || kline.time > newest.time) return true;
  return kline.time === newest.time && kline.closed && !newest.closed;
}

/** Prints bars, but not one that says nothing new; calls `onEnough` after the last one that is wanted. */
function makePrinter({ json, count }: Options, terminal: Terminal, onEnough: () => void): (kline: Kline) => void {
  const asJson = json || !terminal.interactive;
  let shown = 0;
  let last = "";
  return (kline) => {
    const line = asJson ? toKlineJson(kline) : toKlineText(kline, terminal.colour.out);
    if (shown >= count || line === last) return;
    if (shown === 0 && !asJson) terminal.print(klineHead(terminal.colour.out));
    terminal.print((last = line));
    if (++shown >= count) onEnough();
  };
}
