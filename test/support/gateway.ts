/** A gateway in this process, on a free loopback port, with a feed that the test drives or with the config's own. */
import type { AllTickPlanName } from "@tickwire/protocol/alltick";
import { loadConfig } from "../../packages/gateway/src/config.ts";
import { MemoryHistory } from "../../packages/gateway/src/history/memory.ts";
import { MemoryLedger } from "../../packages/gateway/src/ledger/memory.ts";
import { makeLogger } from "../../packages/gateway/src/log.ts";
import { startGateway, type Gateway, type GatewayDeps } from "../../packages/gateway/src/main.ts";
import type { Feed, FeedSink } from "../../packages/gateway/src/ports/feed.ts";
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

/** What a test may own besides the feeds. */
export interface Owned extends Pick<Partial<GatewayDeps>, "clock" | "history" | "ledger"> {
  /** Plan of the demo token; default: the largest. */
  readonly plan?: AllTickPlanName;
}

/** Starts a gateway that was prepared. `feeds` take the place of the configured ones. */
export type Start = (feeds?: readonly Feed[], owned?: Owned) => Promise<TestGateway>;

/** Starts one. `env` is the configuration, by the names of the environment; `feeds` take the place of the configured ones. */
export async function openGateway(
  env: Readonly<Record<string, string>>,
  feeds?: readonly Feed[],
  owned?: Owned,
): Promise<TestGateway> {
  return (await prepareGateway(env))(feeds, owned);
}

/** Does what takes real time, such as hashing passwords, and leaves the start to the caller. */
export async function prepareGateway(env: Readonly<Record<string, string>>): Promise<Start> {
  const { config, secrets } = await loadConfig({ port: "0" }, { TICKWIRE_DATA: makeDataFolder(), ...env });
  const log = makeLogger("silent", { pretty: false, colour: false });
  return async (feeds, { plan, ...owned } = {}) => {
    const tokens = plan === undefined ? config.tokens : config.tokens.map((token) => ({ ...token, plan }));
    const deps = { clock: makeSystemClock(), log, secrets, ledger: new MemoryLedger(), history: new MemoryHistory() };
    const chosen = feeds === undefined ? {} : { feeds };
    const gateway = await startGateway({ ...config, tokens }, { ...deps, ...chosen, ...owned });
    const { host, port } = gateway.addresses[0]!;
    return {
      gateway,
      ws: `ws://${host}:${port}`,
      http: `http://${host}:${port}`,
      [Symbol.asyncDispose]: () => gateway.close(),
    };
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
