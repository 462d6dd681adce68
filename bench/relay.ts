/**
 * `npm run bench -- relay [--seconds S] [--ticks N] [--clients N] [--runs N]`: a gateway publishes N ticks a second of 20 instruments, a
 * relay takes all of them from its socket, and 100 clients of the relay watch one instrument, 500 ticks a second of it. The relay is
 * tickwire or a bare one that only passes text on; beside both, the same clients at the first gateway. Prints JSON: milliseconds
 * from the moment a tick was published to the clients' process.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism, cpus, release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { MemoryHistory } from "../packages/gateway/src/history/memory.ts";
import { MemoryLedger } from "../packages/gateway/src/ledger/memory.ts";
import { startGateway } from "../packages/gateway/src/main.ts";
import type { FeedSink } from "../packages/gateway/src/ports/feed.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { HandFeed } from "../test/support/gateway.ts";
import { openClients, summarizeLatency, type Latency } from "./clients.ts";
import { toInstrument } from "./product.ts";
import type { BareRelayOrder } from "./relay-bare.ts";
import type { RelayOrder } from "./relay-gateway.ts";
import { LEVELS } from "./senders.ts";
import { benchConfig, silentLog } from "./setting.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    ticks: { type: "string", default: "10000" },
    clients: { type: "string", default: "100" },
    runs: { type: "string", default: "3" },
  },
});
const seconds = Number(values.seconds);
const ticksPerSecond = Number(values.ticks);
const clientCount = Number(values.clients);
const runs = Number(values.runs);

/** Spelled so that a gateway that knows nothing else of them takes them for crypto. */
const CODES = Array.from({ length: 20 }, (_, at) => `BENCH${String.fromCodePoint(65 + at)}USDT`);
const WATCHED = CODES[0]!;
const SAMPLE_EVERY = 4;
const WARM_UP_SECONDS = 2;
const PATIENCE_MS = 20_000;
const nowMicros = (): number => Number(process.hrtime.bigint() / 1000n);

let lastSeq = 0;

/**
 * Publishes at an even pace, a batch about every millisecond, without keeping a core from the relays. A tick carries the moment it is
 * published; nothing waits for the relay, so that who falls behind cannot hide it.
 */
async function publish(sink: FeedSink, duration: number): Promise<void> {
  const start = nowMicros();
  const total = ticksPerSecond * duration;
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((nowMicros() - start) / 1e6) * ticksPerSecond) + 1);
    const time = Date.now();
    for (; sent < due; sent++) {
      const id = CODES[sent % CODES.length]!;
      lastSeq = Math.max(lastSeq + 1, nowMicros());
      sink.book({ id, seq: lastSeq, time, bids: LEVELS.bids, asks: LEVELS.asks });
    }
    await sleep(1);
  }
}

async function measure(sink: FeedSink, port: number): Promise<Latency & { readonly arrived: number }> {
  const subscriptions = Array.from({ length: clientCount }, () => [WATCHED]);
  const clients = await openClients({ port, subscriptions, sampleEvery: SAMPLE_EVERY });
  // A relay asks for what is wanted a moment after somebody wants it.
  const deadline = Date.now() + PATIENCE_MS;
  for (let flowing = false; !flowing;) {
    await publish(sink, 1);
    flowing = (await clients.samples()).length > 0;
    if (Date.now() > deadline) throw new Error("no tick arrives");
  }
  await publish(sink, WARM_UP_SECONDS);
  await clients.samples();
  await publish(sink, seconds);
  await sleep(500);
  const micros = await clients.samples();
  clients.close();
  const expected = ((ticksPerSecond / CODES.length) * seconds * clientCount) / SAMPLE_EVERY;
  return { ...summarizeLatency(micros), arrived: Number((micros.length / expected).toPrecision(3)) };
}

type Place = "direct" | "bare" | "tickwire";

async function startRelay(place: Exclude<Place, "direct">, port: number) {
  const script = place === "bare" ? "./relay-bare.ts" : "./relay-gateway.ts";
  const child = fork(new URL(script, import.meta.url).pathname);
  const spec = `alltick?token=env:UPSTREAM&plan=unlimited&codes=${CODES.join(",")}&url=http://127.0.0.1:${port}`;
  child.send(
    place === "bare"
      ? ({ port, codes: CODES, watched: WATCHED } satisfies BareRelayOrder)
      : ({ feed: spec } satisfies RelayOrder),
  );
  const [relayPort] = (await once(child, "message")) as [number];
  return { port: relayPort, close: () => child.disconnect() };
}

const feed = new HandFeed((sink) => CODES.forEach((code) => sink.instrument(toInstrument(code))));
const upstream = await startGateway(benchConfig(), {
  clock: makeSystemClock(),
  log: silentLog(),
  feeds: [feed],
  ledger: new MemoryLedger(),
  history: new MemoryHistory(),
});
const { port } = upstream.addresses[0]!;

const figures: Record<Place, Awaited<ReturnType<typeof measure>>[]> = { direct: [], bare: [], tickwire: [] };
// They take turns, so that a noisy minute of the machine hits all of them; a relay that is not measured does not run.
for (let at = 0; at < runs; at++) {
  figures.direct.push(await measure(feed.sink, port));
  for (const place of ["bare", "tickwire"] as const) {
    const relay = await startRelay(place, port);
    figures[place].push(await measure(feed.sink, relay.port));
    relay.close();
  }
  process.stderr.write(
    `run ${at + 1}: ${JSON.stringify({ direct: figures.direct[at], bare: figures.bare[at], tickwire: figures.tickwire[at] })}\n`,
  );
}
const middle = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!;
const results = Object.fromEntries(
  Object.entries(figures).map(([place, list]) => [
    place,
    {
      p50ms: middle(list.map((each) => each.p50ms)),
      p99ms: middle(list.map((each) => each.p99ms)),
      p999ms: middle(list.map((each) => each.p999ms)),
      arrived: Math.min(...list.map((each) => each.arrived)),
    },
  ]),
);
const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, kernel: release(), node: process.version };
process.stdout.write(
  `${JSON.stringify({ bench: "relay", machine, runs, seconds, ticksPerSecond, clients: clientCount, ...results }, null, 2)}\n`,
  () => process.exit(0),
);
