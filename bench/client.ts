/**
 * `npm run bench -- client [--frames N] [--rounds N]`: AllTick trade frames through the SDK's client, from a WebSocket that is none to a
 * listener, beside `JSON.parse` alone on the same texts. One core; prints JSON with medians of
 * frames a second of processor time, garbage collection included.
 */
import { availableParallelism, cpus, release } from "node:os";
import { parseArgs } from "node:util";
import { AllTickClient, type WebSocketLike } from "@tickwire/client";

const { values } = parseArgs({
  options: { frames: { type: "string", default: "500000" }, rounds: { type: "string", default: "7" } },
});
const frames = Number(values.frames);
const rounds = Number(values.rounds);
const CODES = ["BTCUSDT", "ETHUSDT", "EURUSD", "GOLD"];

type Listener = (event: { readonly data: unknown; readonly code: number; readonly reason: string }) => void;

/** A socket that is open at once, answers every request with success, and receives what the bench says. */
class FakeSocket implements WebSocketLike {
  static newest: FakeSocket | undefined;
  binaryType = "";
  receive: Listener = () => undefined;

  constructor() {
    FakeSocket.newest = this;
  }

  addEventListener(type: string, listener: unknown): void {
    if (type === "open") queueMicrotask(listener as () => void);
    if (type === "message") this.receive = listener as Listener;
  }

  send(text: string): void {
    const { cmd_id: command, seq_id, trace } = JSON.parse(text) as { cmd_id: number; seq_id: number; trace: string };
    this.say(JSON.stringify({ ret: 200, msg: "ok", cmd_id: command + 1, seq_id, trace, data: {} }));
  }

  say(text: string): void {
    this.receive({ data: text, code: 0, reason: "" });
  }

  close(): void {}
}

/** Frames; all texts differ. The services of today write whole numbers as such, older ones as strings. */
function makeFrames(whole: (value: number) => number | string): string[] {
  return Array.from({ length: frames }, (_, at) => {
    const price = (84_000 + (at % 10_000) / 100).toFixed(2);
    const data = {
      code: CODES[at % CODES.length],
      seq: whole(1_605_509_068 + at),
      tick_time: whole(1_786_012_345_900 + at),
      price,
      volume: (1 + (at % 97)).toFixed(4),
      turnover: (84_000 + (at % 89)).toFixed(4),
      trade_direction: 1 + (at % 2),
    };
    return JSON.stringify({ cmd_id: 22_998, data });
  });
}

/** Frames a second of processor time: what other programs do on the machine shakes it less than the clock's. */
const rateOf = (run: () => void): number => {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (frames / (user + system)) * 1e6;
};
const median = (rates: readonly number[]): number => rates.toSorted((a, b) => a - b)[rates.length >> 1]!;

let seen = 0;
let sum = 0;
const client = new AllTickClient({
  url: "ws://bench",
  token: "bench",
  plan: "professional",
  WebSocket: FakeSocket,
  onTrade: ({ price }) => {
    seen++;
    sum += price;
  },
});
client.setSubscriptions({ trades: CODES });
await client.ready();
const socket = FakeSocket.newest!;

/** One form of the frames. The client and the parser take turns, so that a noisy minute hits both; the first round warms up. */
function measure(texts: readonly string[]): Record<string, number> {
  const rates: Record<"client" | "parse", number[]> = { client: [], parse: [] };
  for (let round = 0; round <= rounds; round++) {
    seen = 0;
    const byClient = rateOf(() => {
      for (const text of texts) socket.say(text);
    });
    if (seen !== frames) throw new Error(`${seen} of ${frames} frames were told`);
    const byParse = rateOf(() => {
      for (const text of texts) sum += Number((JSON.parse(text) as { data: { price: string } }).data.price);
    });
    if (round === 0) continue;
    rates.client.push(byClient);
    rates.parse.push(byParse);
  }
  return {
    bytesPerFrame: Math.round(texts.reduce((bytes, { length }) => bytes + length, 0) / frames),
    framesPerSecond: Math.round(median(rates.client)),
    jsonParsePerSecond: Math.round(median(rates.parse)),
    "client over JSON.parse": Number((median(rates.client) / median(rates.parse)).toPrecision(3)),
  };
}

const today = measure(makeFrames((value) => value));
const strings = measure(makeFrames(String));
void client.close();
const machine = { cores: availableParallelism(), cpu: cpus()[0]?.model, kernel: release(), node: process.version };
const figures = { bench: "client", machine, frames, rounds, today, strings, checksum: Math.round(sum) };
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`, () => process.exit(0));
