/** Tells the log what becomes of the connections to upstreams, and of the data that is missing because of them. */
import type { Market } from "../core/market.ts";
import type { Feed, UpstreamStatus } from "../ports/feed.ts";

/** What it writes to: the gateway's log. */
export interface UpstreamLogTarget {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Causes of gaps that are part of the normal course of things: they would fill a log. */
const NORMAL: ReadonlySet<string> = new Set(["rotation", "unwatched"]);

/** What it looks at. */
export interface UpstreamLogSources {
  readonly feeds: readonly Feed[];
  readonly market: Pick<Market, "gaps">;
}

/** What was written last of a connection, and of which of them. */
interface Told {
  readonly kind: "live" | "lost" | "failed";
  readonly connections: number;
}

/**
 * Looks when it is told to and writes what has changed since: at most a line for each connection and each cause of gaps, however much
 * happened. A connection that broke and came back between two looks is told, too.
 */
export class UpstreamLog {
  readonly #sources: UpstreamLogSources;
  readonly #log: UpstreamLogTarget;
  readonly #told = new Map<string, Told>();
  readonly #gaps = new Map<string, { readonly open: number; readonly filled: number }>();

  constructor(sources: UpstreamLogSources, log: UpstreamLogTarget) {
    this.#sources = sources;
    this.#log = log;
  }

  /** Writes what is new. */
  look(): void {
    for (const feed of this.#sources.feeds) {
      for (const upstream of feed.status().upstreams ?? []) this.#lookAt(feed.name, upstream);
    }
    for (const [cause, counts] of this.#sources.market.gaps) this.#count(cause, counts);
  }

  #lookAt(feed: string, { name, state, cause, connections }: UpstreamStatus): void {
    const kind = state === "waiting" ? "lost" : state;
    if (kind !== "live" && kind !== "lost" && kind !== "failed") return;
    const key = `${feed} ${name}`;
    const before = this.#told.get(key);
    if (before?.kind === kind && before.connections === connections) return;
    this.#told.set(key, { kind, connections });
    const fields = { feed, upstream: name, ...(cause === "" ? {} : { cause }), connections };
    if (kind === "live") this.#log.info(fields, connections > 1 ? "upstream live again" : "upstream live");
    else if (kind === "failed") this.#log.warn(fields, "upstream failed: it is not tried again");
    else this.#log.warn(fields, connections === 0 ? "upstream not reached" : "upstream lost");
  }

  #count(cause: string, { open, filled }: { readonly open: number; readonly filled: number }): void {
    const before = this.#gaps.get(cause) ?? { open: 0, filled: 0 };
    this.#gaps.set(cause, { open, filled });
    const [bad, good] = NORMAL.has(cause) ? (["debug", "debug"] as const) : (["warn", "info"] as const);
    if (open > before.open) this.#log[bad]({ cause, gaps: open - before.open }, "data is missing: see `tickwire gaps`");
    if (filled > before.filled) this.#log[good]({ cause, gaps: filled - before.filled }, "missing data was filled");
  }
}
