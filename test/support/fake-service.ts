/** A WebSocket without a network, whose other end the test holds, and timers that the test moves. */
import type { Timers, WebSocketConstructor, WebSocketLike } from "../../packages/client/src/connection.ts";

interface Events {
  open: () => void;
  error: () => void;
  message: (event: { readonly data: unknown }) => void;
  close: (event: { readonly code: number; readonly reason: string }) => void;
}

/** The client's end. */
class FakeSocket implements WebSocketLike {
  binaryType = "blob";
  readonly #service: FakeService;
  readonly #listeners: { [K in keyof Events]: Events[K][] } = { open: [], error: [], message: [], close: [] };

  constructor(service: FakeService) {
    this.#service = service;
  }

  addEventListener<K extends keyof Events>(type: K, listener: Events[K]): void {
    this.#listeners[type].push(listener);
  }

  send(text: string): void {
    this.#service.take(text);
  }

  close(): void {
    if (this.#service.answersClose) queueMicrotask(() => this.end(1000, ""));
  }

  open(): void {
    for (const listener of this.#listeners.open) listener();
  }

  message(data: unknown): void {
    for (const listener of this.#listeners.message) listener({ data });
  }

  end(code: number, reason: string): void {
    for (const listener of this.#listeners.error) if (code === 1006) listener();
    for (const listener of this.#listeners.close.splice(0)) listener({ code, reason });
  }
}

/** The other end: what it received, and what it does. */
export class FakeService {
  /** Addresses that were connected to. */
  readonly urls: string[] = [];
  /** Frames received, decoded. */
  readonly frames: Record<string, unknown>[] = [];
  /** Called with each frame. */
  answer: (frame: Record<string, unknown>) => void = () => undefined;
  /** Whether a connection is accepted. */
  accepts: boolean | "never answers" = true;
  answersClose = true;
  readonly timers = new FakeTimers();
  #socket: FakeSocket | undefined;

  /** To be given to a client. */
  get options(): { readonly WebSocket: WebSocketConstructor; readonly timers: Timers; readonly now: () => number } {
    const connect = (url: string): FakeSocket => this.#connect(url);
    /** An arrow cannot be called with `new`; what a constructor returns takes the place of what it made. */
    function FakeWebSocket(url: string): FakeSocket {
      return connect(url);
    }
    return {
      WebSocket: FakeWebSocket as unknown as WebSocketConstructor,
      timers: this.timers,
      now: () => this.timers.now,
    };
  }

  /** Sends a frame: an object as JSON, anything else as it is. */
  send(data: unknown): void {
    const isObject = typeof data === "object" && data !== null && !(data instanceof ArrayBuffer);
    this.#socket!.message(isObject ? JSON.stringify(data) : data);
  }

  /** Ends the connection. */
  end(code: number, reason = ""): void {
    this.#socket!.end(code, reason);
  }

  /** Takes a frame from the client. */
  take(text: string): void {
    const frame = JSON.parse(text) as Record<string, unknown>;
    this.frames.push(frame);
    queueMicrotask(() => this.answer(frame));
  }

  #connect(url: string): FakeSocket {
    this.urls.push(url);
    const socket = new FakeSocket(this);
    this.#socket = socket;
    if (this.accepts === true) queueMicrotask(() => socket.open());
    else if (this.accepts === false) queueMicrotask(() => socket.end(1006, ""));
    return socket;
  }
}

/** Timers whose time passes when the test says so. */
export class FakeTimers implements Timers {
  #now = 0;
  readonly #due = new Set<{ at: number; readonly every: number; readonly run: () => void }>();

  /** The time that has passed. */
  get now(): number {
    return this.#now;
  }

  /** Timers that wait. */
  get waiting(): number {
    return this.#due.size;
  }

  after(ms: number, run: () => void): () => void {
    return this.#add(ms, 0, run);
  }

  every(ms: number, run: () => void): () => void {
    return this.#add(ms, ms, run);
  }

  /** Lets time pass, and what follows from it happen. */
  async pass(ms: number): Promise<void> {
    await settle();
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#due].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#now = next.at;
      if (next.every > 0) next.at += next.every;
      else this.#due.delete(next);
      next.run();
      await settle();
    }
    this.#now = end;
  }

  #add(ms: number, every: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, every, run };
    this.#due.add(timer);
    return () => void this.#due.delete(timer);
  }
}

/** Lets promises that are settled be heard. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await Promise.resolve();
}
