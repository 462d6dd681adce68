/**
 * The clients' side of the benches, in a process of its own: raw sockets that speak just enough WebSocket to subscribe,
 * then count frames without reading them, so that the receiver is never what is measured.
 */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

/** What the parent asks for. */
export interface ReceiverOrder {
  readonly port: number;
  /** Codes of each client's one subscription. */
  readonly subscriptions: readonly (readonly string[])[];
  /** Read the send time (µs of the monotonic clock, in `seq`) out of every n-th frame of a client; 0: never. */
  readonly sampleEvery: number;
}

/** What the parent hears: progress about every millisecond while frames come. */
export type ReceiverNews =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly frames: number; readonly bytes: number }
  | { readonly kind: "samples"; readonly micros: readonly number[] };

const READ_BUFFER = Buffer.allocUnsafe(1 << 20);
const REPORT_MS = 1;
const SEQ_KEY = Buffer.from('"seq":');

let frames = 0;
let bytes = 0;
let reported = 0;
let samples: number[] = [];
let sampleEvery = 0;

function tell(news: ReceiverNews): void {
  process.send!(news);
}

function maskedText(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(payload.length < 126 ? 6 : 8);
  header[0] = 0x81;
  if (payload.length < 126) header[1] = 0x80 | payload.length;
  else {
    header[1] = 0x80 | 126;
    header.writeUInt16BE(payload.length, 2);
  }
  return Buffer.concat([header, payload]);
}

/** Counts the frames in a stream of unmasked server frames, whatever its chunks. */
class FrameCounter {
  #skip = 0;
  #header = 0;
  #length = 0;
  #count = 0;

  take(chunk: Buffer, length: number): void {
    let at = 0;
    while (at < length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      const byte = chunk[at++]!;
      if (this.#header === 0) this.#header = 1;
      else if (this.#header === 1) {
        if (byte === 126) this.#header = 2;
        else this.#begin(byte, chunk, at, length);
      } else if (this.#header === 2) {
        this.#length = byte << 8;
        this.#header = 3;
      } else this.#begin(this.#length | byte, chunk, at, length);
    }
  }

  #begin(size: number, chunk: Buffer, at: number, length: number): void {
    this.#header = 0;
    this.#skip = size;
    frames++;
    if (sampleEvery > 0 && ++this.#count % sampleEvery === 0 && at + size <= length) sample(chunk, at, at + size);
  }
}

function sample(chunk: Buffer, start: number, end: number): void {
  const now = Number(process.hrtime.bigint() / 1000n);
  let at = chunk.indexOf(SEQ_KEY, start);
  if (at < 0 || at >= end) return;
  let sent = 0;
  for (at += SEQ_KEY.length; chunk[at]! >= 48 && chunk[at]! <= 57; at++) sent = sent * 10 + chunk[at]! - 48;
  samples.push(now - sent);
}

function open(port: number, codes: readonly string[]): Promise<Socket> {
  return new Promise((ready, fail) => {
    let opened = false;
    let acked = false;
    let handshake = "";
    const counter = new FrameCounter();
    const socket: Socket = connect({
      port,
      host: "127.0.0.1",
      onread: {
        buffer: READ_BUFFER,
        callback: (length, buffer) => {
          const chunk = buffer as Buffer;
          if (opened && acked) {
            bytes += length;
            counter.take(chunk, length);
          } else if (opened) {
            // The acknowledgement: one small frame, which comes alone since nothing is published yet.
            acked = true;
            ready(socket);
          } else {
            handshake += chunk.toString("latin1", 0, length);
            if (!handshake.includes("\r\n\r\n")) return true;
            if (!handshake.startsWith("HTTP/1.1 101")) fail(new Error(handshake));
            opened = true;
            const data = { symbol_list: codes.map((code) => ({ code })) };
            socket.write(maskedText(JSON.stringify({ cmd_id: 22002, seq_id: 1, trace: "bench", data })));
          }
          return true;
        },
      },
    });
    socket.setNoDelay(true);
    socket.on("error", fail);
    const key = randomBytes(16).toString("base64");
    socket.write(
      `GET /quote-b-ws-api?token=bench HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
  });
}

process.on("message", (order: ReceiverOrder | "samples") => {
  if (order === "samples") {
    tell({ kind: "samples", micros: samples });
    samples = [];
    return;
  }
  sampleEvery = order.sampleEvery;
  void (async () => {
    for (const codes of order.subscriptions) await open(order.port, codes);
    setInterval(() => {
      if (frames === reported) return;
      reported = frames;
      tell({ kind: "progress", frames, bytes });
    }, REPORT_MS);
    tell({ kind: "ready" });
  })();
});
process.on("disconnect", () => process.exit(0));
// A report that is under way when the parent goes is of no interest to anybody.
process.on("error", () => process.exit(0));
