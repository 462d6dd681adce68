/** A gateway in this process, on a free loopback port, with a feed that the test drives or with the config's own. */
import { loadConfig } from "../../packages/gateway/src/config.ts";
import { MemoryHistory } from "../../packages/gateway/src/history/memory.ts";
import { MemoryLedger } from "../../packages/gateway/src/ledger/memory.ts";
import { makeLogger } from "../../packages/gateway/src/log.ts";
import { startGateway, type Gateway } from "../../packages/gateway/src/main.ts";
import type { Feed, FeedSink } from "../../packages/gateway/src/ports.ts";
import { makeSystemClock } from "../../packages/gateway/src/system-clock.ts";
import { makeDataFolder } from "./data-folder.ts";

/** A gateway under test. */
export interface TestGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  /** `ws://127.0.0.1:PORT` */
  readonly ws: string;
  /** `http://127.0.0.1:PORT` */
  readonly http: string;
}

/** Starts one. `env` is the configuration, by the names of the environment; `feeds` take the place of the configured ones. */
export async function openGateway(
  env: Readonly<Record<string, string>>,
  feeds?: readonly Feed[],
): Promise<TestGateway> {
  const { config } = await loadConfig({ port: "0" }, { TICKWIRE_DATA: makeDataFolder(), ...env });
  const log = makeLogger("silent", { pretty: false, colour: false });
  const gateway = await startGateway(config, {
    clock: makeSystemClock(),
    log,
    ledger: new MemoryLedger(),
    history: new MemoryHistory(),
    ...(feeds === undefined ? {} : { feeds }),
  });
  const { host, port } = gateway.addresses[0]!;
  return {
    gateway,
    ws: `ws://${host}:${port}`,
    http: `http://${host}:${port}`,
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

/** A feed that does nothing by itself: the test puts events into `sink`. */
export class HandFeed implements Feed {
  readonly name = "hand";
  readonly timeline = "wall";
  sink!: FeedSink;
  readonly #begin: (sink: FeedSink) => void;

  /** `begin` announces the instruments. */
  constructor(begin: (sink: FeedSink) => void) {
    this.#begin = begin;
  }

  async start(sink: FeedSink): Promise<void> {
    this.sink = sink;
    this.#begin(sink);
  }

  async stop(): Promise<void> {}

  status(): { state: "running"; detail: string; time: number } {
    return { state: "running", detail: "driven by the test", time: 0 };
  }

  want(): boolean {
    return false;
  }
}
