/** How do I watch trades, whatever happens to the connection? `node watch_trades.ts ws://127.0.0.1:8081 demo BTCUSDT 700.HK` */
import { AllTickClient } from "@tickwire/client";

const [url = "ws://127.0.0.1:8081", token = "demo", ...codes] = process.argv.slice(2);
const client = new AllTickClient({
  url,
  token,
  plan: "professional",
  onStatus: ({ state, cause }) => process.stderr.write(`${state} ${cause}\n`),
  onHole: ({ from, to, cause }) => process.stderr.write(`nothing from ${from} to ${to}: ${cause}\n`),
});
process.once("SIGINT", () => void client.close());
for await (const { id, price, volume } of client.trades(codes.length === 0 ? ["BTCUSDT"] : codes)) {
  process.stdout.write(`${id} ${price} x ${volume}\n`);
}
