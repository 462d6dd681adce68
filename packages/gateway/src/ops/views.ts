/** What operations may read of the network. `net/` provides it; nothing here can change anything. */

/** What became of messages, of one connection or of all. */
export interface OutboxTotals {
  readonly published: number;
  readonly sent: number;
  /** Replaced by a newer message of the same topic while the reader was slow. */
  readonly conflated: number;
  /** Thrown away because the connection ended or was over its cap. */
  readonly dropped: number;
  readonly bytes: number;
  /** Writes to the socket. */
  readonly writes: number;
}

/** No messages at all. */
export const NO_TOTALS: OutboxTotals = Object.freeze({
  published: 0,
  sent: 0,
  conflated: 0,
  dropped: 0,
  bytes: 0,
  writes: 0,
});

/** The sum of two totals. */
export function addTotals(a: OutboxTotals, b: OutboxTotals): OutboxTotals {
  return {
    published: a.published + b.published,
    sent: a.sent + b.sent,
    conflated: a.conflated + b.conflated,
    dropped: a.dropped + b.dropped,
    bytes: a.bytes + b.bytes,
    writes: a.writes + b.writes,
  };
}

/** One live connection. */
export interface ConnectionView {
  /** Grows with each connection; unique while the process lives. */
  readonly number: number;
  readonly door: string;
  readonly outbox: { readonly counts: OutboxTotals; readonly held: boolean; readonly pending: number };
}

/** All connections. */
export interface NetworkView {
  readonly connections: Iterable<ConnectionView>;
  readonly counts: {
    readonly accepted: number;
    readonly refused: number;
    /** Closed because they read too slowly. */
    readonly slow: number;
    /** Cut because their TCP was dead. */
    readonly dead: number;
    readonly framesIn: number;
  };
  /** Sums over live and ended connections. */
  totals(): OutboxTotals;
}
