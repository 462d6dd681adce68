/** Options of the commands that talk to a service of either dialect, besides those of {@link addServiceOptions}. */
import type { Command } from "commander";
import { DEMO, type Environment } from "../config.ts";
import { readText } from "./service-options.ts";
import { usage } from "./terminal.ts";

/** A protocol that a service speaks. */
export type Dialect = "alltick" | "ctp";

/** What commander makes of {@link addLoginOptions}. */
export interface LoginFlags {
  readonly user?: string;
  readonly password?: string;
  readonly td?: string;
}

/** Who logs in at a CTP door. */
export interface CtpLogin {
  readonly user: string;
  readonly password: string;
  /** Address of the trading side where it is another one. */
  readonly td: string | undefined;
}

/** Adds the flags of a CTP login. */
export function addLoginOptions(command: Command): Command {
  return command
    .option("--user <user>", `CTP user (TICKWIRE_USER; default ${DEMO})`)
    .option("--password <password>", `CTP password (TICKWIRE_PASSWORD; default ${DEMO})`)
    .option("--td <url>", "address of the trading side where it is another one (TICKWIRE_TD)");
}

/** Reads them. */
export function readLogin(flags: LoginFlags, env: Environment): CtpLogin {
  return {
    user: readText(flags.user, env, "TICKWIRE_USER") ?? DEMO,
    password: readText(flags.password, env, "TICKWIRE_PASSWORD") ?? DEMO,
    td: readText(flags.td, env, "TICKWIRE_TD"),
  };
}

/** Reads `--dialect`. Throws an `ExitError` for one that is not spoken here. */
export function readDialect(flag: string | undefined, env: Environment, otherwise: Dialect): Dialect {
  const dialect = readText(flag, env, "TICKWIRE_DIALECT") ?? otherwise;
  if (dialect === "alltick" || dialect === "ctp") return dialect;
  throw usage(`--dialect: expected one of "alltick", "ctp", got ${JSON.stringify(dialect)}`);
}
