/** `tickwire klines`: shows the bars of an instrument, and goes on as they are formed. */
import { AllTickClient, allTickUrl, ClientError } from "@tickwire/client";
import { endpointOfCode, MAX_KLINES, type AllTickPlanName } from "@tickwire/protocol/alltick";
import { PERIODS, type Kline, type Period } from "@tickwire/protocol/model";
import { Command } from "commander";
import type { Environment } from "../config.ts";
import { makeClientNotes } from "./client-notes.ts";
import { klineHead, toKlineJson, toKlineText } from "./kline-lines.ts";
import { explained } from "./probe.ts";
import { PLAN_FLAG, readPlan } from "./plan-option.ts";
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
  readonly plan?: string;
  readonly period?: string;
  readonly limit?: string;
  readonly follow?: true;
  readonly json?: true;
  readonly count?: string;
}

interface Options extends Service {
  readonly plan: AllTickPlanName;
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
    .option(...PLAN_FLAG)
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
  const service = readService(flags, env);
  return {
    ...service,
    plan: readPlan(flags.plan, env, service.token),
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
  const print = makePrinter(options, terminal);
  const notes = makeClientNotes(terminal);
  const { promise: unreachable, reject } = Promise.withResolvers<never>();
  let wasLive = false;
  const client = new AllTickClient({
    ...options,
    ...notes,
    onStatus: (status) => {
      wasLive ||= status.state === "live";
      if (wasLive) notes.onStatus(status);
      else if (status.state === "waiting") reject(new ClientError("connect", status.cause));
    },
  });
  try {
    // What the service can do decides where bars come from: its socket, which tells most of them, or HTTP.
    const endpoint = endpointOfCode(code);
    const reach = explained(allTickUrl(url, endpoint, token), () =>
      Promise.race([client.extensions(endpoint), unreachable]),
    );
    if (follow) await reach;
    else await reach.catch(() => undefined);
    let shown = 0;
    for await (const bar of client.klines(code, period, { count: limit, live: follow })) {
      if (print(bar)) shown++;
      if (follow && shown >= count) break;
    }
    if (shown === 0) terminal.note("no bars: is the code right, and has it ever traded?");
  } finally {
    await client.close();
  }
}

/** Prints a bar, but not one that says nothing new; answers whether it did. */
function makePrinter({ json }: Options, terminal: Terminal): (kline: Kline) => boolean {
  const asJson = json || !terminal.interactive;
  let last = "";
  return (kline) => {
    const line = asJson ? toKlineJson(kline) : toKlineText(kline, terminal.colour.out);
    if (line === last) return false;
    if (last === "" && !asJson) terminal.print(klineHead(terminal.colour.out));
    terminal.print((last = line));
    return true;
  };
}
