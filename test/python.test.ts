/** A client that is not ours: Python, written from the seed document alone. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openGateway } from "./support/gateway.ts";
import { Command } from "./support/process.ts";
import { PYTHON, SKIP_PYTHON as skip } from "./support/python.ts";

const { ws, gateway } = await openGateway({ TICKWIRE_FEED: "sim?rate=5" });
after(() => gateway.close());

async function run(example: string, ...args: string[]): Promise<string> {
  const outcome = await new Command([], {}, [PYTHON!, `examples/${example}`, ...args]).ended;
  assert.equal(outcome.code, 0, `${outcome.stdout}\n${outcome.stderr}`);
  return outcome.stdout;
}

test("the seed client logs in, queries, subscribes and sees ticks", { skip }, async () => {
  const out = await run(
    "seed_client.py",
    "--url",
    `${ws}/`,
    "--user",
    "demo",
    "--password",
    "demo",
    "--count",
    "5",
    "rb2505",
    "au2506",
  );
  assert.match(out, /rb2505/);
  assert.match(out, /au2506/);
});

test("a wrong password is refused as the seed document shows", { skip }, async () => {
  const outcome = await new Command([], {}, [
    PYTHON!,
    "examples/seed_client.py",
    "--url",
    `${ws}/`,
    "--user",
    "demo",
    "--password",
    "no",
    "rb2505",
  ]).ended;
  assert.notEqual(outcome.code, 0);
  assert.match(outcome.stdout + outcome.stderr, /不合法的登录/);
});

test("the AllTick client sees trades", { skip }, async () => {
  const out = await run(
    "alltick_client.py",
    "--url",
    `${ws}/quote-b-ws-api?token=demo`,
    "--count",
    "5",
    "BTCUSDT",
    "rb2605",
  );
  assert.match(out, /22998/);
});
