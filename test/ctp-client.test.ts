/** The client that keeps itself connected, against this gateway in all three dialects. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { ClientError, CtpClient, type CtpClientOptions, type Hole } from "@tickwire/client";
import type { Order, Snapshot } from "@tickwire/protocol/model";
import { openGateway } from "./support/gateway.ts";

const FEED = "sim?instruments=rb2605&rate=5";
const { ws, gateway } = await openGateway({ TICKWIRE_FEED: FEED });
after(() => gateway.close());

const CASES: readonly (readonly [string, Partial<CtpClientOptions> & { readonly url: string }])[] = [
  ["seed on one socket", { url: ws, dialect: "seed" }],
  ["legacy on one socket", { url: ws, dialect: "legacy" }],
  ["classic on two sockets", { url: ws, dialect: "classic" }],
  ["auto on one socket", { url: ws }],
  ["auto on two sockets", { url: `${ws}/md/`, td: `${ws}/td/` }],
];

function open(options: Partial<CtpClientOptions> & { readonly url: string }): CtpClient {
  return new CtpClient({ user: "demo", password: "demo", ...options });
}

describe("CtpClient against tickwire", () => {
  for (const [name, options] of CASES) {
    it(`${name}: snapshots, instruments, orders, positions, account`, async () => {
      const orders: Order[] = [];
      await using client = open({ ...options, onOrder: (order) => orders.push(order) });
      const [instrument] = await client.instruments({ instrumentId: "rb2605" });
      assert.deepEqual([instrument?.exchange, instrument?.multiplier], ["SHFE", 10]);
      const snapshots: Snapshot[] = [];
      for await (const snapshot of client.snapshots(["rb2605"])) {
        snapshots.push(snapshot);
        if (snapshots.length === 3) break;
      }
      assert.ok(snapshots.every(({ id }) => id === "rb2605"));
      const bought = await client.orders.insert({ instrument: "rb2605", side: "buy", volume: 2, priceType: "best" });
      assert.match(bought.sysId, /^ *\d+$/);
      const low = snapshots.at(-1)!.lowerLimit;
      const resting = await client.orders.insert({ instrument: "rb2605", side: "buy", volume: 1, price: low });
      assert.equal(resting.status, "queueing");
      assert.ok((await client.account()).frozenMargin > 0);
      const canceled = await client.orders.cancel(resting);
      assert.equal(canceled.status, "canceled");
      assert.ok(orders.some(({ sysId, status }) => sysId === resting.sysId && status === "canceled"));
      const list = await client.orders.list();
      assert.equal(list.find(({ sysId }) => sysId === resting.sysId)?.status, "canceled");
      const [position] = await client.positions();
      assert.ok(position!.instrument === "rb2605" && position!.volume >= 2);
      assert.ok((await client.fills.list()).length > 0);
      await assert.rejects(
        client.orders.insert({ instrument: "nothing", side: "buy", volume: 1, price: 1 }),
        (error) => error instanceof ClientError && error.ret === 16 && !error.temporary,
      );
      assert.equal(client.status.state, "live");
      assert.equal(client.status.connections, options.td || options.dialect === "classic" ? 2 : 1);
    });
  }

  it("with flow control as real fronts have it: every query is answered in the end", async () => {
    const anomalies: string[] = [];
    await using real = await openGateway({ TICKWIRE_FEED: FEED, TICKWIRE_CTP_FLOW_CONTROL: "real" });
    await using client = open({ url: real.ws, onAnomaly: (cause) => anomalies.push(cause) });
    const [instruments, account] = await Promise.all([client.instruments({ productId: "rb" }), client.account()]);
    assert.ok(instruments.some(({ id }) => id === "rb2605") && account.balance > 0);
    assert.ok(anomalies.length > 0 && anomalies.every((cause) => cause === "flow-control"));
  });

  it("that ends: the client waits for it, and goes on where it comes back", async () => {
    const first = await openGateway({ TICKWIRE_FEED: FEED });
    let address = first.ws;
    /** Goes to wherever the gateway is now. */
    const Redirected = function (): WebSocket {
      return new WebSocket(address);
    } as unknown as NonNullable<CtpClientOptions["WebSocket"]>;
    const holes: Hole[] = [];
    const onHole = (hole: Hole): void => void holes.push(hole);
    await using client = open({ url: first.ws, WebSocket: Redirected, backOff: { baseMs: 10, capMs: 50 }, onHole });
    const stream = client.snapshots(["rb2605"]);
    await stream.next();
    await client.ready();
    await first.gateway.close();
    assert.notEqual(client.status.state, "live");
    await using second = await openGateway({ TICKWIRE_FEED: FEED });
    address = second.ws;
    await client.ready();
    while (holes.length === 0) await stream.next();
    assert.deepEqual(holes[0]?.codes, ["rb2605"]);
    assert.equal((await client.orders.list()).length, 0);
  });
});
