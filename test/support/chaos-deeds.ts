/** What a client did at its upstream, as a chaos proxy writes it down: types only. */

/** Something that the client did, on its own side of the proxy. */
export interface Deed {
  readonly at: number;
  /** Path without the query. */
  readonly path: string;
}

/** A handshake that reached the proxy. */
export interface HandshakeDeed extends Deed {
  /** Numbers the connection, refused or not. */
  readonly line: number;
  /** What the client was answered with; 0: nothing. */
  status: number;
  /** When the client or the proxy ended it, Infinity while it is open. */
  ended: number;
  /** When the upstream saw the end of what it had accepted, Infinity before. */
  released: number;
}

/** A text frame that the client sent. */
export interface FrameDeed extends Deed {
  readonly line: number;
  readonly text: string;
}

/** A plain HTTP request. */
export interface CallDeed extends Deed {
  status: number;
}
