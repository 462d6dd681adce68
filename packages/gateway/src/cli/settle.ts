/** `tickwire settle`: ends the trading day of the simulated exchange. */
import { Command } from "commander";
import type { Flags } from "../config.ts";
import { instruct } from "./ledger.ts";
import { addDataOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** Makes the command. */
export function makeSettleCommand(terminal: Terminal): Command {
  return addDataOptions(new Command("settle"))
    .description("have the running gateway settle the trading day now and begin the next one")
    .action((flags: Flags) => instruct({ kind: "settle" }, { flags, terminal, done: "settled" }));
}
