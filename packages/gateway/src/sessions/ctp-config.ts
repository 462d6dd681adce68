/** What an operator can choose about the CTP JSON dialects. */

/** Choices, and limits of what one connection may cost. */
export interface CtpConfig {
  /** BrokerID in login replies, where the client gave none. */
  readonly brokerId: string;
  /** FrontID in login replies. */
  readonly frontId: number;
  /** SessionID of the first login; every login gets the next one. */
  readonly firstSessionId: number;
  /** Logins on the market-data path: anybody, as at CTP's own fronts (ctp.md d.1), or only with the right password. */
  readonly mdLogin: "open" | "checked";
  /** Time between two Pings; the first one comes this long after the login reply. */
  readonly pingIntervalMs: number;
  /** Instruments that one connection may subscribe to; more are refused with CTP's 6000. */
  readonly maxSubscriptions: number;
  /** `auto`: the settlement is confirmed by the login and nobody has to authenticate, as in the sibling gateways; `real`: as CTP. */
  readonly login: "auto" | "real";
  /** What ReqAuthenticate has to name where logins are `real`; empty: nobody has to authenticate. */
  readonly authCode: string;
  /** Whether queries and orders that come too fast are refused (ctp.md d.2). */
  readonly flowControl: "off" | "real";
  /** Logins on the trading side that one user may have at a time; one more is refused with CTP's 60. */
  readonly maxSessionsPerUser: number;
  /** Frames that may wait while a password is being checked; one more closes the connection (1008). */
  readonly maxQueuedDuringLogin: number;
}

/** What holds where nothing is configured. */
export const DEFAULT_CTP_CONFIG: CtpConfig = Object.freeze({
  brokerId: "9999",
  frontId: 1,
  firstSessionId: 1,
  mdLogin: "checked",
  pingIntervalMs: 30_000,
  maxSubscriptions: 5_000,
  login: "auto",
  authCode: "",
  flowControl: "off",
  maxSessionsPerUser: 10_000,
  maxQueuedDuringLogin: 64,
});
