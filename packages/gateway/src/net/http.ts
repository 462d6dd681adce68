/** Plain HTTP: a table of exact paths, several listeners, upgrades handed to the WebSocket side. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

/** What a route answers. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** Answers GET (and HEAD) on one exact path. A rejection becomes a 500 without details. */
export type HttpRoute = () => HttpAnswer | Promise<HttpAnswer>;

/** An address that is listened on. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The HTTP side of the gateway. */
export interface HttpServer {
  /** Where it listens, with the real port where 0 was asked for. */
  readonly addresses: readonly Address[];
  /** Stops taking connections; idle ones are ended. */
  close(): Promise<void>;
}

/** A client that does not finish its request headers in this time is cut. */
const HEADERS_TIMEOUT_MS = 10_000;
const MAX_HEADER_BYTES = 16_384;

const NOT_FOUND: HttpAnswer = { status: 404, type: "application/json", body: '{"error":"not found"}' };
const NOT_ALLOWED: HttpAnswer = { status: 405, type: "application/json", body: '{"error":"method not allowed"}' };
const FAILED: HttpAnswer = { status: 500, type: "application/json", body: '{"error":"internal error"}' };

/** Listens on every address, or rejects naming the one it could not have (those already open are closed again). */
export async function listenHttp(
  listen: readonly Address[],
  routes: ReadonlyMap<string, HttpRoute>,
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
  onError: (error: unknown) => void,
): Promise<HttpServer> {
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
  };
  try {
    for (const address of listen) {
      const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
        void answer(request, response, routes, onError);
      });
      server.headersTimeout = HEADERS_TIMEOUT_MS;
      server.on("upgrade", upgrade);
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

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  routes: ReadonlyMap<string, HttpRoute>,
  onError: (error: unknown) => void,
): Promise<void> {
  const route = routes.get(URL.parse(request.url ?? "/", "http://localhost")?.pathname ?? "");
  let result = route === undefined ? NOT_FOUND : NOT_ALLOWED;
  if (route !== undefined && (request.method === "GET" || request.method === "HEAD")) {
    try {
      result = await route();
    } catch (error) {
      onError(error);
      result = FAILED;
    }
  }
  const body = Buffer.from(result.body);
  response.writeHead(result.status, { "content-type": result.type, "content-length": body.length });
  response.end(request.method === "HEAD" ? undefined : body);
}
