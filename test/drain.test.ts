/** The end of a gateway: it takes its leave of those who listen, and nobody can keep it from ending. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { HandFeed, openGateway } from "./support/gateway.ts";
import { TestClient, type Json } from "./support/client.ts";
import { BTCUSDT } from "./support/samples.ts";

/** A gateway that has not ended after this long does not end. */
const PATIENCE_MS = 6_000;

const HANDSHAKE =
  "GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/** A TCP client that never ends its side. */
async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

for (const [who, sent, answered] of [
  ["says nothing", "", false],
  ["stops within its headers", "GET / HTTP/1.1\r\nHost: x\r\n", false],
  ["was refused and stays", HANDSHAKE, true],
] as const) {
  test(`a client that ${who} does not keep the gateway from ending`, async () => {
    const { gateway } = await openGateway({}, [new HandFeed(() => {})]);
    const socket = await dial(gateway.addresses[0]!.port);
    socket.resume();
    if (sent !== "") socket.write(sent);
    if (answered) await once(socket, "data");
    else await nextTurn();
    const timeout = AbortSignal.timeout(PATIENCE_MS);
    const late = once(timeout, "abort").then(() => "late");
    const outcome = await Promise.race([gateway.close().then(() => "ended"), late]);
    socket.destroy();
    assert.equal(outcome, "ended");
  });
}

test("a reader that was slow still gets what waits for it, and then 1001", async () => {
  const feed = new HandFeed((sink) => void sink.instrument(BTCUSDT));
  const limits = { TICKWIRE_LIMITS_HIGH_WATER_BYTES: "65536", TICKWIRE_LIMITS_HARD_CAP_BYTES: "4000000" };
  const { gateway, ws, http } = await openGateway(limits, [feed]);
  const client = await TestClient.open(`${ws}/quote-b-ws-api?token=demo`);
  client.send({ cmd_id: 22004, seq_id: 1, trace: "t", data: { symbol_list: [{ code: "BTCUSDT" }] } });
  assert.equal((await client.next())["ret"], 200);
  client.ws.pause();
  let seq = 0;
  const trade = (): void => {
    seq++;
    feed.sink.trade({ id: "BTCUSDT", seq, time: seq, price: 100, volume: 1, turnover: 100, direction: 1 });
  };
  const isHeld = async (): Promise<boolean> =>
    /^tickwire_connection_held\{/m.test(await (await fetch(`${http}/metrics`)).text());
  while (!(await isHeld())) for (let i = 0; i < 2_000; i++) trade();
  for (let i = 0; i < 2_000; i++) trade();
  const closing = gateway.close();
  client.ws.resume();
  assert.equal(await client.closed, 1001);
  await closing;
  const seqs = client.frames.slice(1).map((frame) => Number((frame["data"] as Json)["seq"]));
  assert.equal(seqs.length, seq, "nothing is lost");
  assert.equal(seqs.at(-1), seq);
});
