/** HTTP as text: the little that a chaos proxy does itself. */
import { request, type IncomingMessage, type ServerResponse } from "node:http";

/** An answer in place of the upstream's. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** The vendor's own words (alltick.md 6). */
export const REFUSALS = {
  401: { status: 401, body: '{"msg":"token invalid","trace":"","ret":401}' },
  429: { status: 429, body: '{"error_msg":"Too many requests"}' },
} as const satisfies Readonly<Record<number, Refusal>>;

/** Between head and body. */
export const HEAD_END = "\r\n\r\n";
/** What is not passed on: extensions would pack the frames. */
const HELD_BACK = /^sec-websocket-extensions$/i;

/** Without the query. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  return url.replace(/\?.*$/, "");
}

/** The handshake as the client wrote it, but for what the proxy must not allow. */
export function headOf({ url, rawHeaders }: IncomingMessage): string {
  const lines = [`GET ${url} HTTP/1.1`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (!HELD_BACK.test(rawHeaders[at]!)) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  }
  return lines.join("\r\n") + HEAD_END;
}

/** A whole answer, after which the connection ends. */
export function answerOf({ status, body }: Refusal): string {
  const head = [`HTTP/1.1 ${status} Refused`, "Connection: close", "Content-Type: application/json"];
  return [...head, `Content-Length: ${Buffer.byteLength(body)}`].join("\r\n") + HEAD_END + body;
}

/** Hands a call on to what listens on that port of loopback, and the answer back. */
export function relayCall(
  call: IncomingMessage,
  answer: ServerResponse,
  port: number,
  onStatus: (status: number) => void,
): void {
  const { method, url, headers } = call;
  const onward = request({ host: "127.0.0.1", port, method, path: url, headers, agent: false });
  onward.on("response", (response) => {
    const status = response.statusCode ?? 0;
    onStatus(status);
    answer.writeHead(status, response.headers);
    response.pipe(answer);
  });
  onward.on("error", () => answer.destroy());
  call.pipe(onward);
}
