/** Which dialect a gateway speaks, found out from what it says (ctp.md a.4). */
import type { Dialect } from "@tickwire/protocol/ctp";
import { ClientError } from "./connection.ts";

/** Requests are spelt in two ways only: legacy ones as classic ones. */
type Spelling = "seed" | "classic";

/** Of the gateways with classic names one wants the seed's body for this request alone (ctp.md a.2). */
const ODD_REQUEST = "ReqQryInstrument";
/** Errors with which gateways answer what they cannot read, and names that they do not know (ctp.md c). */
const MALFORMED = -400;
const UNKNOWN = -404;

/**
 * How to spell requests. With `auto` it begins with what the login's reply suggests, tries the other spelling once for a request
 * that the gateway did not understand, and remembers what it understood.
 */
export class Spellings {
  readonly #asked: Dialect | "auto";
  readonly #understood = new Map<string, Spelling>();
  #usual: Spelling = "seed";
  #prefixed = true;

  constructor(asked: Dialect | "auto") {
    this.#asked = asked;
    if (asked !== "auto") this.#usual = asked === "seed" ? "seed" : "classic";
  }

  /** The dialect as far as it is known. */
  get dialect(): Dialect {
    if (this.#asked !== "auto") return this.#asked;
    if (!this.#prefixed) return "classic";
    return this.#usual === "seed" ? "seed" : "legacy";
  }

  /** Takes note of the name of a login's reply: names without `On` are those of classic gateways. */
  hearLogin(msgType: string): void {
    if (this.#asked !== "auto") return;
    this.#prefixed = msgType.startsWith("On");
    this.#usual = this.#prefixed ? "seed" : "classic";
  }

  /** Asks something in the spelling that the gateway understands; `request` names what is spelt. */
  async say<T>(request: string, ask: (dialect: Dialect) => Promise<T>): Promise<T> {
    const known = this.#understood.get(request);
    const spelling = known ?? this.#usual;
    try {
      const answer = await ask(spelling);
      this.#learn(request, spelling);
      return answer;
    } catch (error) {
      const other = this.#asked === "auto" && known === undefined && isMisunderstood(request, error);
      if (!other) throw error;
      return this.#sayOtherwise(request, spelling === "seed" ? "classic" : "seed", ask, error);
    }
  }

  async #sayOtherwise<T>(
    request: string,
    spelling: Spelling,
    ask: (dialect: Dialect) => Promise<T>,
    before: unknown,
  ): Promise<T> {
    try {
      const answer = await ask(spelling);
      this.#learn(request, spelling);
      return answer;
    } catch (error) {
      if (isMisunderstood(request, error)) throw before;
      this.#learn(request, spelling);
      throw error;
    }
  }

  #learn(request: string, spelling: Spelling): void {
    this.#understood.set(request, spelling);
    if (this.#asked === "auto" && request !== ODD_REQUEST) this.#usual = spelling;
  }
}

/** A query has one name in all spellings: that it is unknown says nothing about its body. */
function isMisunderstood(request: string, error: unknown): boolean {
  if (!(error instanceof ClientError)) return false;
  return error.ret === MALFORMED || (error.ret === UNKNOWN && !request.startsWith("ReqQry"));
}
