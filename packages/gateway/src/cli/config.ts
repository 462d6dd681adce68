/** `tickwire config print|check|schema|hash`. */
import { Command } from "commander";
import { loadConfig, type Flags } from "../config.ts";
import { printConfig, printReference } from "../config/print.ts";
import { CONFIG_JSON_SCHEMA } from "../config/settings.ts";
import { hashPassword, hashToken } from "../credentials/secrets.ts";
import { addConfigOptions } from "./options.ts";
import { readSecret } from "./prompt.ts";
import type { Terminal } from "./terminal.ts";

/** Makes the command. */
export function makeConfigCommand(terminal: Terminal): Command {
  const config = new Command("config").description("show, check and explain the configuration");

  addConfigOptions(config.command("print"))
    .description("print the configuration in force as YAML, with where each value came from; secrets are left out")
    .action(async (flags: Flags) => terminal.print(printConfig(await loadConfig(flags, terminal.env)).trimEnd()));

  addConfigOptions(config.command("check"))
    .description("validate the configuration: exit code 0, or 2 with one line per mistake")
    .action(async (flags: Flags) => {
      const { notes } = await loadConfig(flags, terminal.env);
      for (const note of notes) terminal.note(`note: ${note}`);
      terminal.note("the configuration is valid");
    });

  config
    .command("schema")
    .description("print the JSON Schema of the configuration file")
    .option("--markdown", "print the table of docs/config.md instead")
    .action(({ markdown }: { markdown?: true }) =>
      terminal.print(markdown === true ? printReference().trimEnd() : JSON.stringify(CONFIG_JSON_SCHEMA, null, 2)),
    );

  config
    .command("hash")
    .description("read a secret from stdin or a hidden prompt and print the forms that the configuration takes")
    .action(async () => {
      const secret = await readSecret("secret (not shown): ");
      terminal.print(`tokens[].token:   ${hashToken(secret)}`);
      terminal.print(`users[].password: ${await hashPassword(secret)}`);
    });
  return config;
}
