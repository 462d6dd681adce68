/** How do I get the bars of a chart and go on with the one that is being formed? `node chart_bars.ts ws://127.0.0.1:8081 demo BTCUSDT` */
import { AllTickClient } from "@tickwire/client";

const [url = "ws://127.0.0.1:8081", token = "demo", code = "BTCUSDT"] = process.argv.slice(2);
const client = new AllTickClient({ url, token, plan: "professional" });
process.once("SIGINT", () => void client.close());
for await (const { time, close, closed } of client.klines(code, "1m", { from: Date.now() - 3_600_000 })) {
  process.stdout.write(`${new Date(time).toISOString()} ${close}${closed ? "" : " …"}\n`);
}
