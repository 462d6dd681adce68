/**
 * The baseline of `relay.ts`, in a process of its own: takes all codes from an upstream's socket and passes the text of one of them on to
 * whoever connects, framed once, one write per client and turn. It checks, keeps and derives nothing. Tells its port.
 */
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { frameText } from "../packages/gateway/src/net/text-frame.ts";

/** What it is told to do. */
export interface BareRelayOrder {
  /** Port of the upstream. */
  readonly port: number;
  readonly codes: readonly string[];
  /** The one that is passed on. */
  readonly watched: string;
}

const sockets: Socket[] = [];
let waiting: Buffer[] = [];

function flush(): void {
  const frames = Buffer.concat(waiting);
  waiting = [];
  for (const socket of sockets) socket.write(frames);
}

function follow({ port, codes, watched }: BareRelayOrder): Promise<void> {
  const upstream = new WebSocket(`ws://127.0.0.1:${port}/quote-b-ws-api?token=bench`, { perMessageDeflate: false });
  const key = `"code":"${watched}"`;
  upstream.on("message", (raw) => {
    const text = String(raw);
    if (!text.includes(key)) return;
    if (waiting.length === 0) setImmediate(flush);
    waiting.push(frameText(text));
  });
  return new Promise((done, fail) => {
    upstream.on("error", fail);
    upstream.on("open", () => {
      const data = { symbol_list: codes.map((code) => ({ code })) };
      upstream.send(JSON.stringify({ cmd_id: 22002, seq_id: 1, trace: "bench", data }), () => done());
    });
  });
}

async function serve(order: BareRelayOrder): Promise<number> {
  await follow(order);
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer();
  server.on("upgrade", (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (ws) => {
      ws.once("message", () => {
        ws.send('{"ret":200,"msg":"ok","cmd_id":22003,"seq_id":1,"trace":"bench","data":{}}', () =>
          sockets.push(socket as Socket),
        );
      });
      ws.on("close", () => {
        sockets.splice(sockets.indexOf(socket as Socket), 1);
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

process.once("message", (order: BareRelayOrder) => {
  void serve(order).then((port) => process.send!(port));
});
process.on("disconnect", () => process.exit(0));
