/** The way in for CTP JSON clients: `/` for both sides on one socket, `/md/` and `/td/` as the siblings mount them. */
import { isDialect, type Dialect, type Side } from "@tickwire/protocol/ctp";
import type { EpochMs } from "@tickwire/protocol/model";
import type { Desk } from "../core/desk.ts";
import { SessionIds } from "../core/session-ids.ts";
import type { Credentials } from "../ports/credentials.ts";
import type { Trading } from "../ports/trading.ts";
import type { CtpConfig } from "./ctp-config.ts";
import { CtpEncodings } from "./ctp-encodings.ts";
import { CtpReports } from "./ctp-reports.ts";
import { CtpSession } from "./ctp-session.ts";
import type { CtpSessionOptions } from "./ctp-session-options.ts";
import { CtpTrading } from "./ctp-trading.ts";
import { CtpUsers } from "./ctp-users.ts";
import type { Admission, Door, Handshake, Refusal } from "./session.ts";

/** What the door is made from. */
export interface CtpDoorOptions {
  readonly desk: Desk;
  readonly credentials: Credentials;
  /** Wall clock. */
  readonly now: () => EpochMs;
  readonly config: CtpConfig;
  /** What orders go to; undefined: the requests of the trading side are answered -404. */
  readonly trading?: Trading | undefined;
  /** Runs something in a later turn of the event loop, when what was sent has been written as far as it could be. */
  readonly later: (run: () => void) => void;
  /** Hears of exceptions that a request was answered -500 for; they end nothing. */
  readonly onError?: (error: unknown) => void;
}

const SIDES: ReadonlyMap<string, Side> = new Map([
  ["/", "all"],
  ["/md/", "md"],
  ["/md", "md"],
  ["/td/", "td"],
  ["/td", "td"],
]);

const UNKNOWN_DIALECT: Refusal = {
  status: 400,
  body: JSON.stringify({ error: "dialect: must be one of seed, legacy, classic" }),
};

/** The CTP JSON endpoints. */
export class CtpDoor implements Door {
  readonly name = "ctp";
  readonly paths: readonly string[] = [...SIDES.keys()];
  readonly #options: CtpDoorOptions;
  readonly #encodings = new CtpEncodings();
  readonly #makeTrading: CtpSessionOptions["makeTrading"];
  readonly #sessionIds: SessionIds;

  constructor(options: CtpDoorOptions) {
    this.#options = options;
    this.#sessionIds = new SessionIds(options.config.firstSessionId - 1);
    this.#makeTrading = tradingMaker(options);
  }

  /** Admits everybody: passwords are asked inside. `?dialect=` or else a subprotocol of that name forces a dialect. */
  admit({ path, query, protocols }: Handshake): Admission {
    const asked = query.get("dialect");
    if (asked !== null && !isDialect(asked)) return { refuse: UNKNOWN_DIALECT };
    const offered = protocols.filter(isDialect);
    const forced = asked ?? offered[0];
    const { desk, credentials, now, config, onError = () => {} } = this.#options;
    const side = SIDES.get(path) ?? "all";
    const nextSessionId = (): number => this.#sessionIds.next();
    const makeTrading = side === "md" ? undefined : this.#makeTrading;
    const services = {
      desk,
      credentials,
      now,
      config,
      encodings: this.#encodings,
      nextSessionId,
      makeTrading,
      onError,
    };
    return {
      open: (peer) => new CtpSession(peer, { ...services, side, forced }),
      ...chosen(offered, forced),
    };
  }
}

/** What makes the trading side of each connection, all of them with the same users and reports. */
function tradingMaker(options: CtpDoorOptions): CtpSessionOptions["makeTrading"] {
  const { desk, credentials, now, config, trading, later, onError = () => {} } = options;
  if (trading === undefined) return undefined;
  const users = new CtpUsers(config.maxSessionsPerUser);
  const shared = { trading, desk, credentials, now, config, later, onError, users, reports: new CtpReports() };
  return (peer, speaks) => new CtpTrading(peer, { ...shared, speaks });
}

/** The subprotocol to answer with: browsers drop a connection that answers none of those they offered. */
function chosen(offered: readonly Dialect[], forced: Dialect | undefined): { readonly protocol?: string } {
  return forced !== undefined && offered.includes(forced) ? { protocol: forced } : {};
}
