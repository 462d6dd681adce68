/** A WebSocket client for tests: frames in a list, and waiting for the one that matters. */
import { once } from "node:events";
import { WebSocket } from "ws";

/** No answer in this time means there will be none: the test fails with what did arrive. */
const PATIENCE_MS = 8_000;

/** A decoded JSON frame. */
export type Json = Record<string, unknown>;

/** One connection. */
export class TestClient {
  readonly ws: WebSocket;
  /** Every frame received, oldest first. */
  readonly frames: Json[] = [];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  #read = 0;
  readonly #wake = new Set<() => void>();

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)) as Json);
      for (const wake of this.#wake) wake();
    });
    ws.on("error", () => {});
    this.closed = new Promise((resolve) =>
      ws.on("close", (code) => {
        resolve(code);
        for (const wake of this.#wake) wake();
      }),
    );
  }

  /** Connects, or rejects with the HTTP status of the refusal. */
  static async open(url: string): Promise<TestClient> {
    const ws = new WebSocket(url);
    const client = new TestClient(ws);
    await once(ws, "open");
    return client;
  }

  /** Sends an object as JSON, or a text as it is. */
  send(frame: Json | string): void {
    this.ws.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** The next frame that was not yet taken by `next`; frames before the first that matches are skipped when `where` is given. */
  async next(where: (frame: Json) => boolean = () => true): Promise<Json> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      while (this.#read < this.frames.length) {
        const frame = this.frames[this.#read++]!;
        if (where(frame)) return frame;
      }
      if (this.ws.readyState === WebSocket.CLOSED)
        throw new Error(`closed; received ${JSON.stringify(this.frames.slice(-5))}`);
      await new Promise<void>((resolve, reject) => {
        const wake = (): void => {
          this.#wake.delete(wake);
          deadline.removeEventListener("abort", fail);
          resolve();
        };
        const fail = (): void => reject(new Error(`no such frame; received ${JSON.stringify(this.frames.slice(-5))}`));
        this.#wake.add(wake);
        deadline.addEventListener("abort", fail, { once: true });
      });
    }
  }

  /** Closes and waits for the end. */
  async close(): Promise<void> {
    this.ws.close();
    await this.closed;
  }
}

/** The status and body with which a handshake was refused. */
export async function refusalOf(url: string): Promise<{ readonly status: number; readonly body: Json }> {
  const ws = new WebSocket(url);
  ws.on("error", () => {});
  const [, response] = (await once(ws, "unexpected-response")) as [
    unknown,
    AsyncIterable<Buffer> & { statusCode: number },
  ];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  ws.terminate();
  return { status: response.statusCode, body: JSON.parse(text) as Json };
}
