#!/usr/bin/env node
/** The command `tickwire`. Exit codes: 0, 1 failed, 2 usage or configuration, 3 upstream, 4 data gap. */
import { ClientError } from "@tickwire/client";
import { Command, CommanderError } from "commander";
import { ConfigError, FeedSpecError, VERSION } from "../config.ts";
import { makeAccountCommand } from "./account.ts";
import { makeConfigCommand } from "./config.ts";
import { makeDoctorCommand } from "./doctor.ts";
import { makeGapsCommand } from "./gaps.ts";
import { makeKlinesCommand } from "./klines.ts";
import { makeHistoryCommand } from "./history.ts";
import { makeOrdersCommand } from "./orders.ts";
import { makeServeCommand } from "./serve.ts";
import { makeSettleCommand } from "./settle.ts";
import { makeSubscribeCommand } from "./subscribe.ts";
import { makeTailCommand } from "./tail.ts";
import { makeTokenCommand } from "./token.ts";
import { makeUserCommand } from "./user.ts";
import { EXIT, ExitError, makeTerminal, type Terminal } from "./terminal.ts";

const code = await run(process.argv.slice(2), makeTerminal());
process.exitCode = code;
// A command that failed ends, whatever it left running; one that succeeded has ended everything, and its output drains.
if (code !== EXIT.ok) process.exit();

/** Runs one command line and tells how it ended. */
async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("tickwire")
    .description("Self-hosted market-data and paper-trading gateway that speaks AllTick and CTP JSON over WebSocket.")
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError("(--help shows what is possible)");
  for (const make of [
    makeServeCommand,
    makeTailCommand,
    makeSubscribeCommand,
    makeKlinesCommand,
    makeOrdersCommand,
    makeDoctorCommand,
    makeTokenCommand,
    makeUserCommand,
    makeAccountCommand,
    makeSettleCommand,
    makeHistoryCommand,
    makeGapsCommand,
    makeConfigCommand,
  ]) {
    const command = make(terminal);
    for (const each of [command, ...command.commands]) each.copyInheritedSettings(program);
    program.addCommand(command);
  }
  try {
    await program.parseAsync(args, { from: "user" });
    return EXIT.ok;
  } catch (error) {
    return report(error, terminal);
  }
}

/** Says what went wrong and picks the exit code. */
function report(error: unknown, terminal: Terminal): number {
  // Commander has already written its own messages.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof ConfigError) {
    for (const problem of error.problems) terminal.note(`tickwire: ${problem}`);
    return EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  terminal.note(`tickwire: ${message}`);
  if (error instanceof ExitError) return error.code;
  if (error instanceof FeedSpecError) return EXIT.usage;
  return error instanceof ClientError ? EXIT.upstream : EXIT.failed;
}
