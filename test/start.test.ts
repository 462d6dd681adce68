/** The gateway as a stranger starts it: a real process, its screen, its ticks, its end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "./support/process.ts";
import { TestClient } from "./support/client.ts";

test("starts within ten seconds, prints one screen, ticks without account or network, drains on SIGTERM", async () => {
  const startedAt = Date.now();
  const gateway = new Command(["serve", "--port", "0"]);
  const [, port] = await gateway.says(/127\.0\.0\.1:(\d+)/);
  assert.ok(Date.now() - startedAt < 10_000);
  const ws = `ws://127.0.0.1:${port}`;
  const [alltick, ctp] = await Promise.all([
    TestClient.open(`${ws}/quote-b-ws-api?token=demo`),
    TestClient.open(`${ws}/`),
  ]);
  alltick.send({ cmd_id: 22004, seq_id: 1, trace: "t", data: { symbol_list: [{ code: "BTCUSDT" }] } });
  ctp.send({ MsgType: "ReqUserLogin", RequestID: 0, ReqUserLogin: { UserID: "demo", Password: "demo" } });
  ctp.send({ MsgType: "ReqSubMarketData", ReqSubMarketData: { InstrumentID: ["rb2605", "au2602"] } });
  await alltick.next((frame) => frame["cmd_id"] === 22998);
  await ctp.next((frame) => frame["MsgType"] === "OnRtnDepthMarketData");
  const outcome = await gateway.stop();
  assert.deepEqual(await Promise.all([alltick.closed, ctp.closed]), [1001, 1001]);
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stdout, /token\s+demo/);
  assert.match(outcome.stdout, /user\s+demo and demo2, password demo/);
  assert.match(outcome.stdout, /tail BTCUSDT/);
  assert.ok(outcome.stdout.split("\n").length <= 30, "one short screen");
});

test("npm start passes flags on and listens on several addresses from a config file", async () => {
  const gateway = new Command(["--", "--port", "0", "--feed", "sim?seed=7&rate=2"], {}, ["npm", "--silent", "start"]);
  try {
    const [, port] = await gateway.says(/127\.0\.0\.1:(\d+)/);
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
  } finally {
    const outcome = await gateway.stop();
    assert.equal(outcome.code, 0, outcome.stderr);
  }
});

for (const { args, env, says } of [
  { args: ["--port", "99999"], env: {}, says: /listen\[0\]\.port/ },
  { args: ["--feed", "nothing"], env: {}, says: /feeds\[0\].*nothing/ },
  { args: ["--feed", "sim?rate=fast"], env: {}, says: /rate/ },
  { args: ["--feed", "replay?file=does-not-exist.csv"], env: {}, says: /does-not-exist\.csv/ },
  { args: [], env: { TICKWIRE_ALLTICK_PACING: "fast" }, says: /alltick\.pacing.*"generous".*"vendor"/ },
  { args: ["--host", "0.0.0.0"], env: {}, says: /credentials/ },
]) {
  test(`refuses to start and exits 2: ${JSON.stringify({ args, env })}`, async () => {
    const outcome = await new Command(["serve", "--port", "0", ...args], env as Record<string, string>).ended;
    assert.equal(outcome.code, 2, outcome.stderr);
    assert.match(outcome.stderr, says);
  });
}
