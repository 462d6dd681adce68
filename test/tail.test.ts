/** `tickwire tail` as a process of its own, against a real gateway, in both dialects. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { futureOf, securities } from "@tickwire/protocol/catalog";
import { HandFeed, openGateway, type TestGateway } from "./support/gateway.ts";
import { Command, type Outcome } from "./support/process.ts";

const TIME = Date.parse("2025-12-23T09:30:15.500+08:00");
const RB = futureOf("rb2605")!;
const SECURITIES = new Map(securities().map((instrument) => [instrument.id, instrument]));

const feed = new HandFeed((sink) => {
  for (const instrument of [RB, SECURITIES.get("BTCUSDT")!, SECURITIES.get("700.HK")!]) sink.instrument(instrument);
});

/** A trade and a book of an instrument, such as a client that subscribes later is given first. */
function publish(id: string, price: number): void {
  feed.sink.trade({ id, seq: 0, time: TIME, price, volume: 2, turnover: price * 2, direction: 2 });
  feed.sink.book({
    id,
    seq: 0,
    time: TIME,
    bids: { prices: [price - 1], volumes: [3] },
    asks: { prices: [price + 1], volumes: [4] },
  });
}

/** Runs the command to its end. */
function runCommand(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return new Command(args, env).ended;
}

type Line = Readonly<Record<string, unknown>>;

function lines(stdout: string): Line[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

describe("tickwire tail", () => {
  let gateway: TestGateway;
  before(async () => {
    gateway = await openGateway({}, [feed]);
    for (const [id, price] of [
      ["rb2605", 3500],
      ["BTCUSDT", 84_161],
      ["700.HK", 380],
    ] as const)
      publish(id, price);
  });
  after(() => gateway[Symbol.asyncDispose]());

  it("prints trades and books as JSON lines when piped, and ends after --count", async () => {
    const { code, stdout, stderr } = await runCommand(["tail", "BTCUSDT", "--url", gateway.ws, "--count", "2"]);
    assert.deepEqual([code, stderr], [0, ""]);
    const [trade, book] = lines(stdout);
    assert.equal(lines(stdout).length, 2);
    const { seq: _seq, ...rest } = trade!;
    assert.deepEqual(rest, {
      type: "trade",
      id: "BTCUSDT",
      time: TIME,
      price: 84_161,
      volume: 2,
      turnover: 168_322,
      direction: 2,
    });
    assert.deepEqual(
      [book!["type"], book!["bids"], book!["asks"]],
      ["book", { prices: [84_160], volumes: [3] }, { prices: [84_162], volumes: [4] }],
    );
  });

  it("asks each AllTick endpoint for its own codes", async () => {
    const { code, stdout } = await runCommand([
      "tail",
      "BTCUSDT",
      "700.HK",
      "rb2605",
      "--url",
      gateway.ws,
      "--count",
      "6",
    ]);
    assert.equal(code, 0);
    assert.deepEqual([...new Set(lines(stdout).map(({ id }) => id))].toSorted(), ["700.HK", "BTCUSDT", "rb2605"]);
  });

  it("keeps the time that the vendor wants between requests on different connections", async () => {
    const own = new HandFeed((sink) => {
      for (const id of ["BTCUSDT", "700.HK"]) sink.instrument(SECURITIES.get(id)!);
    });
    await using vendor = await openGateway({ TICKWIRE_ALLTICK_PACING: "vendor" }, [own]);
    for (const id of ["BTCUSDT", "700.HK"])
      own.sink.trade({ id, seq: 0, time: TIME, price: 380, volume: 2, turnover: 760, direction: 2 });
    const args = ["tail", "BTCUSDT", "700.HK", "--url", vendor.ws, "--plan", "free", "--count", "2"];
    const { code, stdout, stderr } = await runCommand(args);
    assert.deepEqual([code, lines(stdout).map(({ id }) => id)], [0, ["BTCUSDT", "700.HK"]], stderr);
  });

  it("prints snapshots in the CTP dialect, in the time of the instrument's own zone", async () => {
    const args = ["tail", "rb2605", "700.HK", "--dialect", "ctp"];
    const { code, stdout, stderr } = await runCommand(args, { TICKWIRE_URL: gateway.ws, TICKWIRE_COUNT: "2" });
    assert.deepEqual([code, stderr], [0, ""]);
    const found = lines(stdout).map(({ type, id, time, last, volume }) => ({ type, id, time, last, volume }));
    assert.deepEqual(found, [
      { type: "snapshot", id: "rb2605", time: TIME, last: 3500, volume: 2 },
      { type: "snapshot", id: "700.HK", time: TIME, last: 380, volume: 2 },
    ]);
  });

  it("prints the exact frames with --raw", async () => {
    const { code, stdout } = await runCommand(["tail", "BTCUSDT", "--url", gateway.ws, "--raw", "--count", "1"]);
    assert.equal(code, 0);
    const [sent, ack, push, ...rest] = stdout.trimEnd().split("\n");
    assert.equal(
      sent,
      '> {"cmd_id":22004,"seq_id":1,"trace":"tickwire-1","data":{"symbol_list":[{"code":"BTCUSDT"}]}}',
    );
    assert.equal(ack, '< {"ret":200,"msg":"ok","cmd_id":22005,"seq_id":1,"trace":"tickwire-1","data":{}}');
    assert.match(push!, /^< \{"cmd_id":22998,"data":\{"code":"BTCUSDT",/);
    assert.deepEqual(rest, []);
    const json = await runCommand([
      "tail",
      "rb2605",
      "--url",
      gateway.ws,
      "--dialect",
      "ctp",
      "--raw",
      "--json",
      "--count",
      "1",
    ]);
    const [login] = lines(json.stdout);
    assert.equal(login!["direction"], "sent");
    assert.equal((JSON.parse(String(login!["text"])) as Line)["MsgType"], "ReqUserLogin");
  });

  it("goes on until it is stopped", async () => {
    const tail = new Command(["tail", "BTCUSDT", "--url", gateway.ws]);
    await tail.says(/"price":84161,/);
    publish("BTCUSDT", 90_000);
    await tail.says(/"price":90000,/);
    await tail.stop();
  });

  it("exits with 3 and says why it was refused", async () => {
    const token = await runCommand(["tail", "BTCUSDT", "--url", gateway.ws, "--token", "wrong-token"]);
    assert.deepEqual([token.code, token.stdout], [3, ""]);
    assert.equal(
      token.stderr,
      `tickwire: cannot connect to ${gateway.ws}/quote-b-ws-api: HTTP 401 {"msg":"token invalid","trace":"","ret":401}\n`,
    );

    const password = await runCommand([
      "tail",
      "rb2605",
      "--url",
      gateway.ws,
      "--dialect",
      "ctp",
      "--password",
      "wrong-password",
    ]);
    assert.deepEqual([password.code, password.stdout], [3, ""]);
    assert.equal(password.stderr, "tickwire: login: 3 CTP:不合法的登录\n");

    const code = await runCommand(["tail", "NOSUCH", "--url", gateway.ws]);
    assert.deepEqual([code.code, code.stderr], [3, "tickwire: trade subscription: 600 code invalid\n"]);
  });

  it("exits with 3 when the gateway goes away", async () => {
    const other = await openGateway({}, [new HandFeed((sink) => void sink.instrument(RB))]);
    const tail = new Command(["tail", "rb2605", "--url", other.ws, "--raw"]);
    await tail.says(/"cmd_id":22005/);
    await other[Symbol.asyncDispose]();
    const { code, stderr } = await tail.ended;
    assert.equal(code, 3);
    assert.match(stderr, /^tickwire: the service ended the connection \(1001 going away\)$/m);
  });
});
