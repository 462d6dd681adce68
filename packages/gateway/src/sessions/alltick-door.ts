/** The way in for AllTick clients: two paths, a token in the query, connections counted by plan (alltick.md 1, 4, 6). */
import type { EpochMs } from "@tickwire/protocol/model";
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import {
  ALLTICK_WS_PATHS,
  encodeError,
  encodeRateRefusal,
  encodeTokenRefusal,
  findPlan,
  type AllTickEndpoint,
} from "@tickwire/protocol/alltick";
import type { Desk } from "../core/desk.ts";
import { NOBODY, type RefusalReason, type TokenUsage } from "../core/usage.ts";
import type { Credentials, TokenGrant } from "../ports/credentials.ts";
import type { AllTickConfig } from "./alltick-config.ts";
import { AllTickEncodings } from "./alltick-encodings.ts";
import { Pacing } from "./alltick-pacer.ts";
import type { AllTickSources } from "./alltick-queries.ts";
import { Seats } from "./alltick-seats.ts";
import { AllTickSession } from "./alltick-session.ts";
import type { Admission, Door, Handshake, Peer, Refusal, Session } from "./session.ts";

/** What the door is made from. */
export interface AllTickDoorOptions {
  readonly desk: Desk;
  readonly credentials: Credentials;
  /** Takes the counts of everybody who comes. */
  readonly usage: TokenUsage;
  /** Who is asked about instruments and the past. */
  readonly sources: AllTickSources;
  /** Hears of questions that could not be answered, to log them. */
  readonly onError: (error: unknown) => void;
  /** Wall clock. */
  readonly now: () => EpochMs;
  readonly config: AllTickConfig;
}

const TOKEN_REQUIRED = refusal(ALLTICK_ERRORS.tokenRequired);
const TOKEN_INVALID = refusal(ALLTICK_ERRORS.tokenInvalid);
const TOO_MANY: Refusal = {
  status: ALLTICK_ERRORS.rateLimit.ret,
  body: encodeRateRefusal(ALLTICK_ERRORS.rateLimit),
};

/** The two AllTick endpoints. */
export class AllTickDoor implements Door {
  readonly name = "alltick";
  readonly paths: readonly string[] = Object.values(ALLTICK_WS_PATHS);
  readonly #options: AllTickDoorOptions;
  readonly #encodings = new AllTickEncodings();
  readonly #seats: Seats;
  readonly #pacing: Pacing;

  constructor(options: AllTickDoorOptions) {
    this.#options = options;
    const vendor = options.config.pacing === "vendor";
    this.#seats = new Seats(vendor);
    this.#pacing = new Pacing(vendor);
  }

  admit({ path, query }: Handshake, now: EpochMs): Admission {
    const token = query.get("token") ?? "";
    if (token === "") return this.#refuse(TOKEN_REQUIRED, NOBODY, "token");
    const grant = this.#options.credentials.token(token);
    if (grant === undefined) return this.#refuse(TOKEN_INVALID, NOBODY, "token");
    const endpoint: AllTickEndpoint = path === ALLTICK_WS_PATHS.stock ? "stock" : "general";
    const seat = `${endpoint} ${grant.name}`;
    if (!this.#seats.isFree(seat, findPlan(grant.plan), now)) return this.#refuse(TOO_MANY, grant.name, "connections");
    return { open: (peer) => this.#open(peer, endpoint, grant, seat) };
  }

  #refuse(refuse: Refusal, name: string, reason: RefusalReason): Admission {
    this.#options.usage.of(name).refusals[reason]++;
    return { refuse };
  }

  #open(peer: Peer, endpoint: AllTickEndpoint, grant: TokenGrant, seat: string): Session {
    const { desk, config, now, sources, onError } = this.#options;
    const usage = this.#options.usage.of(grant.name);
    const plan = findPlan(grant.plan);
    // Another handshake may have been completed since this one was judged.
    if (!this.#seats.isFree(seat, plan, now())) {
      usage.refusals.connections++;
      return turnAway(peer);
    }
    this.#seats.take(seat);
    usage.opened++;
    usage.live++;
    const release = (): void => {
      this.#seats.giveBack(seat, now());
      usage.live--;
    };
    const pacer = this.#pacing.makePacer(grant, plan, now());
    const shared = { desk, config, encodings: this.#encodings, sources, onError, now };
    return new AllTickSession(peer, { ...shared, endpoint, grant, plan, pacer, usage, release });
  }
}

function refusal(error: AllTickError): Refusal {
  return { status: error.ret, body: encodeTokenRefusal(error) };
}

/** Ends a connection for which there is no seat any more. */
function turnAway(peer: Peer): Session {
  const { willClose } = ALLTICK_ERRORS;
  peer.send(encodeError(willClose));
  peer.close(willClose.close, "too many connections");
  return { receive: () => {}, tick: () => {}, closed: () => {} };
}
