/** The commands that stand on the SDK, as processes of their own, against real gateways. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, createServer as createLine, type AddressInfo, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { securities } from "@tickwire/protocol/catalog";
import { HandFeed, openGateway, type TestGateway } from "./support/gateway.ts";
import { Command, type Outcome } from "./support/process.ts";

const TIME = Date.parse("2025-12-23T09:30:15.500+08:00");
const PATIENCE = { timeout: 60_000 };
const BTCUSDT = securities().find(({ id }) => id === "BTCUSDT")!;

function run(...args: readonly string[]): Promise<Outcome> {
  return new Command(args).ended;
}

function makeFeed(): HandFeed {
  return new HandFeed((sink) => sink.instrument(BTCUSDT));
}

function trade({ sink }: HandFeed, price: number, minute = 0): void {
  sink.trade({
    id: "BTCUSDT",
    seq: 0,
    time: TIME + minute * 60_000,
    price,
    volume: 2,
    turnover: price * 2,
    direction: 1,
  });
}

/** A line to a gateway that can be cut. */
async function openLine(gateway: TestGateway): Promise<AsyncDisposable & { readonly url: string; cut(): void }> {
  const sockets = new Set<Socket>();
  const line = createLine((near) => {
    const far = connect(Number(new URL(gateway.http).port), "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  line.listen(0, "127.0.0.1");
  await once(line, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const close = async (): Promise<void> => {
    cut();
    line.close();
    await once(line, "close");
  };
  return { url: `ws://127.0.0.1:${(line.address() as AddressInfo).port}`, cut, [Symbol.asyncDispose]: close };
}

type Line = Readonly<Record<string, unknown>>;

function linesOf(stdout: string): Line[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

describe("commands that stand on the SDK", PATIENCE, () => {
  let sim: TestGateway;
  before(async () => (sim = await openGateway({ TICKWIRE_FEED: "sim?rate=5" })));
  after(() => sim[Symbol.asyncDispose]());

  it("subscribe writes trades and books, and snapshots of CTP", async () => {
    const { code, stdout, stderr } = await run("subscribe", "BTCUSDT", "700.HK", "--url", sim.ws, "--count", "12");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(linesOf(stdout).length, 12);
    assert.ok(linesOf(stdout).every(({ type, id }) => /trade|book/.test(String(type)) && /BTC|700/.test(String(id))));
    const ctp = await run("subscribe", "rb2605", "--dialect", "ctp", "--url", sim.ws, "--count", "2");
    assert.deepEqual([ctp.code, ctp.stderr], [0, ""]);
    assert.deepEqual(
      linesOf(ctp.stdout).map(({ type }) => type),
      ["snapshot", "snapshot"],
    );
  });

  it("subscribe goes on after a break, and tells of it on stderr", async () => {
    const feed = makeFeed();
    await using gateway = await openGateway({}, [feed]);
    await using line = await openLine(gateway);
    const { url } = line;
    const command = new Command(["subscribe", "BTCUSDT", "--url", url, "--plan", "professional", "--count", "2"]);
    after(() => command.child.kill());
    trade(feed, 84_000);
    await command.says(/"price":84000/);
    line.cut();
    trade(feed, 85_000);
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      linesOf(stdout).map(({ price }) => price),
      [84_000, 85_000],
    );
    assert.match(stderr, /^connection lost: 1006/m);
  });

  it("klines goes on after a break, without a hole", async () => {
    const feed = makeFeed();
    await using gateway = await openGateway({}, [feed]);
    await using line = await openLine(gateway);
    const { url } = line;
    const minute = (at: number): void => trade(feed, 84_000 + at, at);
    minute(0);
    minute(1);
    const flags = ["--limit", "5", "--follow", "--plan", "professional", "--count", "7"];
    const command = new Command(["klines", "BTCUSDT", "--url", url, ...flags]);
    after(() => command.child.kill());
    await command.says(/"open":84001/);
    line.cut();
    for (const at of [2, 3, 4]) minute(at);
    await command.says(/"open":84003/);
    minute(5);
    const { code, stdout, stderr } = await command.ended;
    assert.equal(code, 0, stderr);
    const closed = linesOf(stdout).filter((bar) => bar["closed"] === true);
    assert.deepEqual(
      closed.slice(0, 4).map(({ open }) => open),
      [84_000, 84_001, 84_002, 84_003],
    );
    assert.match(stderr, /^connection lost: 1006[^]*"filledBy":"kline"/m);
  });

  it("klines takes the past over HTTP where a token has no connection left", async () => {
    const door = createServer((request, response) => {
      void fetch(sim.http + request.url!).then(async (answer) => response.end(await answer.text()));
    });
    door.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 429 Too Many Requests\r\n\r\n"));
    door.listen(0, "127.0.0.1");
    await once(door, "listening");
    after(() => door.close());
    const url = `ws://127.0.0.1:${(door.address() as AddressInfo).port}`;
    const { code, stdout, stderr } = await run("klines", "BTCUSDT", "--url", url, "--limit", "3");
    assert.deepEqual([code, stderr, linesOf(stdout).length], [0, "", 3]);
    const followed = await run("klines", "BTCUSDT", "--url", url, "--follow");
    assert.equal(followed.code, 3);
    assert.match(followed.stderr, /429/);
  });

  it("subscribe ends with 3 where it is refused for good", async () => {
    const token = await run("subscribe", "BTCUSDT", "--url", sim.ws, "--token", "wrong-token");
    assert.equal(token.code, 3);
    assert.match(token.stderr, /401 token invalid/);
    const unknown = await run("subscribe", "NOSUCH", "--url", sim.ws);
    assert.deepEqual([unknown.code, unknown.stdout], [3, ""]);
    assert.match(unknown.stderr, /NOSUCH: .*600 code invalid/);
    const user = await run("subscribe", "rb2605", "--dialect", "ctp", "--url", sim.ws, "--password", "wrong");
    assert.equal(user.code, 3);
  });

  it("orders gives, lists and cancels", async () => {
    const service = ["--url", sim.ws];
    const seen = await run("subscribe", "rb2605", "--dialect", "ctp", "--count", "1", ...service);
    const price = String(linesOf(seen.stdout)[0]!["lowerLimit"]);
    const given = await run("orders", "insert", "rb2605", "buy", "--volume", "1", "--price", price, ...service);
    assert.equal(given.code, 0, given.stderr);
    const [order] = linesOf(given.stdout);
    assert.deepEqual([order!["type"], order!["status"]], ["order", "queueing"]);
    const sysId = String(order!["sysId"]).trim();
    const listed = await run("orders", "list", ...service);
    assert.deepEqual(
      linesOf(listed.stdout).map((each) => String(each["sysId"]).trim()),
      [sysId],
    );
    const canceled = await run("orders", "cancel", sysId, ...service);
    assert.deepEqual([canceled.code, linesOf(canceled.stdout)[0]!["status"]], [0, "canceled"]);
    const again = await run("orders", "cancel", "nosuch", ...service);
    assert.deepEqual([again.code, again.stderr], [1, "tickwire: there is no order nosuch today\n"]);
    const wrong = await run("orders", "insert", "rb2605", "up", "--volume", "1", ...service);
    assert.equal(wrong.code, 2);
    const refused = await run("orders", "list", ...service, "--password", "wrong");
    assert.equal(refused.code, 3);
  });

  it("doctor finds nothing wrong with a service that is well", async () => {
    const { code, stdout, stderr } = await run("doctor", sim.ws);
    assert.deepEqual([code, stderr], [0, ""], stdout);
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(":")[0]),
      ["name", "port", "handshake", "subscription", "first tick", "heartbeat"].map((step) => `ok     ${step}`),
    );
    const ctp = await run("doctor", sim.ws, "--user", "demo");
    assert.deepEqual([ctp.code, ctp.stderr], [0, ""], ctp.stdout);
    assert.match(ctp.stdout, /^ok {5}login: demo[^]*^ok {5}query[^]*^ok {5}subscription[^]*^ok {5}first tick/m);
  });

  it("doctor says what is wrong, and what to do", async () => {
    const web = createServer((_request, response) => void response.writeHead(404).end("no such page"));
    web.listen(0, "127.0.0.1");
    await once(web, "listening");
    after(() => web.close());
    const silent = await openGateway({}, [makeFeed()]);
    after(() => silent[Symbol.asyncDispose]());
    const other = `ws://127.0.0.1:${(web.address() as AddressInfo).port}`;
    const cases = [
      [["ws://127.0.0.1:1"], 3, /^fault {2}port: .*nothing listens there\n +Does the service run/m],
      [["ws://no-such-host.invalid"], 3, /^fault {2}name: [^]*DNS/m],
      [[sim.ws, "--token", "wrong"], 3, /^fault {2}handshake: .*401[^]*--token/m],
      [[other], 3, /^fault {2}handshake: .*404[^]*path/m],
      [[sim.ws, "--code", "NOSUCH"], 1, /^doubt {2}subscription: .*600[^]*--code/m],
      [[silent.ws, "--wait", "1"], 1, /^doubt {2}first tick: nothing within 1 s\n +Is its market open/m],
      [[sim.ws, "--user", "demo", "--password", "wrong"], 3, /^fault {2}login: .*3[^]*--password/m],
      [[other, "--user", "demo"], 3, /^fault {2}login: [^]*path/m],
    ] as const;
    const outcomes = await Promise.all(cases.map(([args]) => run("doctor", ...args)));
    for (const [at, [, exit, fault]] of cases.entries()) {
      assert.equal(outcomes[at]!.code, exit, outcomes[at]!.stdout);
      assert.match(outcomes[at]!.stdout, fault);
    }
  });
});
