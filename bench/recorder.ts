/**
 * `npm run bench -- recorder [--seconds S] [--ticks N] [--clients N]`: a gateway that records N ticks a second of 500 instruments (half
 * trades, half books of five levels) while 100 clients get 50,000 deliveries a second of one more; beside the same gateway
 * with `history.record: none`. Prints JSON: what was committed, what was dropped, and the latency of deliveries.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseArgs } from "node:util";
import { configSchema, type Config } from "../packages/gateway/src/config/schema.ts";
import { MemoryLedger } from "../packages/gateway/src/ledger/memory.ts";
import { startGateway } from "../packages/gateway/src/main.ts";
import type { FeedSink } from "../packages/gateway/src/ports/feed.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { HandFeed } from "../test/support/gateway.ts";
import { openClients, summarizeLatency } from "./clients.ts";
import { toInstrument } from "./product.ts";
import { LEVELS, makeCodes } from "./senders.ts";
import { benchConfig, silentLog } from "./setting.ts";

const DELIVERIES_PER_SECOND = 50_000;
const INSTRUMENTS = 500;
const WARM_UP_SECONDS = 2;
const SAMPLE_EVERY = 16;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    ticks: { type: "string", default: "200000" },
    clients: { type: "string", default: "100" },
  },
});
const clientCount = Number(values.clients);
const seconds = Number(values.seconds);
const ticksPerSecond = Number(values.ticks);
const nowMicros = (): number => Number(process.hrtime.bigint() / 1000n);

/** Publishes at an even pace: ticks of the many that are recorded, and books of the one that is delivered. */
async function publish(sink: FeedSink, codes: readonly string[], duration: number): Promise<number> {
  const [watched, ...others] = codes;
  const start = nowMicros();
  const totals = { ticks: ticksPerSecond * duration, books: (DELIVERIES_PER_SECOND / clientCount) * duration };
  let ticks = 0;
  let books = 0;
  while (ticks < totals.ticks) {
    const share = Math.min(1, (nowMicros() - start) / (duration * 1e6));
    const time = Date.now();
    for (const due = Math.floor(share * totals.books); books < due; books++) {
      const seq = Math.round(start + (books / totals.books) * duration * 1e6);
      sink.book({ id: watched!, seq, time, bids: LEVELS.bids, asks: LEVELS.asks });
    }
    for (const due = Math.floor(share * totals.ticks); ticks < due; ticks++) {
      const id = others[(ticks * 7) % others.length]!;
      if (ticks % 2 === 0) sink.book({ id, seq: 0, time, bids: LEVELS.bids, asks: LEVELS.asks });
      else {
        const price = 84_160 + (ticks % 100) / 100;
        sink.trade({ id, seq: 0, time, price, volume: 0.5, turnover: price / 2, direction: 1 });
      }
    }
    sink.advance(time);
    await nextTurn();
  }
  return (nowMicros() - start) / 1e6;
}

async function measure(record: "all" | "none"): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), "tickwire-bench-"));
  const codes = makeCodes(INSTRUMENTS + 1);
  const feed = new HandFeed((sink) => codes.forEach((code) => sink.instrument(toInstrument(code))));
  const config: Config = { ...benchConfig(), data: folder, history: configSchema.shape.history.parse({ record }) };
  const gateway = await startGateway(config, {
    clock: makeSystemClock(),
    log: silentLog(),
    feeds: [feed],
    ledger: new MemoryLedger(),
  });
  const { port } = gateway.addresses[0]!;
  const readStatus = async (): Promise<Record<"committed" | "dropped" | "waiting" | "retries", number>> =>
    (
      (await (await fetch(`http://127.0.0.1:${port}/healthz`)).json()) as {
        history: Awaited<ReturnType<typeof readStatus>>;
      }
    ).history;
  const clients = await openClients({
    port,
    subscriptions: Array.from({ length: clientCount }, () => [codes[0]!]),
    sampleEvery: SAMPLE_EVERY,
  });
  await publish(feed.sink, codes, WARM_UP_SECONDS);
  await clients.samples();
  const before = await readStatus();
  const elapsed = await publish(feed.sink, codes, seconds);
  const after = await readStatus();
  const micros = await clients.samples();
  clients.close();
  const closing = performance.now();
  await gateway.close();
  const file = await stat(join(folder, "history.duckdb"));
  await rm(folder, { recursive: true });
  return {
    ticksPerSecond: Math.round((ticksPerSecond * seconds) / elapsed),
    committedPerSecond: Math.round((after.committed - before.committed) / elapsed),
    waitingAtTheEnd: after.waiting,
    dropped: after.dropped,
    retries: after.retries,
    closeMs: Math.round(performance.now() - closing),
    fileMegabytes: Math.round(file.size / 1e6),
    ...summarizeLatency(micros),
  };
}

const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, kernel: release(), node: process.version };
const off = await measure("none");
process.stderr.write(`recorder off: ${JSON.stringify(off)}\n`);
const on = await measure("all");
process.stderr.write(`recorder on: ${JSON.stringify(on)}\n`);
process.stdout.write(
  `${JSON.stringify({ bench: "recorder", seconds, clients: clientCount, machine, off, on }, null, 2)}\n`,
  () => process.exit(0),
);
