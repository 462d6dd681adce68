/** Plain HTTP: a small table of routes, several listeners, upgrades handed to the WebSocket side. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { HttpAnswer, HttpHandler } from "../sessions/session.ts";
import { readBody } from "./http-body.ts";

/** Who answers under a path. */
export interface HttpRoute {
  readonly handle: HttpHandler;
  /** Whether it takes POST besides GET and HEAD. */
  readonly post?: boolean;
  /** Whether web pages of other origins may read it. */
  readonly cors?: boolean;
}

/** Routes by path. A path that ends in `/` stands for everything below it; the longest one that fits answers. */
export type HttpRoutes = ReadonlyMap<string, HttpRoute>;

/** An address that is listened on. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What the HTTP side is made from. */
export interface HttpOptions {
  readonly listen: readonly Address[];
  readonly routes: HttpRoutes;
  /** Takes what asks for an upgrade. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Hears of exceptions that a handler threw. */
  readonly onError: (error: unknown) => void;
  /** Wall clock. */
  readonly now: () => number;
}

/** The HTTP side of the gateway. */
export interface HttpServer {
  /** Where it listens, with the real port where 0 was asked for. */
  readonly addresses: readonly Address[];
  /** Stops taking connections; idle ones are ended at once, the others when they were answered or after a grace. */
  close(): Promise<void>;
}

/** A client that has not sent its headers, or its whole request, in this time is answered 408 and cut. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
/** How often Node looks for such clients. */
const CHECK_INTERVAL_MS = 1_000;
const MAX_HEADER_BYTES = 65_536;
/** Requests under way on one connection may take this long when the gateway closes. */
const CLOSE_GRACE_MS = 2_000;

const JSON_TYPE = "application/json";
const NOT_FOUND: HttpAnswer = { status: 404, type: JSON_TYPE, body: '{"error":"not found"}' };
const NOT_ALLOWED: HttpAnswer = { status: 405, type: JSON_TYPE, body: '{"error":"method not allowed"}' };
const TOO_LARGE: HttpAnswer = {
  status: 413,
  type: JSON_TYPE,
  body: '{"error":"body too large"}',
  headers: { connection: "close" },
};
const FAILED: HttpAnswer = { status: 500, type: JSON_TYPE, body: '{"error":"internal error"}' };

/** Everything is open to every origin: who may ask is decided by the token in the address, never by a cookie. */
const CORS_HEADERS = { "access-control-allow-origin": "*" };
const PREFLIGHT_HEADERS = {
  ...CORS_HEADERS,
  "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
  "access-control-allow-headers": "*",
  "access-control-max-age": "86400",
};

/** Listens on every address, or rejects naming the one it could not have (those already open are closed again). */
export async function listenHttp(options: HttpOptions): Promise<HttpServer> {
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    for (const address of options.listen) {
      const limits = {
        maxHeaderSize: MAX_HEADER_BYTES,
        connectionsCheckingInterval: CHECK_INTERVAL_MS,
        shouldUpgradeCallback: asksForWebSocket,
      };
      const server = createServer(limits, (request, response) => void respond(request, response, options));
      server.headersTimeout = HEADERS_TIMEOUT_MS;
      server.requestTimeout = REQUEST_TIMEOUT_MS;
      server.on("upgrade", options.upgrade);
      await bind(server, address);
      servers.push(server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const addresses = servers.map((server) => {
    const { address, port } = server.address() as AddressInfo;
    return { host: address, port };
  });
  return { addresses, close };
}

function bind(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "the port is in use" : error.message;
      fail(new Error(`cannot listen on ${host}:${port}: ${why}`));
    });
    server.listen(port, host, done);
  });
}

/** Other upgrades, such as `h2c`, are offers that may be passed over (RFC 9110 7.8): some clients always make one. */
function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(cut);
      done();
    });
  });
}

async function respond(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  const url = URL.parse(request.url ?? "/", "http://localhost");
  const route = url === null ? undefined : findRoute(options.routes, url.pathname);
  let answer: HttpAnswer | undefined;
  try {
    answer = url === null || route === undefined ? NOT_FOUND : await ask(request, url, route, options);
  } catch (error) {
    options.onError(error);
    answer = FAILED;
  }
  if (answer === undefined || response.destroyed) return;
  const body = Buffer.from(answer.body);
  const cors = route?.cors === true ? CORS_HEADERS : {};
  const head = { "content-type": answer.type, "content-length": body.length, ...cors, ...answer.headers };
  response.writeHead(answer.status, answer.status === 204 ? { ...cors, ...answer.headers } : head);
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Undefined when the client went away before its request was complete. */
async function ask(
  request: IncomingMessage,
  url: URL,
  route: HttpRoute,
  options: HttpOptions,
): Promise<HttpAnswer | undefined> {
  const { method = "GET" } = request;
  if (method === "OPTIONS" && route.cors === true) {
    return { status: 204, type: "", body: "", headers: PREFLIGHT_HEADERS };
  }
  if (method !== "GET" && method !== "HEAD" && !(method === "POST" && route.post === true)) return NOT_ALLOWED;
  const body = await readBody(request);
  if (body === "too large") return TOO_LARGE;
  if (body === "gone") return undefined;
  return await route.handle({
    method: method === "HEAD" ? "GET" : method,
    path: url.pathname,
    query: url.searchParams,
    rawQuery: url.search.slice(1),
    body: body.text,
    now: options.now(),
  });
}

/** The route of a path: its own, or that of the longest beginning that ends in `/`. */
function findRoute(routes: HttpRoutes, path: string): HttpRoute | undefined {
  const own = routes.get(path);
  if (own !== undefined) return own;
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    const route = routes.get(path.slice(0, end + 1));
    if (route !== undefined) return route;
  }
  return undefined;
}
