/** Options that several commands share. */
import type { Command } from "commander";

/** Adds the flags that name the data directory; the action gets them as `Flags` of config.ts. */
export function addDataOptions(command: Command): Command {
  return command
    .option("--data <dir>", "directory for what the gateway keeps (TICKWIRE_DATA; default ./data)")
    .option("--config <file>", "YAML configuration file (TICKWIRE_CONFIG)");
}

/** Adds the flags of the configuration; the action gets them as `Flags` of config.ts. */
export function addConfigOptions(command: Command): Command {
  return addDataOptions(command)
    .option("--host <host>", "listen on this address only (TICKWIRE_HOST; default 127.0.0.1)")
    .option("--port <port>", "listen on this port only (TICKWIRE_PORT; default 8081)")
    .option(
      "--feed <spec>",
      "feed, repeatable: sim?seed=7, replay?file=ticks.csv&speed=10 (TICKWIRE_FEED; default sim)",
      collect,
    )
    .option("--log-level <level>", "trace, debug, info, warn, error or silent (TICKWIRE_LOG_LEVEL; default info)");
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
