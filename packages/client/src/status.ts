/** What a client that keeps its connection tells about itself: types only. */

/**
 * `connecting`: the first connection, or another one, is being made and brought up to date. `live`: everything asked for flows.
 * `waiting`: it broke, and the next attempt comes at `retryAt`. `closed`: by this side. `failed`: there will be no other attempt.
 */
export type ClientState = "connecting" | "live" | "waiting" | "closed" | "failed";

/** State of a client. After a break nothing is `live` before the whole state, as it was asked for, flows again. */
export interface ClientStatus {
  readonly state: ClientState;
  /** When this state began, by the client's clock, milliseconds since the epoch. */
  readonly since: number;
  /** Attempts since it was last live, the one under way included. */
  readonly attempt: number;
  /** Why it is not live, or last was not: one line for people (`"1006 abnormal closure"`, `"401 token invalid"`); empty at first. */
  readonly cause: string;
  /** When the next attempt comes; 0 where none is waited for. */
  readonly retryAt: number;
  /** When the newest frame was received; 0 before the first. */
  readonly lastMessage: number;
  /** Connections made so far. */
  readonly connections: number;
}

/** A stretch of time in which something that was subscribed to may be missing. */
export interface Hole {
  /** Time of the newest event before it, as the service counts; milliseconds since the epoch. */
  readonly from: number;
  /** When everything flowed again. */
  readonly to: number;
  /** What was subscribed to, never empty. */
  readonly codes: readonly string[];
  readonly cause: string;
  /** What took its place (`"kline"`, `"snapshot"`); undefined: nothing. */
  readonly filledBy: string | undefined;
}
