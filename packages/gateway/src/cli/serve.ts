/** `tickwire serve`: the gateway. */
import { Command } from "commander";
import { VERSION, loadConfig, type Flags } from "../config.ts";
import { addConfigOptions } from "./options.ts";
import { writeScreen } from "./screen.ts";
import { EXIT, type Terminal } from "./terminal.ts";

/** A signal this soon after the first is the same one again: a terminal and npm both send Ctrl-C on. */
const SAME_SIGNAL_MS = 1_000;

/** Makes the command. */
export function makeServeCommand(terminal: Terminal): Command {
  return addConfigOptions(new Command("serve"))
    .description("run the gateway until SIGTERM or SIGINT; a second signal ends it at once")
    .action((flags: Flags) => serve(flags, terminal));
}

async function serve(flags: Flags, terminal: Terminal): Promise<void> {
  const [{ makeLogger }, { makeSystemClock }, { startGateway }] = await Promise.all([
    import("../log.ts"),
    import("../system-clock.ts"),
    import("../main.ts"),
  ]);
  const { config, secrets, demo, notes } = await loadConfig(flags, terminal.env);
  const { format, level } = config.log;
  const pretty = format === "pretty" || (format === "auto" && terminal.interactiveLog);
  const log = makeLogger(level, { pretty, colour: terminal.colour.log });
  for (const note of notes) log.warn({}, note);

  const signalled = nextSignal();
  const gateway = await startGateway(config, { clock: makeSystemClock(), log, secrets });
  const facts = { version: VERSION, addresses: gateway.addresses, feeds: config.feeds, demo };
  const counts = {
    tokens: config.tokens.length,
    users: config.users.length,
    issued: gateway.issuedTokens,
    added: gateway.addedUsers,
  };
  terminal.print(writeScreen({ ...facts, ...counts, command: commandName(terminal) }));

  log.info({ signal: await signalled }, "draining");
  await gateway.close();
  log.info({}, "stopped");
}

/** Resolves at the first signal; from then on a second one ends the process. */
function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first = 0;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (first === 0) {
        first = Date.now();
        resolve(signal);
      } else if (Date.now() - first > SAME_SIGNAL_MS) process.exit(EXIT.failed);
    };
    process.on("SIGTERM", onSignal);
    process.on("SIGINT", onSignal);
  });
}

/** How whoever started this would start another command. */
function commandName({ env }: Terminal): string {
  return env["npm_lifecycle_event"] === undefined ? "tickwire" : "npm run tickwire --";
}
