/**
 * Stands between tickwire and an upstream and does to their connections what networks and services do: loopback only, driven by
 * the test, and a witness of what the client did when.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { Clock } from "../../packages/gateway/src/ports/clock.ts";
import type { CallDeed, FrameDeed, HandshakeDeed } from "./chaos-deeds.ts";
import { answerOf, headOf, HEAD_END, pathOf, relayCall, type Refusal } from "./chaos-http.ts";
import { ChaosLine, type Direction, type FrameFaults } from "./chaos-line.ts";

/** The vendor's last words before it closes (alltick.md 6). */
const WILL_CLOSE =
  '{"ret":606,"msg":"too many requests and connection will be closed","cmd_id":0,"seq_id":0,"trace":"","data":{}}';
const POLICY_VIOLATION = 1008;
const SWITCHED = 101;
/** See above. Everything passes until the test says otherwise. */
export class ChaosProxy {
  readonly handshakes: HandshakeDeed[] = [];
  readonly frames: FrameDeed[] = [];
  readonly calls: CallDeed[] = [];
  /** Most connections, by path, that the upstream had accepted at the same time; not those whose end it could not hear of. */
  readonly mostAccepted = new Map<string, number>();
  /** Grows with everything that moves. */
  traffic = 0;
  readonly #clock: Clock;
  readonly #target: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #lines = new Set<ChaosLine>();
  readonly #accepted = new Map<string, number>();
  readonly #waiting: (() => void)[] = [];
  readonly #delayed = new Set<() => void>();
  readonly #faults: Faults;
  #delay = 0;
  #refusal: Refusal | undefined;
  #unreachable = false;

  private constructor(target: number, clock: Clock, random: () => number) {
    this.#target = target;
    this.#clock = clock;
    this.#faults = { stalled: new Set(), duplicates: 0, window: 0, random };
    this.#server = createServer((call, answer) => this.#call(call, answer));
    this.#server.on("connection", (socket) => this.#connected(socket));
    this.#server.on("upgrade", (call: IncomingMessage, socket: Socket) => this.#shake(call, socket));
  }

  /** Listens on a free port of loopback, before whatever listens on the port `target` of loopback. */
  static async open(target: number, clock: Clock, random: () => number = Math.random): Promise<ChaosProxy> {
    const proxy = new ChaosProxy(target, clock, random);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as { readonly port: number }).port}`;
  }

  /** Connections that neither end has seen the end of. */
  get open(): HandshakeDeed[] {
    return this.handshakes.filter(({ status, ended }) => status === SWITCHED && ended === Infinity);
  }

  /** Ends every fault. What was held back goes on; connections that {@link lose} killed stay dead. */
  pass(): void {
    this.#faults.stalled.clear();
    this.#faults.duplicates = this.#faults.window = this.#delay = 0;
    this.#refusal = undefined;
    this.#unreachable = false;
    for (const line of this.#lines) line.release();
    for (const go of [...this.#waiting.splice(0), ...this.#delayed]) go();
  }

  /** Resets every connection, those of calls included. */
  cut(): void {
    for (const line of this.#lines) line.cut();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Resets every connection in the middle of its next server's frame. */
  cutInFrame(): void {
    for (const line of this.#lines) line.breakNext();
  }

  /** Nothing passes for now, nothing is lost: frames and handshakes wait for {@link pass}. */
  stall(...directions: readonly Direction[]): void {
    for (const direction of directions) this.#faults.stalled.add(direction);
  }

  /** On the connections of now nothing passes any more, and neither end is told. New ones are as good as ever. */
  lose(...directions: readonly Direction[]): void {
    for (const line of this.#lines) line.deaden(directions);
  }

  /** Part of the server's frames come twice. */
  duplicate(part: number): void {
    this.#faults.duplicates = part;
  }

  /** The server's frames are mixed up among `window` neighbours. */
  reorder(window: number): void {
    this.#faults.window = window;
  }

  /** Handshakes are taken to the upstream so much later. */
  delayHandshakes(ms: number): void {
    this.#delay = ms;
  }

  /** Answers handshakes and calls in the upstream's place. Open connections stay. */
  refuse(refusal: Refusal): void {
    this.#refusal = refusal;
  }

  /** New connections are reset, and so are those that were kept for further calls. */
  disappear(): void {
    this.#unreachable = true;
  }

  /** Every connection gets the vendor's 606, then a close. */
  sendAway(): void {
    for (const line of this.#lines) line.end(WILL_CLOSE, POLICY_VIOLATION);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connected(socket: Socket): void {
    if (this.#unreachable) return void socket.resetAndDestroy();
    this.#keep(socket);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
  }

  #shake(call: IncomingMessage, socket: Socket): void {
    if (this.#unreachable) return void socket.resetAndDestroy();
    const at = this.#clock.now();
    const deed: HandshakeDeed = {
      at,
      path: pathOf(call),
      line: this.handshakes.length,
      status: 0,
      ended: Infinity,
      released: Infinity,
    };
    this.handshakes.push(deed);
    const left = (): void => {
      this.traffic++;
      if (deed.ended === Infinity) deed.ended = this.#clock.now();
    };
    for (const event of ["end", "close"]) socket.on(event, left);
    const go = (): void => {
      if (deed.ended !== Infinity) return void socket.destroy();
      if (this.#refusal === undefined) return this.#join(call, socket, deed, left);
      deed.status = this.#refusal.status;
      left();
      socket.end(answerOf(this.#refusal));
    };
    if (this.#delay > 0) this.#later(() => this.#whenOpen(go));
    else this.#whenOpen(go);
  }

  /** When the delay is over, or all faults are. */
  #later(go: () => void): void {
    const once = (): void => {
      cancel();
      this.#delayed.delete(once);
      go();
    };
    const cancel = this.#clock.after(this.#delay, once);
    this.#delayed.add(once);
  }

  /** Now, or when the link is not stalled any more. */
  #whenOpen(go: () => void): void {
    this.traffic++;
    if (this.#faults.stalled.size > 0) this.#waiting.push(go);
    else go();
  }

  /** Hands the handshake on, and the upstream's answer back. */
  #join(call: IncomingMessage, socket: Socket, deed: HandshakeDeed, left: () => void): void {
    const upstream = connect(this.#target, "127.0.0.1");
    this.#keep(upstream);
    upstream.write(headOf(call));
    let head = Buffer.alloc(0);
    const endClient = (): void => void socket.end();
    const endUpstream = (): void => void upstream.destroy();
    const read = (bytes: Buffer): void => {
      this.traffic++;
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      upstream.off("data", read);
      deed.status = Number(head.toString("latin1", 9, 12));
      if (deed.status !== SWITCHED) {
        left();
        socket.write(head);
        return void upstream.pipe(socket);
      }
      upstream.off("close", endClient);
      socket.off("close", endUpstream);
      socket.write(head.subarray(0, end + HEAD_END.length));
      this.#begin(socket, upstream, deed, left).begin(head.subarray(end + HEAD_END.length));
    };
    upstream.on("data", read);
    upstream.on("close", endClient);
    socket.on("close", endUpstream);
  }

  #begin(client: Socket, upstream: Socket, deed: HandshakeDeed, left: () => void): ChaosLine {
    const { path, line: number } = deed;
    this.#count(path, 1);
    let counts = true;
    const discount = (): void => {
      if (counts) this.#count(path, -1);
      counts = false;
    };
    const line: ChaosLine = new ChaosLine(client, upstream, this.#faults, {
      asked: (text) => this.frames.push({ at: this.#clock.now(), path, line: number, text }),
      moved: () => void this.traffic++,
      left: () => {
        left();
        if (!line.isHeard) discount();
      },
      released: () => {
        deed.released = this.#clock.now();
        this.#lines.delete(line);
        discount();
      },
    });
    this.#lines.add(line);
    return line;
  }

  #count(path: string, change: 1 | -1): void {
    const count = (this.#accepted.get(path) ?? 0) + change;
    this.#accepted.set(path, count);
    this.mostAccepted.set(path, Math.max(count, this.mostAccepted.get(path) ?? 0));
  }

  #call(call: IncomingMessage, answer: ServerResponse): void {
    if (this.#unreachable) return void call.socket.resetAndDestroy();
    const deed: CallDeed = { at: this.#clock.now(), path: pathOf(call), status: 0 };
    this.calls.push(deed);
    this.#whenOpen(() => {
      if (this.#refusal === undefined) {
        return relayCall(call, answer, this.#target, (status) => {
          this.traffic++;
          deed.status = status;
        });
      }
      deed.status = this.#refusal.status;
      answer.writeHead(this.#refusal.status, { "Content-Type": "application/json" }).end(this.#refusal.body);
    });
  }
}

type Faults = { -readonly [K in keyof FrameFaults]: FrameFaults[K] } & { readonly stalled: Set<Direction> };
