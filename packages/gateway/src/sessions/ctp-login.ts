/** The moment between a login request and its reply: what a login is told, and where other frames wait meanwhile. */
import {
  CHINA_HOURS,
  encodeLoginBody,
  type Dialect,
  type LoginFacts,
  type LoginRequest,
  type Side,
} from "@tickwire/protocol/ctp";
import { localTime, tradingDaySpan, type EpochMs } from "@tickwire/protocol/model";
import type { Credentials } from "../ports/credentials.ts";

/** SystemName and SysVersion of login replies. */
const SYSTEM = "tickwire";
/** Characters of frames that may wait, beyond the first frame. */
const MAX_WAITING_CHARACTERS = 262_144;
/** MaxOrderRef of who has no orders: the next one is `"2"` (ctp.md a.1, d.5). */
const FIRST_ORDER_REF = "1";

/** Who has logged in. */
export type LoginIdentity = Pick<LoginFacts, "brokerId" | "userId" | "frontId" | "sessionId">;

/**
 * The body of the reply to a login that is granted at `time`, as the market counts time; its dates are China's. The trading side
 * knows better which trading day it is and which references are used.
 */
export function encodeGrant(
  dialect: Dialect,
  side: Side,
  identity: LoginIdentity & Partial<Pick<LoginFacts, "tradingDay" | "maxOrderRef">>,
  time: EpochMs,
): string {
  return encodeLoginBody(dialect, side, {
    tradingDay: tradingDaySpan(CHINA_HOURS, time).day,
    maxOrderRef: FIRST_ORDER_REF,
    ...identity,
    loginTime: localTime(CHINA_HOURS.zone, time),
    system: SYSTEM,
  });
}

/** Frames that wait for a login reply; bounded, so that nobody can fill the memory while a password is checked. */
export class WaitingFrames {
  readonly #limit: number;
  #texts: string[] = [];
  #characters = 0;

  /** `limit` is the most frames that may wait. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a frame; false when there is no room for it. */
  add(text: string): boolean {
    const count = this.#texts.length;
    if (count >= this.#limit || (count > 0 && this.#characters + text.length > MAX_WAITING_CHARACTERS)) return false;
    this.#texts.push(text);
    this.#characters += text.length;
    return true;
  }

  /** Gives all of them back, oldest first, and is empty then. */
  take(): readonly string[] {
    const texts = this.#texts;
    this.#texts = [];
    this.#characters = 0;
    return texts;
  }
}

/** What a password that is not right is answered with. */
export const LOGIN_ERRORS = { wrong: "invalidLogin", locked: "loginForbidden" } as const;

/** Judges a login's password; `"failed"` when that cannot be done, which `onError` then hears. */
export async function askPassword(
  { user, password }: LoginRequest,
  { credentials, onError }: { readonly credentials: Credentials; readonly onError: (error: unknown) => void },
): Promise<"right" | "wrong" | "locked" | "failed"> {
  try {
    return await credentials.password(user, password);
  } catch (error) {
    onError(error);
    return "failed";
  }
}
