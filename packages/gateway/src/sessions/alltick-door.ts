/** The way in for AllTick clients: two paths, a token in the query, connections counted by plan (alltick.md 1, 4, 6). */
import type { EpochMs } from "@tickwire/protocol/model";
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import {
  ALLTICK_WS_PATHS,
  encodeError,
  findPlan,
  type AllTickEndpoint,
  type AllTickPlan,
} from "@tickwire/protocol/alltick";
import type { Desk } from "../core/desk.ts";
import type { Credentials } from "../ports.ts";
import type { AllTickConfig } from "./alltick-config.ts";
import { AllTickEncodings } from "./alltick-encodings.ts";
import { Seats } from "./alltick-seats.ts";
import { AllTickSession } from "./alltick-session.ts";
import type { Admission, Door, Handshake, Peer, Refusal, Session } from "./session.ts";

/** What the door is made from. */
export interface AllTickDoorOptions {
  readonly desk: Desk;
  readonly credentials: Credentials;
  /** Wall clock. */
  readonly now: () => EpochMs;
  readonly config: AllTickConfig;
}

const TOKEN_REQUIRED = refusal(ALLTICK_ERRORS.tokenRequired);
const TOKEN_INVALID = refusal(ALLTICK_ERRORS.tokenInvalid);
/** The vendor's gateway answers with `error_msg` alone; `ret` and `msg` are for clients that look there. */
const TOO_MANY: Refusal = {
  status: 429,
  body: JSON.stringify({
    error_msg: ALLTICK_ERRORS.rateLimit.msg,
    ret: ALLTICK_ERRORS.rateLimit.ret,
    msg: ALLTICK_ERRORS.rateLimit.msg,
  }),
};

/** The two AllTick endpoints. */
export class AllTickDoor implements Door {
  readonly name = "alltick";
  readonly paths: readonly string[] = Object.values(ALLTICK_WS_PATHS);
  readonly #options: AllTickDoorOptions;
  readonly #encodings = new AllTickEncodings();
  readonly #seats: Seats;

  constructor(options: AllTickDoorOptions) {
    this.#options = options;
    this.#seats = new Seats(options.config.pacing === "vendor");
  }

  admit({ path, query }: Handshake, now: EpochMs): Admission {
    const token = query.get("token") ?? "";
    if (token === "") return { refuse: TOKEN_REQUIRED };
    const grant = this.#options.credentials.token(token);
    if (grant === undefined) return { refuse: TOKEN_INVALID };
    const endpoint: AllTickEndpoint = path === ALLTICK_WS_PATHS.stock ? "stock" : "general";
    const plan = findPlan(grant.plan);
    const seat = `${endpoint} ${grant.name}`;
    if (!this.#seats.isFree(seat, plan, now)) return { refuse: TOO_MANY };
    return { open: (peer) => this.#open(peer, endpoint, plan, seat) };
  }

  #open(peer: Peer, endpoint: AllTickEndpoint, plan: AllTickPlan, seat: string): Session {
    const { desk, config, now } = this.#options;
    // Another handshake may have been completed since this one was judged.
    if (!this.#seats.isFree(seat, plan, now())) return turnAway(peer);
    this.#seats.take(seat);
    const release = (): void => this.#seats.giveBack(seat, now());
    return new AllTickSession(peer, { desk, config, plan, endpoint, encodings: this.#encodings, now, release });
  }
}

function refusal({ ret, msg }: AllTickError): Refusal {
  return { status: ret, body: JSON.stringify({ msg, trace: "", ret }) };
}

/** Ends a connection for which there is no seat any more. */
function turnAway(peer: Peer): Session {
  const { willClose } = ALLTICK_ERRORS;
  peer.send(encodeError(willClose));
  peer.close(willClose.close, "too many connections");
  return { receive: () => {}, tick: () => {}, closed: () => {} };
}
