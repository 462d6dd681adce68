/** How the three MsgType dialects differ, and how a connection's dialect is found out (ctp.md a.4, a.5). */
import type { Dialect, Request, Side } from "./messages.ts";

/** What distinguishes a dialect on the wire. */
export interface DialectRules {
  /** Put before the names of replies and pushes. */
  readonly prefix: "On" | "";
  /** Whether RequestID 0 and IsLast false are written; the siblings leave them out. */
  readonly alwaysNumbered: boolean;
  /** Whether its clients survive a Ping: the legacy ones throw on a type they have no method for (ctp.md a.5 rule 7). */
  readonly pings: boolean;
  /** Whether requests use the seed's names and body keys. */
  readonly seedRequests: boolean;
}

/** The dialects. */
export const DIALECTS: Readonly<Record<Dialect, DialectRules>> = {
  seed: { prefix: "On", alwaysNumbered: true, pings: true, seedRequests: true },
  legacy: { prefix: "On", alwaysNumbered: false, pings: false, seedRequests: false },
  classic: { prefix: "", alwaysNumbered: false, pings: true, seedRequests: false },
};

/**
 * Finds out which dialect one connection speaks. It begins with what the path suggests (both sides on one socket: seed;
 * else classic) and is settled by the first frame that only one family of dialects has. Replies are named after their
 * own request all the same, so a frame that contradicts is answered in its own way and changes nothing.
 */
export class DialectTracker {
  readonly #forced: Dialect | undefined;
  readonly #side: Side;
  /** What a frame of the siblings' kind means here: on the seed's path the one that shares its names. */
  #sibling: "legacy" | "classic";
  #current: Dialect;
  #settled = false;

  /** `forced` is the dialect that the client asked for by name, if any: it then holds for everything. */
  constructor(side: Side, forced?: Dialect) {
    this.#side = side;
    this.#forced = forced;
    this.#sibling = side === "all" ? "legacy" : "classic";
    this.#current = forced ?? (side === "all" ? "seed" : "classic");
  }

  /** The dialect of what is sent without being asked for: heartbeats, errors of unreadable frames. */
  get current(): Dialect {
    return this.#current;
  }

  /** The dialect in which `request` is to be answered; learns from it. */
  judge(request: Request): Dialect {
    if (this.#forced !== undefined) return this.#forced;
    if (request.kind === "login" && !request.numbered && this.#side === "td" && !this.#settled) {
      // The classic trading side refuses a login without RequestID, so its clients always send one.
      this.#current = this.#sibling = "legacy";
    }
    if (request.family === undefined) return this.#current;
    const dialect = request.family === "seed" ? "seed" : this.#sibling;
    if (!this.#settled) this.#current = dialect;
    this.#settled = true;
    return dialect;
  }
}
