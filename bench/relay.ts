/**
 * `npm run bench -- relay [--seconds S] [--ticks N] [--clients N]`: a gateway publishes N ticks a second of 20 instruments, a second one
 * takes all of them from its socket, and 100 clients of the second watch one instrument, 500 ticks a second of it. Beside the same
 * clients at the first gateway. Prints JSON: milliseconds from the moment a tick was due to the clients' process.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism, cpus, release } from "node:os";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { MemoryHistory } from "../packages/gateway/src/history/memory.ts";
import { MemoryLedger } from "../packages/gateway/src/ledger/memory.ts";
import { startGateway } from "../packages/gateway/src/main.ts";
import type { FeedSink } from "../packages/gateway/src/ports/feed.ts";
import { makeSystemClock } from "../packages/gateway/src/system-clock.ts";
import { HandFeed } from "../test/support/gateway.ts";
import { toInstrument } from "./product.ts";
import type { ReceiverNews, ReceiverOrder } from "./receiver.ts";
import type { RelayOrder } from "./relay-gateway.ts";
import { LEVELS } from "./senders.ts";
import { benchConfig, silentLog } from "./setting.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    ticks: { type: "string", default: "10000" },
    clients: { type: "string", default: "100" },
  },
});
const seconds = Number(values.seconds);
const ticksPerSecond = Number(values.ticks);
const clientCount = Number(values.clients);

/** Spelled so that a gateway that knows nothing else of them takes them for crypto. */
const CODES = Array.from({ length: 20 }, (_, at) => `BENCH${String.fromCodePoint(65 + at)}USDT`);
/** Of so many ticks one is of the instrument that is watched. */
const WATCHED_EVERY = 20;
const WARM_UP_SECONDS = 2;
const PATIENCE_MS = 20_000;
const nowMicros = (): number => Number(process.hrtime.bigint() / 1000n);

/** Publishes at an even pace; a tick carries the moment it was due, so that who falls behind cannot hide it. */
async function publish(sink: FeedSink, duration: number): Promise<void> {
  const start = nowMicros();
  const total = ticksPerSecond * duration;
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((nowMicros() - start) / 1e6) * ticksPerSecond) + 1);
    const time = Date.now();
    for (; sent < due; sent++) {
      const id = CODES[sent % WATCHED_EVERY]!;
      const seq = Math.round(start + (sent / ticksPerSecond) * 1e6);
      sink.book({ id, seq, time, bids: LEVELS.bids, asks: LEVELS.asks });
    }
    await nextTurn();
  }
}

async function openClients(port: number) {
  const child = fork(new URL("./receiver.ts", import.meta.url).pathname);
  const hear = (kind: ReceiverNews["kind"]): Promise<ReceiverNews> =>
    new Promise((done) => {
      const listen = (news: ReceiverNews): void => {
        if (news.kind !== kind) return;
        child.off("message", listen);
        done(news);
      };
      child.on("message", listen);
    });
  const ready = hear("ready");
  const subscriptions = Array.from({ length: clientCount }, () => [CODES[0]!]);
  child.send({ port, subscriptions, sampleEvery: 4 } satisfies ReceiverOrder);
  await ready;
  return {
    async samples(): Promise<readonly number[]> {
      const answer = hear("samples");
      child.send("samples");
      const news = await answer;
      return news.kind === "samples" ? news.micros : [];
    },
    close: () => child.disconnect(),
  };
}

async function measure(sink: FeedSink, port: number): Promise<Record<string, number>> {
  const clients = await openClients(port);
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
  const micros = (await clients.samples()).toSorted((a, b) => a - b);
  clients.close();
  const at = (share: number): number =>
    Number(((micros[Math.floor(micros.length * share)] ?? Number.NaN) / 1_000).toPrecision(3));
  const expected = Math.round((ticksPerSecond / WATCHED_EVERY) * seconds * clientCount * 0.25);
  return { p50ms: at(0.5), p99ms: at(0.99), p999ms: at(0.999), samples: micros.length, expected };
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
const relay = fork(new URL("./relay-gateway.ts", import.meta.url).pathname);
const spec = `alltick?token=env:UPSTREAM&plan=unlimited&codes=${CODES.join(",")}&url=http://127.0.0.1:${port}`;
relay.send({ feed: spec } satisfies RelayOrder);
const [relayPort] = (await once(relay, "message")) as [number];
const direct = await measure(feed.sink, port);
process.stderr.write(`direct: ${JSON.stringify(direct)}\n`);
const relayed = await measure(feed.sink, relayPort);
process.stderr.write(`relayed: ${JSON.stringify(relayed)}\n`);
relay.disconnect();
const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, kernel: release(), node: process.version };
process.stdout.write(
  `${JSON.stringify({ bench: "relay", machine, seconds, ticksPerSecond, clients: clientCount, direct, relayed }, null, 2)}\n`,
  () => process.exit(0),
);
