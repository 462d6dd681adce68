/** `tickwire subscribe`: ticks for programs, from any service of either dialect, over all breaks of its connection. */
import { AllTickClient, ClientError, CtpClient } from "@tickwire/client";
import type { AllTickPlanName } from "@tickwire/protocol/alltick";
import { Command } from "commander";
import type { Environment } from "../config.ts";
import { makeClientNotes, type ClientNotes } from "./client-notes.ts";
import {
  addLoginOptions,
  readDialect,
  readLogin,
  type CtpLogin,
  type Dialect,
  type LoginFlags,
} from "./login-options.ts";
import { PLAN_FLAG, readPlan } from "./plan-option.ts";
import { addServiceOptions, readCount, readService, type Service, type ServiceFlags } from "./service-options.ts";
import type { Terminal } from "./terminal.ts";
import { toJsonLine, type Tick } from "./tick-lines.ts";

interface SubscribeFlags extends ServiceFlags, LoginFlags {
  readonly dialect?: string;
  readonly plan?: string;
  readonly count?: string;
}

interface Options extends Service, CtpLogin {
  readonly codes: readonly string[];
  readonly dialect: Dialect;
  readonly plan: AllTickPlanName;
  readonly count: number;
}

/** Who hears of what a client tells. */
interface Listener extends ClientNotes {
  readonly onTick: (tick: Tick) => void;
  readonly onNote: (line: string) => void;
  readonly onEnd: (error: Error) => void;
}

/** Makes the command. */
export function makeSubscribeCommand(terminal: Terminal): Command {
  return addLoginOptions(addServiceOptions(new Command("subscribe")))
    .description(
      "write ticks as JSON lines and keep connected for ever; breaks, and the holes that they leave, are told on stderr",
    )
    .argument("<code...>", "instruments: BTCUSDT, 700.HK, rb2605")
    .option("--dialect <dialect>", "alltick or ctp (TICKWIRE_DIALECT; default alltick)")
    .option(...PLAN_FLAG)
    .option("--count <n>", "end after this many ticks (TICKWIRE_COUNT)")
    .action((codes: string[], flags: SubscribeFlags) => subscribe(readOptions(codes, flags, terminal.env), terminal));
}

function readOptions(codes: readonly string[], flags: SubscribeFlags, env: Environment): Options {
  const service = readService(flags, env);
  return {
    ...service,
    ...readLogin(flags, env),
    codes: [...new Set(codes)],
    dialect: readDialect(flags.dialect, env, "alltick"),
    plan: readPlan(flags.plan, env, service.token),
    count: readCount("--count", flags.count, env, "TICKWIRE_COUNT") ?? Infinity,
  };
}

async function subscribe(options: Options, terminal: Terminal): Promise<void> {
  const { promise, resolve: stop } = Promise.withResolvers<Error | "enough">();
  let seen = 0;
  const notes = makeClientNotes(terminal);
  const client = await open(options, {
    onTick: (tick) => {
      if (seen >= options.count) return;
      terminal.print(toJsonLine(tick));
      if (++seen >= options.count) stop("enough");
    },
    ...notes,
    onStatus: (status) => {
      if (status.state === "failed") stop(new ClientError("refused", status.cause));
      notes.onStatus(status);
    },
    onNote: (line) => terminal.note(line),
    onEnd: stop,
  });
  try {
    const end = await promise;
    if (end !== "enough") throw end;
  } finally {
    await client.close();
  }
}

async function open(options: Options, listener: Listener): Promise<{ close(): Promise<void> }> {
  return options.dialect === "ctp" ? openCtp(options, listener) : openAllTick(options, listener);
}

function openAllTick({ url, token, plan, codes }: Options, listener: Listener): AllTickClient {
  const { onTick, onStatus, onHole, onNote, onEnd } = listener;
  const client = new AllTickClient({
    url,
    token,
    plan,
    onStatus,
    onHole,
    onTrade: (event) => onTick({ type: "trade", event }),
    onBook: (event) => onTick({ type: "book", event }),
    onRefusal: ({ kind, codes: refused, error }) => {
      const told = new ClientError("refused", `${kind} of ${refused.join(" ")}: ${error.message}`, error.ret);
      // Some instruments have no books.
      if (kind === "trades") onEnd(told);
      else onNote(told.message);
    },
  });
  client.setSubscriptions({ trades: codes, books: codes });
  return client;
}

async function openCtp({ url, td, user, password, codes }: Options, listener: Listener): Promise<CtpClient> {
  const { makeCatalog } = await import("./known-instruments.ts");
  const { onTick, onStatus, onHole, onEnd } = listener;
  const client = new CtpClient({
    url,
    td,
    user,
    password,
    onStatus,
    onHole,
    terms: makeCatalog(),
    onSnapshot: (event) => onTick({ type: "snapshot", event }),
  });
  subscribeCtp(client, codes).catch(onEnd);
  return client;
}

async function subscribeCtp(client: CtpClient, codes: readonly string[]): Promise<void> {
  for (const { id, errorId, errorMsg } of await client.subscribe(codes)) {
    if (errorId !== 0) throw new ClientError("refused", `subscription of ${id}: ${errorId} ${errorMsg}`, errorId);
  }
}
