/** The examples of the SDK run as they are. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openGateway, type TestGateway } from "./support/gateway.ts";
import { Command } from "./support/process.ts";

const NODE = [process.execPath, "--conditions=@tickwire/source"];

describe("examples", { timeout: 30_000 }, () => {
  let gateway: TestGateway;
  before(async () => (gateway = await openGateway({ TICKWIRE_FEED: "sim?rate=5" })));
  after(() => gateway[Symbol.asyncDispose]());

  for (const [name, shown] of [
    ["watch_trades", /^BTCUSDT \d[^]*\n(?:[^]*\n)?BTCUSDT \d/m],
    ["chart_bars", /^\d{4}-.*T.*Z \d[\d.]*\n[^]* …$/m],
  ] as const) {
    it(`${name} goes on until it is stopped, and ends well`, async () => {
      const command = new Command([`examples/${name}.ts`, gateway.ws, "demo", "BTCUSDT"], {}, NODE);
      after(() => command.child.kill());
      await command.says(shown);
      const { code, stderr } = await command.stop("SIGINT");
      assert.equal(code, 0, stderr);
    });
  }

  it("order_and_cancel tells what becomes of its order", async () => {
    const { code, stdout, stderr } = await new Command(["examples/order_and_cancel.ts", gateway.ws], {}, NODE).ended;
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /queueing[^]*canceled/);
  });
});
