import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, describe, test } from "node:test";
import { MAX_BODY_BYTES } from "./http-body.ts";
import { listenHttp, type HttpRoute } from "./http.ts";
import type { HttpRequest } from "../sessions/session.ts";

const NOW = 1_786_012_345_000;
const errors: unknown[] = [];
const seen: HttpRequest[] = [];

const echo: HttpRoute["handle"] = (request) => {
  seen.push(request);
  return { status: 200, type: "text/plain", body: request.body };
};
const name = (text: string): HttpRoute => ({ handle: () => ({ status: 200, type: "text/plain", body: text }) });

const server = await listenHttp({
  listen: [{ host: "127.0.0.1", port: 0 }],
  routes: new Map<string, HttpRoute>([
    ["/get", { handle: echo }],
    ["/api/", { handle: echo, post: true, cors: true }],
    ["/api/special", name("special")],
    ["/api/deep/", name("deep")],
    ["/fails", { handle: () => Promise.reject(new Error("secret")), cors: true }],
  ]),
  upgrade: (_request, socket) => void socket.destroy(),
  onError: (error) => void errors.push(error),
  now: () => NOW,
});
const { host, port } = server.addresses[0]!;
const base = `http://${host}:${port}`;
after(() => server.close());

/** What is answered to bytes on a bare socket, until the server closes it. */
function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, host, () => socket.write(text));
    socket.on("data", (chunk) => void (answer += chunk.toString()));
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}

const textOf = async (path: string): Promise<string> => (await fetch(base + path)).text();

describe("routes", () => {
  test("by path, then by the longest beginning", async () => {
    assert.equal(await textOf("/api/special"), "special");
    assert.equal(await textOf("/api/deep/er/x"), "deep");
    assert.equal(await textOf("/api/anything"), "");
    for (const path of ["/", "/api", "/other", "/get/"]) assert.equal((await fetch(base + path)).status, 404, path);
  });

  test("a request is handed over whole", async () => {
    await fetch(`${base}/api/x?query=%7B+1%2B&token=a%20b`, { method: "POST", body: "bödy" });
    const { method, path, query, rawQuery, body, now } = seen.at(-1)!;
    assert.deepEqual([method, path, body, now], ["POST", "/api/x", "bödy", NOW]);
    assert.deepEqual([query.get("query"), query.get("token")], ["{ 1+", "a b"]);
    assert.equal(rawQuery, "query=%7B+1%2B&token=a%20b");
  });

  test("methods: HEAD is GET without its body, POST where it is taken, nothing else", async () => {
    const head = await fetch(`${base}/api/special`, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("content-length"), await head.text()], [200, "7", ""]);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      assert.equal((await fetch(`${base}/get`, { method })).status, 405, method);
    }
    assert.equal((await fetch(`${base}/api/x`, { method: "PUT" })).status, 405);
  });

  test("an exception is a 500 without details, and is heard of", async () => {
    const answer = await fetch(`${base}/fails`);
    assert.deepEqual([answer.status, await answer.text()], [500, '{"error":"internal error"}']);
    assert.equal((errors.at(-1) as Error).message, "secret");
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
  });

  test("CORS: on the routes that say so, on their refusals too, and on no others", async () => {
    const origin = async (path: string, method = "GET"): Promise<string | null> =>
      (await fetch(base + path, { method })).headers.get("access-control-allow-origin");
    assert.deepEqual([await origin("/api/x"), await origin("/api/x", "DELETE")], ["*", "*"]);
    assert.deepEqual([await origin("/get"), await origin("/nowhere")], [null, null]);
    const preflight = await fetch(`${base}/api/x`, { method: "OPTIONS" });
    assert.equal(preflight.status, 204);
    assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /GET.*POST/);
    assert.equal(preflight.headers.get("access-control-allow-headers"), "*");
  });
});

describe("what clients send", () => {
  test("a GET with a body", async () => {
    const answer = await raw("GET /api/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody");
    assert.match(answer, /^HTTP\/1\.1 200/);
    assert.equal(seen.at(-1)!.body, "body");
  });

  test("braces and quotes that are not encoded", async () => {
    await raw("GET /api/x?query={\"a\":['b']}&token=T HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert.equal(seen.at(-1)!.query.get("query"), `{"a":['b']}`);
  });

  test("what is no HTTP is answered 400, and the server lives on", async () => {
    for (const text of ["nonsense\r\n\r\n", "GET /api/x?a b HTTP/1.1\r\nHost: x\r\n\r\n", "\0\0\0\0\r\n\r\n"]) {
      assert.match(await raw(text), /^HTTP\/1\.1 400/);
    }
    assert.match(await raw(`GET /${"x".repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`), /^HTTP\/1\.1 431/);
    assert.equal((await fetch(`${base}/get`)).status, 200);
  });

  test("a path that is no URL is not found", async () => {
    assert.match(await raw("GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), /^HTTP\/1\.1 40[04]/);
  });

  test("a body up to the limit is taken, a larger one is refused before it is read, however it comes", async () => {
    const most = "x".repeat(MAX_BODY_BYTES);
    const taken = await fetch(`${base}/api/x`, { method: "POST", body: most });
    assert.equal((await taken.text()).length, MAX_BODY_BYTES);
    const told = await raw(`POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: ${MAX_BODY_BYTES + 1}\r\n\r\nxx`);
    assert.match(told, /^HTTP\/1\.1 413/);
    const chunk = `${most.length.toString(16)}\r\n${most}\r\n`;
    const chunked = await raw(`POST /api/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`);
    assert.match(chunked, /^HTTP\/1\.1 413/);
  });

  test("a client that goes away in the middle of its body disturbs nobody", async () => {
    const before = seen.length;
    const socket = connect(port, host);
    socket.write("POST /api/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    assert.equal((await fetch(`${base}/get`)).status, 200);
    assert.equal(seen.length, before + 1);
    assert.ok(errors.every((error) => (error as Error).message === "secret"));
  });
});
