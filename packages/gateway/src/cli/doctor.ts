/** `tickwire doctor`: looks at a service step by step and says in words what is wrong and what to do. */
import { Command } from "commander";
import { ClientError } from "@tickwire/client";
import { addLoginOptions, readDialect, readLogin, type LoginFlags } from "./login-options.ts";
import { readCount, readService, type ServiceFlags } from "./service-options.ts";
import { EXIT, ExitError, type Terminal } from "./terminal.ts";

const DEFAULT_WAIT_S = 10;

interface DoctorFlags extends ServiceFlags, LoginFlags {
  readonly dialect?: string;
  readonly code?: string;
  readonly wait?: string;
}

/** What a step found: how well it went, and what to do where it did not. */
export interface Finding {
  readonly state: "ok" | "doubt" | "fault";
  readonly text: string;
  readonly advice?: string;
}

/** One step. What it throws is a fault; the steps after it are not taken then. */
export interface Step {
  readonly name: string;
  readonly run: () => Promise<Finding>;
  /** What to do about what it threw. */
  readonly advise: (error: Error) => string;
}

/** Makes the command. It ends with 0 where all is well, 1 in doubt (no tick came, a code is refused), 3 where the service cannot be used. */
export function makeDoctorCommand(terminal: Terminal): Command {
  return addLoginOptions(new Command("doctor"))
    .description(
      "examine a service step by step and say what is wrong; exits with 1 in doubt, with 3 where it cannot be used",
    )
    .argument("<url>", "service: wss://quote.alltick.co, ws://127.0.0.1:8081, ws://host:8080/md/")
    .option("--token <token>", "AllTick token (TICKWIRE_TOKEN; default demo)")
    .option("--dialect <dialect>", "alltick or ctp (TICKWIRE_DIALECT; default ctp with --user, else alltick)")
    .option("--code <code>", "instrument to subscribe to (default BTCUSDT, and rb of the coming May with ctp)")
    .option("--wait <seconds>", `how long to wait for its first tick (default ${DEFAULT_WAIT_S})`)
    .action((url: string, flags: DoctorFlags) => examine({ ...flags, url }, terminal));
}

async function examine(flags: DoctorFlags, terminal: Terminal): Promise<void> {
  const { env } = terminal;
  const dialect = readDialect(flags.dialect, env, flags.user === undefined ? "alltick" : "ctp");
  const waitMs = (readCount("--wait", flags.wait, {}, "") ?? DEFAULT_WAIT_S) * 1_000;
  const code = flags.code ?? (dialect === "ctp" ? nextMay(new Date()) : "BTCUSDT");
  const asked = { ...readService(flags, env), ...readLogin(flags, env), code, waitMs };
  const { openAllTickSteps, openCtpSteps } = await import("./doctor-steps.ts");
  const { steps, close } = dialect === "ctp" ? openCtpSteps(asked) : openAllTickSteps(asked);
  let worst: Finding["state"] = "ok";
  try {
    for (const step of steps) {
      const finding = await take(step);
      write(step.name, finding, terminal);
      if (finding.state !== "ok" && worst !== "fault") worst = finding.state;
      if (finding.state === "fault") break;
    }
  } finally {
    await close();
  }
  if (worst === "doubt") throw new ExitError(EXIT.failed, "it can be used, but not everything is well");
  if (worst === "fault") throw new ExitError(EXIT.upstream, "it cannot be used as it is");
}

async function take({ run, advise }: Step): Promise<Finding> {
  try {
    return await run();
  } catch (error) {
    const { message } = error as Error;
    return {
      state: error instanceof ClientError && error.ret === 600 ? "doubt" : "fault",
      text: message,
      advice: advise(error as Error),
    };
  }
}

function write(name: string, { state, text, advice }: Finding, terminal: Terminal): void {
  const sign = { ok: "ok   ", doubt: "doubt", fault: "fault" }[state];
  terminal.print(`${sign}  ${name}: ${text}`);
  if (advice !== undefined) terminal.print(`       ${advice}`);
}

/** The rebar contract of the next May that still trades. */
function nextMay(now: Date): string {
  const year = now.getUTCFullYear() + (now.getUTCMonth() >= 4 ? 1 : 0);
  return `rb${String(year % 100).padStart(2, "0")}05`;
}
