/** The gateway of `relay.ts` that takes its ticks from the other one, in a process of its own. Tells its port. */
import { loadConfig } from "../packages/gateway/src/config.ts";
import { MemoryHistory } from "../packages/gateway/src/history/memory.ts";
import { MemoryLedger } from "../packages/gateway/src/ledger/memory.ts";
import { startGateway } from "../packages/gateway/src/main.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { benchConfig, silentLog } from "./setting.ts";

/** What it is told to do. */
export interface RelayOrder {
  /** SPEC of its feed; the token in it is `env:UPSTREAM`. */
  readonly feed: string;
}

process.once("message", ({ feed }: RelayOrder) => {
  void start(feed).then((port) => process.send!(port));
});
process.on("disconnect", () => process.exit(0));

async function start(feed: string): Promise<number> {
  const { config, secrets } = await loadConfig({ port: "0", feed: [feed] }, { UPSTREAM: "bench" });
  const gateway = await startGateway(
    { ...config, tokens: benchConfig().tokens },
    { clock: makeSystemClock(), log: silentLog(), secrets, ledger: new MemoryLedger(), history: new MemoryHistory() },
  );
  return gateway.addresses[0]!.port;
}
