/** Three ways to fan a tick out to sockets: two baselines here, the product in `product.ts`. */
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";
import { frameText } from "../packages/gateway/src/net/text-frame.ts";

/** A server under test. Listens, acknowledges each subscription with one small frame, sends what is published. */
export interface Sender {
  readonly port: number;
  /** Publishes one tick of the instrument `index`; `seq` is a number of 16 digits that the frame carries. */
  publish(index: number, seq: number): void;
  /** Ends a turn: what coalesces writes now. */
  endTurn(): void;
  /** Messages published so far, over all clients. */
  deliveries(): number;
}

/** Codes of the instruments, all of equal length so that frames are, too. */
export function makeCodes(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `X${String(index).padStart(4, "0")}USDT`);
}

/** What a tick is in all benches: a crypto book of five levels, about 290 bytes as an AllTick frame. */
export const LEVELS = {
  bids: { prices: [84160.54, 84160.1, 84159.99], volumes: [0.8123, 0.05, 1.2] },
  asks: { prices: [84160.55, 84160.9], volumes: [0.41, 0.1] },
} as const;

/** A time of 13 digits for all ticks. */
export const TICK_TIME = 1_786_012_345_900;

const levels = (side: { readonly prices: readonly number[]; readonly volumes: readonly number[] }): object[] =>
  side.prices.map((price, at) => ({ price: price.toFixed(2), volume: side.volumes[at]!.toFixed(4) }));

/** The message as a plain program would build it. */
function tickObject(code: string, seq: number): object {
  const { bids, asks } = LEVELS;
  return { cmd_id: 22999, data: { code, seq, tick_time: TICK_TIME, bids: levels(bids), asks: levels(asks) } };
}

/** Listens and keeps, per code, who subscribed to it. */
async function listen<T>(
  codes: readonly string[],
  toReceiver: (ws: WebSocket, socket: Socket) => T,
): Promise<{ port: number; receivers: T[][] }> {
  const receivers: T[][] = codes.map(() => []);
  const indexOf = new Map(codes.map((code, index) => [code, index]));
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws) => {
      (socket as Socket).setNoDelay(true);
      const receiver = toReceiver(ws, socket as Socket);
      ws.on("message", (raw) => {
        const { data } = JSON.parse(String(raw)) as { data: { symbol_list: { code: string }[] } };
        ws.send('{"ret":200,"msg":"ok","cmd_id":22003,"seq_id":1,"trace":"bench","data":{}}');
        for (const { code } of data.symbol_list) receivers[indexOf.get(code)!]!.push(receiver);
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { port: (server.address() as AddressInfo).port, receivers };
}

/** Baseline 1: what one writes first. Encodes a tick once and calls `ws.send` for every client. */
export async function makePlainSender(codes: readonly string[]): Promise<Sender> {
  const { port, receivers } = await listen(codes, (ws) => ws);
  let count = 0;
  return {
    port,
    publish(index, seq) {
      const text = JSON.stringify(tickObject(codes[index]!, seq));
      for (const ws of receivers[index]!) ws.send(text);
      count += receivers[index]!.length;
    },
    endTurn() {},
    deliveries: () => count,
  };
}

/** Baseline 2, the ceiling of the design: ready-made frames, collected per client, one write per client and turn. */
export async function makeBareSender(codes: readonly string[]): Promise<Sender> {
  interface Receiver {
    readonly socket: Socket;
    frames: Buffer[];
  }
  const { port, receivers } = await listen(codes, (_ws, socket): Receiver => ({ socket, frames: [] }));
  const templates = codes.map((code) => frameText(JSON.stringify(tickObject(code, 1_000_000_000_000_000))));
  const seqAt = templates[0]!.indexOf('"seq":') + 6;
  const touched: Receiver[] = [];
  let count = 0;
  return {
    port,
    publish(index, seq) {
      const frame = Buffer.from(templates[index]!);
      frame.write(String(seq), seqAt, "latin1");
      for (const receiver of receivers[index]!) {
        if (receiver.frames.length === 0) touched.push(receiver);
        receiver.frames.push(frame);
      }
      count += receivers[index]!.length;
    },
    endTurn() {
      for (const receiver of touched) {
        const { frames } = receiver;
        receiver.socket.write(frames.length === 1 ? frames[0]! : Buffer.concat(frames));
        receiver.frames = [];
      }
      touched.length = 0;
    },
    deliveries: () => count,
  };
}
