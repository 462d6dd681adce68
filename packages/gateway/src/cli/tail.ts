/** `tickwire tail`: shows ticks of a gateway, or of the real AllTick service. */
import { Command } from "commander";
import { DEMO, type Environment } from "../config.ts";
import { readDialect, readLogin } from "./login-options.ts";
import { PLAN_FLAG, readPlan } from "./plan-option.ts";
import { addServiceOptions, isOn, readCount, readService, type ServiceFlags } from "./service-options.ts";
import type { TailOptions } from "./tail-sources.ts";
import type { Terminal } from "./terminal.ts";
import { toJsonLine, toTextLine, type Tick } from "./tick-lines.ts";

/** Without a tick for this long after the subscription, a note says what may be the matter. */
const SILENCE_MS = 5_000;

interface TailFlags extends ServiceFlags {
  readonly user?: string;
  readonly password?: string;
  readonly dialect?: string;
  readonly plan?: string;
  readonly json?: true;
  readonly raw?: true;
  readonly count?: string;
}

/** Makes the command. */
export function makeTailCommand(terminal: Terminal): Command {
  return addServiceOptions(new Command("tail"))
    .description(
      "show the ticks of instruments as they come: aligned text on a terminal, one JSON object a line elsewhere",
    )
    .argument("<code...>", "instruments: BTCUSDT, 700.HK, rb2605")
    .option("--user <user>", `CTP user (TICKWIRE_USER; default ${DEMO})`)
    .option("--password <password>", `CTP password (TICKWIRE_PASSWORD; default ${DEMO})`)
    .option("--dialect <dialect>", "alltick or ctp (TICKWIRE_DIALECT; default alltick)")
    .option(...PLAN_FLAG)
    .option("--json", "JSON lines, also on a terminal (TICKWIRE_JSON=true)")
    .option("--raw", "the exact frames instead of ticks: > sent, < received (TICKWIRE_RAW=true)")
    .option("--count <n>", "end after this many ticks (TICKWIRE_COUNT)")
    .action((codes: string[], flags: TailFlags) => tail(readOptions(codes, flags, terminal.env), terminal));
}

interface Options extends TailOptions {
  readonly json: boolean;
  readonly raw: boolean;
  readonly count: number;
}

/** Flags over environment over defaults. Throws an `ExitError` for what makes no sense. */
function readOptions(codes: readonly string[], flags: TailFlags, env: Environment): Options {
  const service = readService(flags, env);
  return {
    ...service,
    codes: [...new Set(codes)],
    ...readLogin(flags, env),
    dialect: readDialect(flags.dialect, env, "alltick"),
    plan: readPlan(flags.plan, env, service.token),
    json: isOn(flags.json, env, "TICKWIRE_JSON"),
    raw: isOn(flags.raw, env, "TICKWIRE_RAW"),
    count: readCount("--count", flags.count, env, "TICKWIRE_COUNT") ?? Infinity,
  };
}

async function tail(options: Options, terminal: Terminal): Promise<void> {
  const { openTail } = await import("./tail-sources.ts");
  const { json, raw, count } = options;
  const asJson = json || (!terminal.interactive && !raw);
  const { promise: enough, resolve: stop } = Promise.withResolvers<"enough">();
  let seen = 0;
  const onTick = (tick: Tick): void => {
    if (seen >= count) return;
    seen++;
    if (!raw) terminal.print(asJson ? toJsonLine(tick) : toTextLine(tick, terminal.colour.out));
    if (seen >= count) stop("enough");
  };
  const onFrame = (direction: "sent" | "received", text: string): void => {
    if (seen >= count) return;
    terminal.print(json ? JSON.stringify({ direction, text }) : `${direction === "sent" ? ">" : "<"} ${text}`);
  };
  const source = await openTail(options, { onTick, ...(raw ? { onFrame } : {}) });
  const silence = setTimeout(() => {
    if (seen === 0) terminal.note("no tick yet: is the code right, and is its market open?");
  }, SILENCE_MS);
  try {
    const end = await Promise.race([enough, source.failed]);
    if (end !== "enough") throw end;
  } finally {
    clearTimeout(silence);
    await source.close();
  }
}
