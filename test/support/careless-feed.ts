/** A feed as it should not be: it takes what comes, asks when it likes, and admits nothing. What the chaos test must not let pass. */
import { ALLTICK_WS_PATHS, decodeFrames, encodeRequest, endpointOfCode } from "@tickwire/protocol/alltick";
import { securities } from "@tickwire/protocol/catalog";
import { WebSocket } from "ws";
import type { Clock } from "../../packages/gateway/src/ports/clock.ts";
import type { Feed, FeedSink, FeedStatus } from "../../packages/gateway/src/ports/feed.ts";

const HEARTBEAT_MS = 10_000;

/** How careless it is. */
export interface Carelessness {
  /** Between two connections. */
  readonly gapMs: number;
  /** Between two requests. */
  readonly spacingMs: number;
}

/** Trades of the codes of one endpoint, as the upstream sends them. */
export class CarelessFeed implements Feed {
  readonly name = "careless";
  readonly timeline = "wall";
  readonly #host: string;
  readonly #codes: readonly string[];
  readonly #clock: Clock;
  readonly #how: Carelessness;
  #ws: WebSocket | undefined;
  #sink: FeedSink | undefined;

  constructor(host: string, codes: readonly string[], clock: Clock, how: Carelessness) {
    this.#host = host;
    this.#codes = codes.filter((code) => endpointOfCode(code) === "general");
    this.#clock = clock;
    this.#how = how;
  }

  async start(sink: FeedSink): Promise<void> {
    this.#sink = sink;
    for (const instrument of securities()) if (this.#codes.includes(instrument.id)) sink.instrument(instrument);
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#sink = undefined;
    this.#ws?.terminate();
  }

  status(): FeedStatus {
    return { state: "running", detail: "careless", time: 0 };
  }

  want(): boolean {
    return false;
  }

  #connect(): void {
    if (this.#sink === undefined) return;
    const ws = new WebSocket(`ws://${this.#host}${ALLTICK_WS_PATHS.general}?token=demo`);
    const stopBeating = this.#clock.every(
      HEARTBEAT_MS,
      () => ws.readyState === ws.OPEN && ws.send(encodeRequest({ kind: "heartbeat" }, 1, "t")),
    );
    ws.on("error", () => undefined);
    ws.on("open", () => {
      ws.send(encodeRequest({ kind: "subscribe-trade", codes: this.#codes }, 1, "t"));
      const symbols = this.#codes.map((code) => ({ code, level: 0 }));
      this.#clock.after(
        this.#how.spacingMs,
        () => ws.readyState === ws.OPEN && ws.send(encodeRequest({ kind: "subscribe-depth", symbols }, 2, "t")),
      );
    });
    ws.on("message", (data) => {
      // It dates and numbers what it gets anew: nobody behind it can tell what was there before.
      for (const frame of decodeFrames(String(data))) {
        if (frame.kind === "trade") this.#sink?.trade({ ...frame.trade, seq: 0, time: this.#clock.now() });
      }
    });
    ws.on("close", () => {
      stopBeating();
      this.#clock.after(this.#how.gapMs, () => this.#connect());
    });
    this.#ws = ws;
  }
}
