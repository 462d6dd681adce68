/** The proxy's faults are what they are called, and its witness is right: a proxy that is kinder than it says proves nothing. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, describe, it } from "node:test";
import { WebSocketServer, type WebSocket } from "ws";
import { REFUSALS } from "./chaos-http.ts";
import { ChaosProxy } from "./chaos-proxy.ts";
import { refusalOf, TestClient, type Json } from "./client.ts";
import { SteppedClock } from "./stepped-clock.ts";

/** An upstream that counts, greets and echoes. */
const server = createServer((_call, answer) => void answer.end('{"here":"upstream"}'));
const sockets = new WebSocketServer({ server, perMessageDeflate: true });
const accepted: WebSocket[] = [];
sockets.on("connection", (ws: WebSocket, { url }: IncomingMessage) => {
  accepted.push(ws);
  ws.send(JSON.stringify({ hello: url }));
  ws.on("message", (data) => ws.send(String(data)));
  ws.on("error", () => {});
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
server.unref();

let clock: SteppedClock;
let proxy: ChaosProxy;
const open = (): Promise<TestClient> => TestClient.open(`ws://${proxy.host}/path?token=t`);
const last = (): WebSocket => accepted.at(-1)!;
const push = (from: number, to: number): void => {
  for (let n = from; n < to; n++) last().send(JSON.stringify({ n }));
};
const numbersOf = (frames: readonly Json[]): unknown[] => frames.flatMap(({ n }) => n ?? []);

describe("the chaos proxy", () => {
  beforeEach(async () => {
    clock = new SteppedClock();
    let at = 0;
    // A random sequence that a test can count on: 0, 0.9, 0.8, … again and again.
    proxy = await ChaosProxy.open(
      (server.address() as { port: number }).port,
      clock,
      () => ((10 - (at++ % 10)) % 10) / 10,
    );
    clock.watch(() => proxy.traffic);
  });
  afterEach(() => proxy.close());

  it("passes handshakes, frames of every size, calls, closes, and writes down what the client did", async () => {
    const client = await open();
    assert.deepEqual(await client.next(), { hello: "/path?token=t" });
    for (const size of [1, 200, 70_000]) {
      client.send({ text: "x".repeat(size) });
      assert.equal(String((await client.next())["text"]).length, size);
    }
    assert.deepEqual(await (await fetch(`http://${proxy.host}/call?x=1`)).json(), { here: "upstream" });
    await clock.pass(5_000);
    await client.close();
    assert.equal(proxy.handshakes.length, 1);
    const [{ at, ended, path, status }] = proxy.handshakes as [(typeof proxy.handshakes)[0]];
    assert.deepEqual({ path, status, open: ended - at }, { path: "/path", status: 101, open: 5_000 });
    assert.deepEqual(
      proxy.frames.map(({ text }) => text.length),
      [1, 200, 70_000].map((size) => size + '{"text":""}'.length),
    );
    assert.deepEqual(proxy.calls, [{ at, path: "/call", status: 200 }]);
  });

  it("counts the connections that the upstream has at the same time", async () => {
    const first = await open();
    await first.close();
    await clock.settle();
    await open();
    assert.deepEqual([...proxy.mostAccepted], [["/path", 1]]);
    await open();
    assert.deepEqual([...proxy.mostAccepted], [["/path", 2]]);
  });

  it("cuts: both ends see the connection break", async () => {
    const client = await open();
    const gone = once(last(), "close");
    proxy.cut();
    assert.equal(await client.closed, 1006);
    assert.equal((await gone)[0], 1006);
    assert.equal(proxy.handshakes[0]!.ended, clock.now());
  });

  it("cuts in a frame: half of it is on the wire, and no more", async () => {
    const raw = connect(Number(proxy.host.split(":")[1]), "127.0.0.1");
    let bytes = Buffer.alloc(0);
    raw.on("data", (part) => (bytes = Buffer.concat([bytes, part])));
    const reset = once(raw, "error");
    const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13";
    raw.write(`GET / HTTP/1.1\r\nHost: x\r\n${upgrade}\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`);
    while (!bytes.includes("hello")) await once(raw, "data");
    await clock.settle();
    bytes = Buffer.alloc(0);
    proxy.cutInFrame();
    last().send("x".repeat(100));
    assert.equal(((await reset)[0] as NodeJS.ErrnoException).code, "ECONNRESET");
    assert.equal(bytes.length, 51);
  });

  it("stalls: nothing passes, everything comes later, in order", async () => {
    const client = await open();
    await client.next();
    proxy.stall("up", "down");
    client.send({ n: 100 });
    push(0, 5);
    const late = open();
    await clock.pass(20_000);
    assert.equal(client.frames.length, 1);
    assert.equal(accepted.length, accepted.indexOf(last()) + 1);
    proxy.pass();
    await late;
    await client.next(({ n }) => n === 100);
    assert.deepEqual(numbersOf(client.frames), [0, 1, 2, 3, 4, 100]);
  });

  it("loses: a connection stays dead for good and neither end is told, a new one lives", async () => {
    const client = await open();
    await client.next();
    const old = last();
    proxy.lose("up", "down");
    client.send({ n: 1 });
    old.send('{"n":2}');
    client.ws.terminate();
    await clock.pass(1_000);
    assert.equal(old.readyState, old.OPEN);
    assert.equal(proxy.handshakes[0]!.ended <= clock.now(), true);
    const other = await open();
    other.send({ n: 3 });
    await other.next(({ n }) => n === 3);
    assert.deepEqual(numbersOf(client.frames), []);
    assert.equal(proxy.mostAccepted.get("/path"), 1, "a client cannot know of a connection that only the upstream has");
    old.terminate();
  });

  it("duplicates and reorders the server's frames, and stops when told to", async () => {
    const client = await open();
    await client.next();
    proxy.duplicate(0.5);
    push(0, 10);
    await clock.settle();
    const doubled = numbersOf(client.frames);
    assert.deepEqual([...new Set(doubled)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.ok(doubled.length > 10 && doubled.length < 20, String(doubled));
    proxy.pass();
    proxy.reorder(4);
    push(10, 19);
    await clock.settle();
    assert.equal(numbersOf(client.frames).length, doubled.length + 8, "the ninth waits for its neighbours");
    proxy.pass();
    push(19, 20);
    await client.next(({ n }) => n === 19);
    const mixed = numbersOf(client.frames).slice(doubled.length);
    assert.notDeepEqual(mixed, [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    assert.deepEqual(mixed.slice(0, 4).toSorted(), [10, 11, 12, 13]);
    assert.deepEqual(mixed.slice(4, 8).toSorted(), [14, 15, 16, 17]);
    assert.deepEqual(mixed.slice(8), [18, 19]);
  });

  it("delays handshakes", async () => {
    proxy.delayHandshakes(4_000);
    const before = accepted.length;
    const client = open();
    while (proxy.handshakes.length === 0) await new Promise(setImmediate);
    await clock.pass(3_999);
    assert.equal(accepted.length, before);
    await clock.pass(1);
    await client;
    assert.equal(accepted.length, before + 1);
    const other = open();
    while (proxy.handshakes.length === 1) await new Promise(setImmediate);
    proxy.pass();
    await other;
  });

  it("refuses handshakes and calls in the upstream's place; open connections stay", async () => {
    const client = await open();
    await client.next();
    const before = accepted.length;
    proxy.refuse(REFUSALS[429]);
    const refused = await refusalOf(`ws://${proxy.host}/path`);
    assert.deepEqual(refused, { status: 429, body: { error_msg: "Too many requests" } });
    assert.equal((await fetch(`http://${proxy.host}/x`)).status, 429);
    proxy.refuse(REFUSALS[401]);
    assert.equal((await refusalOf(`ws://${proxy.host}/path`)).body["ret"], 401);
    assert.equal(accepted.length, before);
    assert.deepEqual(
      proxy.handshakes.map(({ status, ended }) => [status, ended < Infinity]),
      [
        [101, false],
        [429, true],
        [401, true],
      ],
    );
    push(1, 2);
    assert.equal((await client.next())["n"], 1);
  });

  it("disappears and comes back", async () => {
    proxy.disappear();
    await assert.rejects(open());
    assert.equal(proxy.handshakes.length, 0, "the upstream saw nothing of it");
    proxy.pass();
    await open();
  });

  it("sends away with the vendor's 606", async () => {
    const client = await open();
    await client.next();
    const gone = once(last(), "close");
    proxy.sendAway();
    assert.equal(await client.closed, 1008);
    assert.equal(client.frames.at(-1)!["ret"], 606);
    await gone;
  });
});
