/** Bodies of HTTP requests: whole or not at all. */
import type { IncomingMessage } from "node:http";

/** Largest body that is taken, in bytes. */
export const MAX_BODY_BYTES = 1_048_576;

/** What became of a body: its text, or why there is none. */
export type Body = { readonly text: string } | "too large" | "gone";

/**
 * Reads the body of a request, also of a GET: some clients send one. At most {@link MAX_BODY_BYTES}, of which no more than that is ever
 * held; how long it may take is the server's request timeout. Never rejects.
 */
export function readBody(request: IncomingMessage): Promise<Body> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return Promise.resolve("too large");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_BODY_BYTES) return void chunks.push(chunk);
      chunks.length = 0;
      request.pause();
      resolve("too large");
    });
    request.on("end", () => resolve({ text: Buffer.concat(chunks).toString() }));
    request.on("error", () => resolve("gone"));
    request.on("close", () => resolve("gone"));
  });
}
