/** Options of the commands that look at a gateway from outside, and how they are read: flags over environment over defaults. */
import type { Command } from "commander";
import { DEMO, type Environment } from "../config.ts";
import { DEFAULT_ADDRESS } from "../config/schema.ts";
import { usage } from "./terminal.ts";

const DEFAULT_URL = `ws://${DEFAULT_ADDRESS.host}:${DEFAULT_ADDRESS.port}`;

/** What commander makes of {@link addServiceOptions}. */
export interface ServiceFlags {
  readonly url?: string;
  readonly token?: string;
}

/** Where to connect and as whom. */
export interface Service {
  readonly url: string;
  readonly token: string;
}

/** Adds the flags that name a gateway or service. */
export function addServiceOptions(command: Command): Command {
  return command
    .option("--url <url>", `gateway or service (TICKWIRE_URL; default ${DEFAULT_URL})`)
    .option("--token <token>", `AllTick token (TICKWIRE_TOKEN; default ${DEMO})`);
}

/** Reads them. Throws an `ExitError` for an address that is none. */
export function readService(flags: ServiceFlags, env: Environment): Service {
  const url = readText(flags.url, env, "TICKWIRE_URL") ?? DEFAULT_URL;
  if (!/^wss?:$/.test(URL.parse(url)?.protocol ?? ""))
    throw usage(`--url: expected ws://… or wss://…, got ${JSON.stringify(url)}`);
  return { url, token: readText(flags.token, env, "TICKWIRE_TOKEN") ?? DEMO };
}

/** A flag's text, else that of the environment; an empty variable is none. */
export function readText(flag: string | undefined, env: Environment, variable: string): string | undefined {
  return flag ?? (env[variable]?.trim() || undefined);
}

/** Whether a switch is on. */
export function isOn(flag: true | undefined, env: Environment, variable: string): boolean {
  return flag ?? /^(1|true|yes)$/i.test(env[variable] ?? "");
}

/** A number from 1, undefined where none is given. Throws an `ExitError` for anything else. */
export function readCount(
  name: string,
  flag: string | undefined,
  env: Environment,
  variable: string,
): number | undefined {
  const count = readText(flag, env, variable);
  if (count !== undefined && !/^[1-9]\d{0,14}$/.test(count))
    throw usage(`${name}: expected a positive integer, got ${JSON.stringify(count)}`);
  return count === undefined ? undefined : Number(count);
}
