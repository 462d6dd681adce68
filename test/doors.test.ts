/** The doors of one port: who comes in, who does not, and what operations can see. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { after, test } from "node:test";
import { openGateway } from "./support/gateway.ts";
import { refusalOf, TestClient } from "./support/client.ts";

const { ws, http, gateway } = await openGateway({ TICKWIRE_FEED: "sim" });
after(() => gateway.close());

test("unknown paths are 404, for plain HTTP and for upgrades", async () => {
  for (const path of ["/", "/nothing", "/quote-b-ws-api", "/healthz/"]) {
    assert.equal((await fetch(http + path)).status, 404, path);
  }
  assert.equal((await refusalOf(`${ws}/nothing`)).status, 404);
});

test("other methods than GET and HEAD are 405", async () => {
  assert.equal((await fetch(`${http}/healthz`, { method: "POST" })).status, 405);
  const head = await fetch(`${http}/healthz`, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
});

test("a request target that is no URL is answered, not fatal", async () => {
  for (const line of ["GET // HTTP/1.1", "GET http://[ HTTP/1.1"]) {
    const socket = connect(gateway.addresses[0]!.port, "127.0.0.1");
    socket.write(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`);
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    assert.match(text, /^HTTP\/1\.1 40[04]/, line);
  }
  assert.equal((await fetch(`${http}/healthz`)).status, 200);
});

test("a client that would rather speak HTTP/2 is answered in HTTP/1.1", async () => {
  const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABkAAQAAP__" };
  const [response] = (await once(get(`${http}/healthz`, { headers }), "response")) as [IncomingMessage];
  response.resume();
  assert.equal(response.statusCode, 200);
});

test("AllTick handshakes are refused as the facts say", async () => {
  for (const path of ["/quote-b-ws-api", "/quote-stock-b-ws-api"]) {
    assert.deepEqual(await refusalOf(`${ws}${path}`), {
      status: 401,
      body: { msg: "token is required", trace: "", ret: 401 },
    });
    assert.deepEqual(await refusalOf(`${ws}${path}?t=demo`), {
      status: 401,
      body: { msg: "token is required", trace: "", ret: 401 },
    });
    assert.deepEqual(await refusalOf(`${ws}${path}?token=wrong`), {
      status: 401,
      body: { msg: "token invalid", trace: "", ret: 401 },
    });
  }
});

test("a token has as many connections as its plan, per endpoint, and gets them back", async () => {
  const url = `${ws}/quote-b-ws-api?token=demo`;
  const clients = await Promise.all(Array.from({ length: 10 }, () => TestClient.open(url)));
  const refusal = await refusalOf(url);
  assert.equal(refusal.status, 429);
  assert.equal(refusal.body["ret"], 429);
  assert.equal(typeof refusal.body["error_msg"], "string");
  const other = await TestClient.open(`${ws}/quote-stock-b-ws-api?token=demo`);
  await clients[0]!.close();
  const again = await TestClient.open(url);
  await Promise.all([...clients.slice(1), other, again].map((client) => client.close()));
});

test("a frame over the size limit closes its connection with 1009 and nobody else's", async () => {
  const bystander = await TestClient.open(`${ws}/quote-b-ws-api?token=demo`);
  const client = await TestClient.open(`${ws}/`);
  client.send("x".repeat(65_537));
  assert.equal(await client.closed, 1009);
  bystander.send({ cmd_id: 22000, seq_id: 1, trace: "t", data: {} });
  assert.equal((await bystander.next())["cmd_id"], 22001);
  await bystander.close();
});

test("/healthz and /metrics tell what is going on", async () => {
  const client = await TestClient.open(`${ws}/quote-b-ws-api?token=demo`);
  client.send({ cmd_id: 22004, seq_id: 1, trace: "t", data: { symbol_list: [{ code: "BTCUSDT" }] } });
  await client.next((frame) => frame["cmd_id"] === 22998);
  const health = (await (await fetch(`${http}/healthz`)).json()) as {
    status: string;
    connections: number;
    feeds: { state: string }[];
  };
  assert.equal(health.status, "ok");
  assert.equal(health.connections, 1);
  assert.equal(health.feeds[0]!.state, "running");
  const response = await fetch(`${http}/metrics`);
  assert.match(response.headers.get("content-type")!, /^text\/plain/);
  const text = await response.text();
  const value = (name: string): number =>
    Number(new RegExp(`^${name.replace(/[{}]/g, "\\$&")} (.+)$`, "m").exec(text)?.[1]);
  assert.ok(value('tickwire_messages_total{outcome="sent"}') >= 2);
  assert.equal(value('tickwire_messages_total{outcome="dropped"}'), 0);
  assert.equal(value('tickwire_connections{door="alltick"}'), 1);
  assert.ok(value('tickwire_events_total{kind="trade"}') > 0);
  assert.ok(value("tickwire_instruments") > 900);
  assert.doesNotMatch(text, /demo/, "no credential in the metrics");
  await client.close();
});
