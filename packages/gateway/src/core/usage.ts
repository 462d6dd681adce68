/** What the holders of tokens do, counted by the names of their grants: for `/metrics`, never the tokens themselves. */

/** Grants that are counted apart; the later ones share one line. A scrape stays small whoever comes. */
export const MAX_NAMED = 200;
/** The line of all grants past {@link MAX_NAMED}. */
export const OTHERS = "(others)";
/** The line of those who showed no token, or one that nobody knows. */
export const NOBODY = "";

/** Counters of one grant. Whoever serves it counts up; nothing here is on the tick path. */
export class Usage {
  /** Connections that were opened, and that are live now. */
  opened = 0;
  live = 0;
  /** Messages that live and ended connections were sent, replies included; live ones are added about once a second. */
  messages = 0;
  /** Codes that live connections are subscribed to, each kind counted apart. */
  subscriptions = 0;
  /** Requests that were read, by the way they came: a WebSocket frame, an HTTP request. Refused ones count too. */
  readonly requests = { ws: 0, http: 0 };
  /**
   * What was refused, by reason. `token`: no such token, or it was revoked or expired, its connections that were closed
   * included; `connections`: more than the plan allows, or too soon; `rate`: too many requests; `plan`: a list too long for
   * the plan; `code`: none of the codes is allowed.
   */
  readonly refusals = { token: 0, connections: 0, rate: 0, plan: 0, code: 0 };
}

/** Why something was refused. */
export type RefusalReason = keyof Usage["refusals"];

/** The counters of all grants. Every door that takes tokens counts into the same one. */
export class TokenUsage {
  readonly #usages = new Map<string, Usage>();

  /** The counters for a grant's name, or for {@link NOBODY}. Keep what it returns for as long as the grant is served. */
  of(name: string): Usage {
    const known = this.#usages.get(name);
    if (known !== undefined) return known;
    const full = this.#usages.size >= MAX_NAMED && name !== NOBODY && name !== OTHERS;
    if (full) return this.of(OTHERS);
    const usage = new Usage();
    this.#usages.set(name, usage);
    return usage;
  }

  /** All counters, by name. */
  all(): Iterable<readonly [name: string, usage: Usage]> {
    return this.#usages;
  }
}
