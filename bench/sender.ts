/**
 * One measurement, in a process of its own: a server of the given kind, its clients in another process, ticks from one
 * to the other. Prints one JSON line.
 */
import { fork } from "node:child_process";
import { makeBareSender, makeCodes, makePlainSender, type Sender } from "./senders.ts";
import { makeProductSender } from "./product.ts";
import type { ReceiverNews, ReceiverOrder } from "./receiver.ts";

/** What to measure. */
export interface Measurement {
  readonly kind: "plain" | "bare" | "tickwire";
  readonly clients: number;
  readonly instruments: number;
  /** Instruments per client, drawn at random from a fixed seed. */
  readonly perClient: number;
  /** Saturation: as many turns of so many ticks as go through; or a steady rate of deliveries a second. */
  readonly load: { readonly ticksPerTurn: number } | { readonly deliveriesPerSecond: number };
  readonly seconds: number;
  /** Core for the clients' process, as for taskset; undefined: not pinned. */
  readonly core?: number;
}

/** The figures of one measurement. */
export interface Figures {
  readonly deliveriesPerSecond: number;
  readonly bytesPerDelivery: number;
  /** Processor time of the sending process, user and system, in microseconds: less shaken by a busy machine than the rest. */
  readonly cpuPerDelivery: number;
  /** Microseconds from the moment the tick was due to the clients' process reading it; absent for saturation. */
  readonly latency?: { readonly p50: number; readonly p99: number; readonly p999: number; readonly samples: number };
}

/** Deliveries under way before a saturating sender waits: enough to keep both sides busy, too few to fill memory. */
const WINDOW = 60_000;
/** The first part of a run is not counted: compilers and sockets warm up. */
const WARM_UP = 0.25;

const MAKERS = { plain: makePlainSender, bare: makeBareSender, tickwire: makeProductSender } as const;

/** A small generator with a fixed seed (mulberry32), so that every run draws the same subscriptions. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function draw(codes: readonly string[], count: number, random: () => number): string[] {
  const pool = [...codes];
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(random() * (pool.length - at));
    [pool[at], pool[other]] = [pool[other]!, pool[at]!];
  }
  return pool.slice(0, count);
}

function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

const nowMicros = (): number => Number(process.hrtime.bigint() / 1000n);
const nextTurn = (): Promise<void> => new Promise((done) => setImmediate(done));

class Clients {
  frames = 0;
  bytes = 0;
  readonly #child;
  #waiting: ((news: ReceiverNews) => boolean) | undefined;

  constructor(core: number | undefined) {
    const file = new URL("./receiver.ts", import.meta.url).pathname;
    this.#child =
      core === undefined
        ? fork(file)
        : fork(file, { execPath: "taskset", execArgv: ["-c", String(core), process.execPath, ...process.execArgv] });
    this.#child.on("message", (news: ReceiverNews) => {
      if (news.kind === "progress") ({ frames: this.frames, bytes: this.bytes } = news);
      if (this.#waiting?.(news)) this.#waiting = undefined;
    });
  }

  async open(order: ReceiverOrder): Promise<void> {
    const ready = this.#next("ready");
    this.#child.send(order);
    await ready;
  }

  async samples(): Promise<readonly number[]> {
    const answer = this.#next("samples");
    this.#child.send("samples");
    const news = await answer;
    return news.kind === "samples" ? news.micros : [];
  }

  close(): void {
    this.#child.disconnect();
  }

  #next(kind: ReceiverNews["kind"]): Promise<ReceiverNews> {
    return new Promise((done) => {
      this.#waiting = (news) => {
        if (news.kind === kind) done(news);
        return news.kind === kind;
      };
    });
  }
}

async function saturate(
  sender: Sender,
  clients: Clients,
  ticksPerTurn: number,
  seconds: number,
  pick: () => number,
): Promise<Figures> {
  const mark = { at: 0n, frames: 0, bytes: 0, cpu: process.cpuUsage() };
  const begin = process.hrtime.bigint();
  const warm = begin + BigInt(Math.round(seconds * WARM_UP * 1e9));
  const end = warm + BigInt(Math.round(seconds * 1e9));
  let now = begin;
  while (now < end) {
    if (sender.deliveries() - clients.frames < WINDOW) {
      // A number of its own for each: what has the same one is the same tick, and dropped.
      const seq = nowMicros() + 1e15;
      for (let tick = 0; tick < ticksPerTurn; tick++) sender.publish(pick(), seq + tick);
      sender.endTurn();
    }
    await nextTurn();
    now = process.hrtime.bigint();
    if (mark.at === 0n && now >= warm) {
      Object.assign(mark, { at: now, frames: clients.frames, bytes: clients.bytes, cpu: process.cpuUsage() });
    }
  }
  const frames = clients.frames - mark.frames;
  const deliveriesPerSecond = (frames / Number(now - mark.at)) * 1e9;
  return {
    deliveriesPerSecond,
    bytesPerDelivery: (clients.bytes - mark.bytes) / frames,
    cpuPerDelivery: cpuSince(mark.cpu) / frames,
  };
}

async function pace(
  sender: Sender,
  clients: Clients,
  ticksPerSecond: number,
  seconds: number,
  pick: () => number,
): Promise<Figures> {
  const run = async (duration: number): Promise<number> => {
    const start = nowMicros();
    const total = Math.round(ticksPerSecond * duration);
    for (let sent = 0; sent < total;) {
      const due = Math.min(total, Math.floor(((nowMicros() - start) / 1e6) * ticksPerSecond) + 1);
      // A tick carries the moment it was due, so that a server that falls behind cannot hide it.
      for (; sent < due; sent++) sender.publish(pick(), Math.round(start + (sent / ticksPerSecond) * 1e6) + 1e15);
      sender.endTurn();
      await nextTurn();
    }
    return start;
  };
  await run(seconds * WARM_UP);
  await clients.samples();
  const before = { frames: clients.frames, bytes: clients.bytes };
  const cpu = process.cpuUsage();
  const start = await run(seconds);
  const deadline = Date.now() + seconds * 4000;
  while (clients.frames < sender.deliveries() && Date.now() < deadline) await nextTurn();
  const elapsed = (nowMicros() - start) / 1e6;
  const micros = (await clients.samples()).map((value) => value + 1e15).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    micros[Math.min(micros.length - 1, Math.floor(micros.length * share))] ?? Number.NaN;
  const frames = clients.frames - before.frames;
  return {
    deliveriesPerSecond: frames / elapsed,
    bytesPerDelivery: (clients.bytes - before.bytes) / frames,
    cpuPerDelivery: cpuSince(cpu) / frames,
    latency: { p50: at(0.5), p99: at(0.99), p999: at(0.999), samples: micros.length },
  };
}

async function measure(what: Measurement): Promise<Figures> {
  const codes = makeCodes(what.instruments);
  const random = makeRandom(20_251_223);
  const subscriptions = Array.from({ length: what.clients }, () => draw(codes, what.perClient, random));
  const sender = await MAKERS[what.kind](codes);
  const clients = new Clients(what.core);
  const paced = "deliveriesPerSecond" in what.load;
  await clients.open({ port: sender.port, subscriptions, sampleEvery: paced ? 16 : 0 });
  const pick = (): number => Math.floor(random() * codes.length);
  const figures =
    "ticksPerTurn" in what.load
      ? await saturate(sender, clients, what.load.ticksPerTurn, what.seconds, pick)
      : await pace(
          sender,
          clients,
          (what.load.deliveriesPerSecond * what.instruments) / (what.clients * what.perClient),
          what.seconds,
          pick,
        );
  clients.close();
  return figures;
}

const figures = await measure(JSON.parse(process.argv[2]!) as Measurement);
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
