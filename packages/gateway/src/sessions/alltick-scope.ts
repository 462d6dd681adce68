/** What one connection may see: the instruments of its endpoint, as far as its token's codes reach (alltick.md 1, 6, 8). */
import { findAlias, MAX_CODE_CHARS, servesKind, type AllTickEndpoint } from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import type { Instrument } from "@tickwire/protocol/model";
import type { Desk } from "../core/desk.ts";
import type { TokenGrant } from "../ports/credentials.ts";

/** Finds instruments for one connection. */
export class Scope {
  readonly #desk: Desk;
  readonly #endpoint: AllTickEndpoint;
  readonly #grant: TokenGrant;

  constructor(desk: Desk, endpoint: AllTickEndpoint, grant: TokenGrant) {
    this.#desk = desk;
    this.#endpoint = endpoint;
    this.#grant = grant;
  }

  /**
   * The instrument that is served under `code`; an alias counts only where no instrument has that name. 600 where nobody
   * knows it or the other endpoint has it, 604 where the token may not ask for it.
   */
  find(code: string): Instrument | AllTickError {
    if (code.length > MAX_CODE_CHARS) return ALLTICK_ERRORS.codeInvalid;
    const alias = findAlias(code);
    const instrument = this.#desk.instrument(code) ?? (alias === undefined ? undefined : this.#desk.instrument(alias));
    if (instrument === undefined || !servesKind(this.#endpoint, instrument.kind)) return ALLTICK_ERRORS.codeInvalid;
    const allowed = this.#grant.allows(code) || this.#grant.allows(instrument.id);
    return allowed ? instrument : ALLTICK_ERRORS.codeUnauthorized;
  }

  /** Whether the instrument may be shown. */
  shows(instrument: Instrument): boolean {
    return servesKind(this.#endpoint, instrument.kind) && this.#grant.allows(instrument.id);
  }
}

/** Whether {@link Scope.find} found nothing. */
export function isRefused(found: Instrument | AllTickError): found is AllTickError {
  return "ret" in found;
}
