/** Joins what knows the past: the engine that makes bars, the history that keeps them, and who is asked for either. */
import { availableParallelism } from "node:os";
import { ConfigError, type Config } from "./config.ts";
import type { Hub } from "./core/hub.ts";
import { GapBook } from "./core/gap-book.ts";
import { KlineEngine } from "./core/klines.ts";
import type { Market } from "./core/market.ts";
import { BarService } from "./history/bars.ts";
import { StoreError } from "./history/errors.ts";
import { historyFile } from "./history/file.ts";
import { MemoryHistory } from "./history/memory.ts";
import { Recorder, type RecordScope } from "./history/recorder.ts";
import type { Logger } from "./log.ts";
import type { Clock } from "./ports/clock.ts";
import type { Feed, FeedMemory, FeedSink, Gap } from "./ports/feed.ts";
import type { Bars, History, Tail } from "./ports/history.ts";
import type { MarketTap } from "./ports/market.ts";

/** The joined parts. */
export interface Past {
  readonly history: History;
  readonly engine: KlineEngine;
  readonly bars: Bars;
  /** To be told of each feed and its sink before it starts. */
  admit(feed: Feed, sink: FeedSink): void;
}

/** Opens the history that the configuration asks for. Rejects with `ConfigError` where its directory cannot be used. */
export async function openHistory(config: Config, clock: Clock): Promise<History> {
  const { enabled, keepTicksDays, keepBarsDays, maxBytes } = config.history;
  if (!enabled) return new MemoryHistory();
  // Only a gateway that has a database loads its library.
  const { openDuckDbHistory } = await import("./history/duckdb.ts");
  const database = { file: historyFile(config.data), threads: Math.max(1, availableParallelism() - 1) };
  try {
    return await openDuckDbHistory({ database, retention: { keepTicksDays, keepBarsDays, maxBytes } }, clock);
  } catch (error) {
    if (error instanceof StoreError && error.reason !== "busy") throw new ConfigError([`data: ${error.message}`]);
    throw error;
  }
}

/** What is joined. */
export interface PastParts {
  readonly config: Config;
  readonly history: History;
  readonly hub: Hub;
  readonly market: Market;
  readonly feeds: readonly Feed[];
  readonly log: Logger;
}

/** Joins them to the market, before the first feed starts. */
export async function joinPast({ config, history, hub, market, feeds, log }: PastParts): Promise<Past> {
  const scope = scopeOf(config);
  const recorder = new Recorder(history, scope);
  const past: NonNullable<Feed["past"]> = (...question) => {
    for (const feed of feeds) {
      const bars = feed.past?.(...question) ?? [];
      if (bars.length > 0) return bars;
    }
    return [];
  };
  const gaps = new GapBook();
  const covers: GapBook["covers"] = (...question) => gaps.covers(...question);
  const engine: KlineEngine = new KlineEngine(hub, {
    past,
    covers,
    keepBar: (bar) => {
      bars.keep(bar);
      if (scope !== "none") history.appendBar(bar);
    },
  });
  const onError = (error: unknown): void => log.warn({ err: error }, "the history cannot be read");
  const bars = new BarService({ live: engine, history, past, covers, onError });
  const tails = new Map((await history.readTails()).map((tail) => [tail.id, tail]));
  const memory: Omit<FeedMemory, "gaps"> = {
    tail: (id) => tails.get(id),
    keepNote: (id, note) => {
      if (scope !== "none") history.appendNote(id, note);
    },
    keepBars: (given) => {
      for (const bar of given) {
        bars.keep(bar);
        if (scope !== "none") history.appendBar(bar);
      }
      const minutes = given.filter(({ period }) => period === "1m");
      if (minutes.length > 0) engine.amend(minutes[0]!.id, minutes);
    },
  };
  const known = Map.groupBy(await readOpenGaps(history), ({ feed }) => feed);
  for (const feed of feeds) feed.resume?.({ ...memory, gaps: () => known.get(feed.name) ?? [] });
  const restorer = new Restorer(engine, tails);
  market.recall((id, owner) => restorer.trades(id, owner));
  for (const tap of [restorer, gaps, engine, recorder, bars]) market.tap(tap);
  const admit = (feed: Feed, sink: FeedSink): void => {
    if (feed.timeline !== "event") return gaps.load(sink, known.get(feed.name) ?? []);
    restorer.skip(sink);
    if (!config.history.replays) recorder.skip(sink);
  };
  return { history, engine, bars, admit };
}

/** The gaps that nothing has filled. */
async function readOpenGaps(history: History): Promise<Gap[]> {
  const gaps = await history.readGaps({ from: -Infinity, to: Infinity });
  return gaps.filter(({ filledBy }) => filledBy === "");
}

function scopeOf({ history: { record }, feeds }: Config): RecordScope {
  if (record !== "auto") return record;
  return feeds.every((spec) => spec === "sim" || spec.startsWith("sim?")) ? "trades" : "all";
}

/** Gives the engine what is stored of an instrument right before it hears of the instrument. */
class Restorer implements MarketTap {
  readonly #engine: KlineEngine;
  readonly #tails: Map<string, Tail>;
  readonly #skipped = new Set<FeedSink>();

  /** `tails`: by id; what it has given is taken out. */
  constructor(engine: KlineEngine, tails: Map<string, Tail>) {
    this.#engine = engine;
    this.#tails = tails;
  }

  /** A replay begins again: what is stored of it is its future. */
  skip(owner: FeedSink): void {
    this.#skipped.add(owner);
  }

  /** The newest trades that are stored of an instrument: an upstream may tell the last of them again. */
  trades(id: string, owner: FeedSink): readonly NonNullable<Tail["newest"]>[] {
    const tail = this.#skipped.has(owner) ? undefined : this.#tails.get(id);
    if (tail?.newest === undefined) return [];
    return tail.trades.length > 0 ? tail.trades : [tail.newest];
  }

  instrument({ id }: { readonly id: string }, owner: FeedSink): void {
    const tail = this.#tails.get(id);
    if (tail === undefined || this.#skipped.has(owner)) return;
    this.#tails.delete(id);
    this.#engine.restore(id, tail.minutes, tail.days, tail.trades);
  }

  tick(): void {}
  advance(): void {}
}
