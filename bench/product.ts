/** The real pipeline for the benches: feed → market → hub → AllTick codec → outbox → socket. */
import type { Instrument } from "@tickwire/protocol/model";
import { MemoryHistory } from "../packages/gateway/src/history/memory.ts";
import { MemoryLedger } from "../packages/gateway/src/ledger/memory.ts";
import { startGateway } from "../packages/gateway/src/main.ts";
import type { Feed, FeedSink } from "../packages/gateway/src/ports/feed.ts";
import { LEVELS, TICK_TIME, type Sender } from "./senders.ts";
import { benchConfig, silentLog } from "./setting.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { BTCUSDT } from "../test/support/samples.ts";

/** A crypto instrument that trades round the clock. */
export function toInstrument(id: string): Instrument {
  return { ...BTCUSDT, id, product: id, name: id, volumeDecimals: 4 };
}

/** Starts the gateway with a feed that the bench drives by hand. */
export async function makeProductSender(codes: readonly string[]): Promise<Sender> {
  let sink: FeedSink | undefined;
  const feed: Feed = {
    name: "bench",
    timeline: "wall",
    async start(given) {
      sink = given;
      for (const code of codes) given.instrument(toInstrument(code));
    },
    async stop() {},
    status: () => ({ state: "running", detail: "driven by the bench", time: 0 }),
    want: () => false,
  };
  const gateway = await startGateway(benchConfig(), {
    clock: makeSystemClock(),
    log: silentLog(),
    feeds: [feed],
    ledger: new MemoryLedger(),
    history: new MemoryHistory(),
  });
  return {
    port: gateway.addresses[0]!.port,
    publish: (index, seq) =>
      sink!.book({ id: codes[index]!, seq, time: TICK_TIME, bids: LEVELS.bids, asks: LEVELS.asks }),
    endTurn() {},
    deliveries: () => gateway.market.counts.deliveries,
  };
}
