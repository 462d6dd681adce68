/** What a downstream dialect is to the network, and the network to it. */
import type { EpochMs } from "@tickwire/protocol/model";
import type { Outlet } from "../core/hub.ts";

/**
 * The far end of one connection, as its session sees it. `deliver` takes shared messages from the hub, `send` private
 * ones. Both keep their order; neither blocks nor throws, also after the connection has ended.
 */
export interface Peer extends Outlet {
  /** Whether the reader is slow at the moment: what is sent then is held back. */
  readonly held: boolean;
  /** What became of the messages so far. */
  readonly counts: {
    /** Written to the socket. */
    readonly sent: number;
  };
  /** Sends one text frame that is never conflated or dropped silently. */
  send(text: string): void;
  /** Sends what is pending, then closes. Idempotent. `reason` is at most 123 bytes. */
  close(code: number, reason: string): void;
}

/** One dialect's state machine for one connection. Owns no timer and no socket. */
export interface Session {
  /** A text frame arrived (binary frames are read as UTF-8). */
  receive(text: string): void;
  /** A WebSocket ping arrived; the network has answered it. */
  pinged?(): void;
  /** Called about once a second with the wall clock: heartbeats and cuts. */
  tick(now: EpochMs): void;
  /** The connection has ended: give back subscriptions and quotas. Called exactly once, nothing is called after it. */
  closed(): void;
}

/** The handshake, as far as a door may judge it. */
export interface Handshake {
  readonly path: string;
  readonly query: URLSearchParams;
  /** WebSocket subprotocols that the client offers, in its order. */
  readonly protocols: readonly string[];
}

/** A refusal, sent as a plain HTTP answer instead of 101. */
export interface Refusal {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
}

/** What became of a handshake. `open` is called at most once, when the socket is ready; it may already send. */
export type Admission =
  | { readonly refuse: Refusal }
  | { readonly open: (peer: Peer) => Session; readonly protocol?: string };

/** One way in: decides by path and credentials, and makes the session. */
export interface Door {
  /** Label in metrics: `alltick`, `ctp`. */
  readonly name: string;
  readonly paths: readonly string[];
  /** Judges a handshake at `now`; must not keep anything when it refuses or when `open` is never called. */
  admit(handshake: Handshake, now: EpochMs): Admission;
}

/** A plain HTTP request, complete and within bounds. */
export interface HttpRequest {
  /** `GET` or `POST`; a HEAD comes as a GET whose body is not sent. */
  readonly method: string;
  readonly path: string;
  /** Decoded as browsers do: `+` is a space, what is no valid encoding stays as it is. */
  readonly query: URLSearchParams;
  /** The same as it came, without the question mark. */
  readonly rawQuery: string;
  /** Read as UTF-8; empty where there is none. */
  readonly body: string;
  /** Wall clock. */
  readonly now: EpochMs;
}

/** What is answered. */
export interface HttpAnswer {
  readonly status: number;
  /** Content type. */
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers requests. A rejection becomes a 500 without details. */
export type HttpHandler = (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;
