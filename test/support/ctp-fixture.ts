/** A market with a few instruments, and CTP connections to it whose far end records everything. */
import { Desk } from "../../packages/gateway/src/core/desk.ts";
import { Hub } from "../../packages/gateway/src/core/hub.ts";
import { Market } from "../../packages/gateway/src/core/market.ts";
import type { Credentials } from "../../packages/gateway/src/ports/credentials.ts";
import type { FeedSink } from "../../packages/gateway/src/ports/feed.ts";
import type { Trading } from "../../packages/gateway/src/ports/trading.ts";
import { DEFAULT_CTP_CONFIG, type CtpConfig } from "../../packages/gateway/src/sessions/ctp-config.ts";
import { CtpDoor } from "../../packages/gateway/src/sessions/ctp-door.ts";
import { RecordingPeer } from "./recording-peer.ts";
import { AU2606, BTCUSDT, NOW, RB2605 } from "./samples.ts";
import type { Session } from "../../packages/gateway/src/sessions/session.ts";

/** A password check that the test answers itself. */
export interface PendingLogin {
  readonly user: string;
  readonly password: string;
  answer(right: boolean): void;
  fail(error: Error): void;
}

/** A gateway's CTP side, without network. */
export class CtpFixture {
  readonly hub = new Hub();
  readonly market = new Market(this.hub);
  readonly sink: FeedSink = this.market.sink();
  readonly desk: Desk;
  readonly door: CtpDoor;
  /** Logins whose password is being checked, when `manual`. */
  readonly pending: PendingLogin[] = [];
  /** What sessions reported. */
  readonly errors: unknown[] = [];
  /** Wall clock. */
  now = NOW;
  /** Asked for unknown ids. */
  want: (id: string) => boolean = () => false;

  /** Answers ReqUserPasswordUpdate. */
  changePassword: Credentials["changePassword"] = (_user, _old, next) =>
    Promise.resolve(next === "" ? "weak" : "fixed");

  /** With `manual` passwords wait for the test; without, that of `demo` and `demo2` is `demo`, and `locked` is locked. */
  constructor(
    config: Partial<CtpConfig> = {},
    manual = false,
    trading?: Trading | ((desk: Desk) => Trading | undefined),
  ) {
    this.desk = new Desk(this.hub, this.market, { want: (id) => this.want(id), now: () => NOW });
    const credentials: Credentials = {
      token: () => undefined,
      password: async (user, password) => {
        if (user === "locked") return "locked";
        const right = manual ? await this.#ask(user, password) : /^demo2?$/.test(user) && password === "demo";
        return right ? "right" : "wrong";
      },
      changePassword: (user, old, next) => this.changePassword(user, old, next),
    };
    this.door = new CtpDoor({
      desk: this.desk,
      credentials,
      now: () => this.now,
      later: setImmediate,
      config: { ...DEFAULT_CTP_CONFIG, ...config },
      trading: typeof trading === "function" ? trading(this.desk) : trading,
      onError: (error) => this.errors.push(error),
    });
    for (const instrument of [RB2605, AU2606, BTCUSDT]) this.sink.instrument(instrument);
  }

  #ask(user: string, password: string): Promise<boolean> {
    return new Promise((answer, fail) => this.pending.push({ user, password, answer, fail }));
  }

  /** Opens a connection, such as `/md/?dialect=seed`. */
  connect(target = "/", protocols: readonly string[] = []): CtpConnection {
    const url = new URL(target, "http://localhost");
    const admission = this.door.admit({ path: url.pathname, query: url.searchParams, protocols });
    if ("refuse" in admission) throw new Error(`refused: ${admission.refuse.body}`);
    const peer = new RecordingPeer();
    return new CtpConnection(peer, admission.open(peer));
  }

  /** A connection that has logged in as `demo`, with the reply already taken. */
  async connectIn(target = "/", user = "demo"): Promise<CtpConnection> {
    const connection = this.connect(target);
    await connection.login({ RequestID: 0 }, "demo", user);
    return connection;
  }
}

/** One client's view of its connection. */
export class CtpConnection {
  readonly peer: RecordingPeer;
  readonly session: Session;

  constructor(peer: RecordingPeer, session: Session) {
    this.peer = peer;
    this.session = session;
  }

  /** Sends a frame and gives back what came at once. */
  ask(frame: unknown): Record<string, unknown>[] {
    this.session.receive(typeof frame === "string" ? frame : JSON.stringify(frame));
    return this.take();
  }

  /** Everything received since the last look. */
  take(): Record<string, unknown>[] {
    return this.peer.take() as Record<string, unknown>[];
  }

  /** Subscribes in the seed's way. */
  subscribe(...ids: string[]): Record<string, unknown>[] {
    return this.ask({ MsgType: "ReqSubMarketData", ReqSubMarketData: { InstrumentID: ids } });
  }

  /** The code that the session closed with, if it has. */
  closeCode(): number | undefined {
    return this.peer.closed?.code;
  }

  /** Logs in as `demo`; RequestID 0 unless told otherwise. */
  async login(
    top: Record<string, unknown> = { RequestID: 0 },
    password = "demo",
    user = "demo",
  ): Promise<Record<string, unknown>[]> {
    this.session.receive(
      JSON.stringify({ MsgType: "ReqUserLogin", ...top, ReqUserLogin: { UserID: user, Password: password } }),
    );
    await settle();
    return this.take();
  }
}

/** Lets promises that are ready run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The MsgType of each frame. */
export function typesOf(frames: readonly Record<string, unknown>[]): unknown[] {
  return frames.map((frame) => frame["MsgType"]);
}

/** The ErrorID of each frame. */
export function errorIdsOf(frames: readonly Record<string, unknown>[]): number[] {
  return frames.map((frame) => (frame["RspInfo"] as { ErrorID: number }).ErrorID);
}
