/** One WebSocket connection through the chaos proxy: two sockets, the frames between them, and what goes wrong with those. */
import type { Socket } from "node:net";
import { encodeCloseFrame, encodeTextFrame, FrameReader, type WsFrame } from "./ws-frames.ts";

/** Seen from the client: `up` to the upstream, `down` from it. */
export type Direction = "up" | "down";

/** What a proxy does to the frames of all its connections at present. */
export interface FrameFaults {
  /** Bytes wait, as on a link that is down for a moment. */
  readonly stalled: ReadonlySet<Direction>;
  /** Part of the server's text frames that come twice. */
  readonly duplicates: number;
  /** Server's text frames that are mixed up at a time; 0 and 1: none. */
  readonly window: number;
  /** Between 0 and 1. */
  readonly random: () => number;
}

/** What happens on a line. */
export interface LineEvents {
  /** A whole text frame of the client. */
  readonly asked: (text: string) => void;
  /** Any bytes. */
  readonly moved: () => void;
  /** The client's side has ended: it said goodbye, or its socket is gone. Called once. */
  readonly left: () => void;
  /** The upstream's side has ended. Called once. */
  readonly released: () => void;
}

/** See above. Both sockets are past the handshake. */
export class ChaosLine {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #faults: FrameFaults;
  readonly #events: LineEvents;
  readonly #held: Record<Direction, (() => void)[]> = { up: [], down: [] };
  readonly #dead = new Set<Direction>();
  #window: Buffer[] = [];
  #breaksNext = false;
  #left = false;
  #released = false;

  constructor(client: Socket, upstream: Socket, faults: FrameFaults, events: LineEvents) {
    this.#client = client;
    this.#upstream = upstream;
    this.#faults = faults;
    this.#events = events;
    this.#pump(client, "up", (frame) => this.#up(frame));
    this.#pump(upstream, "down", (frame) => this.#down(frame));
    for (const event of ["end", "close"]) {
      client.on(event, () => this.#clientEnded());
      upstream.on(event, () => this.#upstreamEnded());
    }
  }

  /** Bytes that came with the upstream's handshake. */
  begin(head: Buffer): void {
    if (head.length > 0) this.#upstream.emit("data", head);
  }

  /** Resets both sockets. */
  cut(): void {
    this.#leave();
    this.#client.resetAndDestroy();
    this.#upstream.resetAndDestroy();
  }

  /** Half of the next server's frame passes, then both sockets are reset. */
  breakNext(): void {
    this.#breaksNext = true;
  }

  /** From now on nothing passes in these directions, not even an end; both sockets stay as they are. */
  deaden(directions: readonly Direction[]): void {
    for (const direction of directions) this.#dead.add(direction);
  }

  /** Whether the upstream would still hear of an end. */
  get isHeard(): boolean {
    return !this.#dead.has("up");
  }

  /** The upstream seems to say `text`, to close with this code, and to go. */
  end(text: string, code: number): void {
    this.#leave();
    this.#client.end(Buffer.concat([encodeTextFrame(text), encodeCloseFrame(code, "")]));
    this.#upstream.destroy();
  }

  /** Lets go of what was held back in directions that are not stalled any more, and of what is being mixed. */
  release(): void {
    for (const direction of ["up", "down"] as const) {
      if (this.#faults.stalled.has(direction)) continue;
      for (const pass of this.#held[direction].splice(0)) pass();
    }
    if (this.#faults.window <= 1) this.#mix();
  }

  #pump(socket: Socket, direction: Direction, pass: (frame: WsFrame) => void): void {
    const reader = new FrameReader();
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes) => {
      this.#events.moved();
      for (const frame of reader.push(bytes)) {
        if (direction === "up") this.#note(frame);
        this.#pass(direction, () => pass(frame));
      }
    });
  }

  #pass(direction: Direction, pass: () => void): void {
    if (this.#dead.has(direction)) return;
    if (this.#faults.stalled.has(direction)) this.#held[direction].push(pass);
    else pass();
  }

  #note(frame: WsFrame): void {
    if (frame.kind === "text") this.#events.asked(frame.text);
    if (frame.kind === "close") this.#leave();
  }

  #up(frame: WsFrame): void {
    if (this.#upstream.writable) this.#upstream.write(frame.bytes);
  }

  #down(frame: WsFrame): void {
    if (!this.#client.writable) return;
    if (this.#breaksNext) {
      this.#client.write(frame.bytes.subarray(0, Math.ceil(frame.bytes.length / 2)));
      // A reset throws away what the other end has not read yet: it gets a turn to do so.
      setImmediate(() => setImmediate(() => this.cut()));
      this.#breaksNext = false;
      this.#dead.add("down");
      return;
    }
    if (frame.kind !== "text" || this.#faults.window <= 1) return this.#write(frame);
    this.#window.push(frame.bytes);
    if (this.#window.length >= this.#faults.window) this.#mix();
  }

  #write(frame: WsFrame): void {
    this.#mix();
    this.#client.write(frame.bytes);
    if (frame.kind === "text" && this.#faults.random() < this.#faults.duplicates) this.#client.write(frame.bytes);
  }

  #mix(): void {
    const { random } = this.#faults;
    const frames = this.#window.map((bytes) => ({ bytes, at: random() })).toSorted((a, b) => a.at - b.at);
    this.#window = [];
    for (const { bytes } of frames) if (this.#client.writable) this.#client.write(bytes);
  }

  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#events.left();
  }

  #clientEnded(): void {
    this.#leave();
    this.#events.moved();
    this.#pass("up", () => {
      if (!this.#upstream.destroyed) this.#upstream.end(() => this.#upstream.destroy());
    });
  }

  #upstreamEnded(): void {
    if (!this.#released) {
      this.#released = true;
      this.#events.released();
    }
    this.#events.moved();
    this.#pass("down", () => {
      this.#mix();
      if (!this.#client.destroyed) this.#client.end(() => this.#client.destroy());
    });
  }
}
