/** How do I give an order, see what becomes of it, and cancel it? `node order_and_cancel.ts ws://127.0.0.1:8081 demo demo rb2605` */
import { CtpClient } from "@tickwire/client";

const [url = "ws://127.0.0.1:8081", user = "demo", password = "demo", instrument = "rb2605"] = process.argv.slice(2);
const client = new CtpClient({
  url,
  user,
  password,
  onOrder: ({ sysId, status, message }) => process.stdout.write(`${sysId.trim()} ${status} ${message}\n`),
});
await client.ready();
for await (const { lowerLimit } of client.snapshots([instrument])) {
  const order = await client.orders.insert({ instrument, side: "buy", volume: 1, price: lowerLimit });
  await client.orders.cancel(order);
  break;
}
await client.close();
