/** WebSocket doors: handshakes, connections, their ends. The only importer of `ws`. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import { addTotals, NO_TOTALS, type ConnectionView, type NetworkView, type OutboxTotals } from "../ops/views.ts";
import type { Clock } from "../ports/clock.ts";
import type { Admission, Door, Handshake, Peer, Refusal, Session } from "../sessions/session.ts";
import { Flusher } from "./flusher.ts";
import { Outbox, type OutboxLimits, type OutboxOwner } from "./outbox.ts";

/** Limits of the network side; all from config. */
export interface WsLimits extends OutboxLimits {
  /** Largest inbound frame in bytes; a larger one closes the connection with 1009. */
  readonly maxFrame: number;
  /** Connections over all doors; more are refused with 503. */
  readonly maxConnections: number;
}

/** Protocol pings find peers whose TCP is dead: after this long without a byte from it a connection is cut. */
const PING_INTERVAL_MS = 30_000;
const DEAD_AFTER_MS = 75_000;
/** How often sessions are told the time. */
const TICK_MS = 1_000;
/** How long a closing peer may take to answer before its socket is destroyed. */
const CLOSE_GRACE_MS = 2_000;

/** What became of connections since the start. */
type Counts = { -readonly [K in keyof NetworkView["counts"]]: number };

/** Accepts WebSocket connections for the doors it was given. */
export class WsServer implements NetworkView {
  readonly counts: Counts = { accepted: 0, refused: 0, slow: 0, dead: 0, framesIn: 0 };
  readonly #doors = new Map<string, Door>();
  readonly #connections = new Set<Connection>();
  readonly #clock: Clock;
  readonly #limits: WsLimits;
  readonly #onError: (error: unknown, door: string) => void;
  readonly #flusher = new Flusher();
  /** The subprotocol that the door chose, between admission and upgrade. */
  readonly #protocols = new WeakMap<IncomingMessage, string>();
  readonly #server: WebSocketServer;
  readonly #stopTicking: () => void;
  #ended = NO_TOTALS;
  #closing = false;
  #numbers = 0;

  /** `onError` hears of exceptions that a session threw: they end neither the connection nor the process. */
  constructor(doors: readonly Door[], clock: Clock, limits: WsLimits, onError: (error: unknown, door: string) => void) {
    for (const door of doors) for (const path of door.paths) this.#doors.set(path, door);
    this.#clock = clock;
    this.#limits = limits;
    this.#onError = onError;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: limits.maxFrame,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: (_offered, request) => this.#protocols.get(request) ?? false,
    });
    this.#stopTicking = clock.every(TICK_MS, () => this.#tick());
  }

  /** The live connections. */
  get connections(): Iterable<ConnectionView> {
    return this.#connections;
  }

  /** How many connections are live. */
  get size(): number {
    return this.#connections.size;
  }

  /** Sums over live and ended connections. */
  totals(): OutboxTotals {
    let totals = this.#ended;
    for (const { outbox } of this.#connections) totals = addTotals(totals, outbox.counts);
    return totals;
  }

  /** Takes an HTTP upgrade. Refuses it with plain HTTP where no door opens. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const url = URL.parse(request.url ?? "/", "http://localhost");
    const door = url === null ? undefined : this.#doors.get(url.pathname);
    if (url === null || door === undefined) return this.#refuse(socket, { status: 404, body: '{"error":"not found"}' });
    if (this.#closing || this.#connections.size >= this.#limits.maxConnections) {
      return this.#refuse(socket, { status: 503, body: '{"error":"no capacity"}' });
    }
    const offered = request.headers["sec-websocket-protocol"];
    const handshake: Handshake = {
      path: url.pathname,
      query: url.searchParams,
      protocols: offered === undefined ? [] : offered.split(",").map((name) => name.trim()),
    };
    const admission = door.admit(handshake, this.#clock.now());
    if ("refuse" in admission) return this.#refuse(socket, admission.refuse);
    if (admission.protocol !== undefined) this.#protocols.set(request, admission.protocol);
    this.#server.handleUpgrade(request, socket, head, (ws) => this.#open(ws, socket as Socket, door, admission));
  }

  /** Tells every client that the service goes away (1001), waits for them to go, and ends the rest. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#stopTicking();
    const gone = [...this.#connections].map((connection) => connection.gone);
    for (const connection of this.#connections) connection.close(1001, "going away");
    await Promise.all(gone);
  }

  #open(ws: WebSocket, socket: Socket, door: Door, admission: Exclude<Admission, { refuse: Refusal }>): void {
    this.counts.accepted++;
    const connection = new Connection(++this.#numbers, door.name, ws, socket, {
      clock: this.#clock,
      flusher: this.#flusher,
      limits: this.#limits,
      counts: this.counts,
      onError: (error) => this.#onError(error, door.name),
      onGone: () => {
        this.#connections.delete(connection);
        this.#ended = addTotals(this.#ended, connection.outbox.counts);
      },
    });
    this.#connections.add(connection);
    connection.start(admission.open);
  }

  #refuse(socket: Duplex, refusal: Refusal): void {
    this.counts.refused++;
    const body = Buffer.from(refusal.body);
    const head =
      `HTTP/1.1 ${refusal.status} ${STATUS_TEXT[refusal.status] ?? "Refused"}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    // Node leaves its half open until the client ends too, which it may never do.
    socket.end(Buffer.concat([Buffer.from(head), body]), () => socket.destroy());
  }

  #tick(): void {
    const now = this.#clock.now();
    for (const connection of this.#connections) connection.tick(now);
  }
}

const STATUS_TEXT: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

interface ConnectionOptions {
  readonly clock: Clock;
  readonly flusher: Flusher;
  readonly limits: WsLimits;
  readonly counts: Counts;
  readonly onError: (error: unknown) => void;
  readonly onGone: () => void;
}

/** One socket with its outbox and session. */
class Connection implements OutboxOwner, ConnectionView {
  readonly number: number;
  readonly door: string;
  readonly outbox: Outbox;
  /** Resolves when the connection has ended. */
  readonly gone: Promise<void>;
  readonly #ws: WebSocket;
  readonly #options: ConnectionOptions;
  #session: Session | undefined;
  #heardAt: number;
  #pingedAt: number;
  #closing = false;

  constructor(number: number, door: string, ws: WebSocket, socket: Socket, options: ConnectionOptions) {
    this.number = number;
    this.door = door;
    this.#ws = ws;
    this.#options = options;
    this.#heardAt = this.#pingedAt = options.clock.now();
    this.outbox = new Outbox(socket, options.flusher, options.limits, this);
    socket.setNoDelay(true);
    socket.on("drain", () => this.outbox.drained());
    const heard = (): void => void (this.#heardAt = options.clock.now());
    ws.on("message", (data: RawData) => {
      heard();
      this.#receive(data);
    });
    ws.on("pong", heard);
    ws.on("ping", () => {
      heard();
      this.#guard(() => this.#session?.pinged?.());
    });
    ws.on("error", () => ws.terminate());
    this.gone = new Promise((resolve) => ws.on("close", () => resolve(this.#ended())));
  }

  /** Makes the session. */
  start(open: (peer: Peer) => Session): void {
    this.#guard(() => (this.#session = open(this.outbox)));
    if (this.#session === undefined) this.close(1011, "internal error");
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.outbox.finish();
    this.#ws.close(code, reason);
    const cancel = this.#options.clock.after(CLOSE_GRACE_MS, () => this.#ws.terminate());
    this.#ws.once("close", cancel);
  }

  /** About once a second. */
  tick(now: number): void {
    this.#guard(() => this.#session?.tick(now));
    if (now - this.#heardAt > DEAD_AFTER_MS) {
      this.#options.counts.dead++;
      this.#ws.terminate();
    } else if (now - this.#pingedAt >= PING_INTERVAL_MS && this.#ws.readyState === this.#ws.OPEN) {
      this.#pingedAt = now;
      this.#ws.ping();
    }
  }

  #receive(data: RawData): void {
    if (this.#closing) return;
    this.#options.counts.framesIn++;
    const text = Buffer.isBuffer(data)
      ? data.toString()
      : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]).toString();
    this.#guard(() => this.#session?.receive(text));
  }

  overflow(): void {
    this.#options.counts.slow++;
    this.close(1008, "slow consumer");
  }

  #ended(): void {
    this.#closing = true;
    this.outbox.end();
    this.#guard(() => this.#session?.closed());
    this.#options.onGone();
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
