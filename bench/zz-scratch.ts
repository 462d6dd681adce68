import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Hub } from "../packages/gateway/src/core/hub.ts";
import { Market } from "../packages/gateway/src/core/market.ts";
import { WsServer } from "../packages/gateway/src/net/ws.ts";
import { LEVELS, TICK_TIME, type Sender } from "./senders.ts";
export async function makeProductSender(codes: readonly string[]): Promise<Sender> {
  const hub = new Hub(); const market = new Market(hub); const sink = market.sink();
  for (const id of codes) sink.instrument({ id, kind: "crypto", market: "GLOBAL", exchange: "CRYPTO", product: id, name: id, priceTick: 0.01, priceDecimals: 2, volumeDecimals: 4, multiplier: 1, levels: 5, currency: "USDT", hours: { zone: "UTC", holidays: "NONE", day: [["00:00", "24:00"]], dayStart: "00:00" } });
  const side = (s: any) => { let o = ""; for (let i = 0; i < s.prices.length; i++) o += (i ? "," : "") + '{"price":"' + s.prices[i].toFixed(2) + '","volume":"' + s.volumes[i].toFixed(4) + '"}'; return o; };
  const enc = { key: "d", kind: "book" as const, conflate: true, encode: (b: any) => '{"cmd_id":22999,"data":{"code":"' + b.id + '","seq":' + b.seq + ',"tick_time":' + b.time + ',"bids":[' + side(b.bids) + '],"asks":[' + side(b.asks) + "]}}" };
  const door = { name: "alltick", paths: ["/quote-b-ws-api"], admit: () => ({ open: (peer: any) => ({ receive(t: string) { peer.send("ack"); for (const { code } of JSON.parse(t).data.symbol_list) hub.subscribe(code, enc, peer, false); }, tick() {}, closed() {} }) }) };
  const clock = { now: () => Date.now(), after: (ms: number, f: () => void) => { const t = setTimeout(f, ms); return () => clearTimeout(t); }, every: (ms: number, f: () => void) => { const t = setInterval(f, ms); return () => clearInterval(t); } };
  const ws = new WsServer([door as never], clock, { maxFrame: 65536, maxConnections: 1e5, highWater: 1 << 20, hardCap: 8 << 20 }, console.error);
  const server = createServer(); server.on("upgrade", (a, b, c) => ws.upgrade(a, b, c));
  await new Promise<void>((d) => server.listen(0, "127.0.0.1", d));
  return { port: (server.address() as AddressInfo).port, publish: (i, seq) => sink.book({ id: codes[i]!, seq, time: TICK_TIME, bids: LEVELS.bids, asks: LEVELS.asks }), endTurn() {}, deliveries: () => market.counts.deliveries };
}
