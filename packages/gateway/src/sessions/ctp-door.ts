/** The way in for CTP JSON clients: `/` for both sides on one socket, `/md/` and `/td/` as the siblings mount them. */
import { isDialect, type Dialect, type Side } from "@tickwire/protocol/ctp";
import type { EpochMs } from "@tickwire/protocol/model";
import type { Desk } from "../core/desk.ts";
import type { Credentials } from "../ports.ts";
import type { CtpConfig } from "./ctp-config.ts";
import { CtpEncodings } from "./ctp-encodings.ts";
import { CtpSession } from "./ctp-session.ts";
import type { Admission, Door, Handshake, Refusal } from "./session.ts";

/** What the door is made from. */
export interface CtpDoorOptions {
  readonly desk: Desk;
  readonly credentials: Credentials;
  /** Wall clock. */
  readonly now: () => EpochMs;
  readonly config: CtpConfig;
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

/** SessionID is an int of 32 bits. */
const MAX_SESSION_ID = 2 ** 31 - 1;

/** The CTP JSON endpoints. */
export class CtpDoor implements Door {
  readonly name = "ctp";
  readonly paths: readonly string[] = [...SIDES.keys()];
  readonly #options: CtpDoorOptions;
  readonly #encodings = new CtpEncodings();
  #nextSessionId: number;

  constructor(options: CtpDoorOptions) {
    this.#options = options;
    this.#nextSessionId = options.config.firstSessionId;
  }

  /** Admits everybody: passwords are asked inside. `?dialect=` or else a subprotocol of that name forces a dialect. */
  admit({ path, query, protocols }: Handshake): Admission {
    const asked = query.get("dialect");
    if (asked !== null && !isDialect(asked)) return { refuse: UNKNOWN_DIALECT };
    const offered = protocols.filter(isDialect);
    const forced = asked ?? offered[0];
    const { desk, credentials, now, config, onError = () => {} } = this.#options;
    const side = SIDES.get(path) ?? "all";
    const nextSessionId = this.#takeSessionId;
    const services = { desk, credentials, now, config, encodings: this.#encodings, nextSessionId, onError };
    return {
      open: (peer) => new CtpSession(peer, { ...services, side, forced }),
      ...chosen(offered, forced),
    };
  }

  readonly #takeSessionId = (): number => {
    const id = this.#nextSessionId;
    this.#nextSessionId = id >= MAX_SESSION_ID ? 1 : id + 1;
    return id;
  };
}

/** The subprotocol to answer with: browsers drop a connection that answers none of those they offered. */
function chosen(offered: readonly Dialect[], forced: Dialect | undefined): { readonly protocol?: string } {
  return forced !== undefined && offered.includes(forced) ? { protocol: forced } : {};
}
