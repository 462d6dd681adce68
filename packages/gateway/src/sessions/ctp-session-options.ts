/** What every CTP session needs. */
import type { Dialect, Side } from "@tickwire/protocol/ctp";
import type { EpochMs } from "@tickwire/protocol/model";
import type { Desk } from "../core/desk.ts";
import type { Credentials } from "../ports/credentials.ts";
import type { CtpConfig } from "./ctp-config.ts";
import type { CtpEncodings } from "./ctp-encodings.ts";
import type { CtpTrading } from "./ctp-trading.ts";
import type { Peer } from "./session.ts";

/** What a session is made from. */
export interface CtpSessionOptions {
  readonly desk: Desk;
  readonly credentials: Credentials;
  /** Wall clock. */
  readonly now: () => EpochMs;
  readonly config: CtpConfig;
  readonly encodings: CtpEncodings;
  readonly side: Side;
  /** The dialect that the client asked for by name. */
  readonly forced: Dialect | undefined;
  readonly nextSessionId: () => number;
  /** Makes the trading side of this connection; undefined where there is none. */
  readonly makeTrading: ((peer: Peer, speaks: () => Dialect) => CtpTrading) | undefined;
  /** Hears of exceptions that a request was answered -500 for. */
  readonly onError: (error: unknown) => void;
}
