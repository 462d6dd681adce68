/** Writes what the market publishes into a history. */
import type { Instrument } from "@tickwire/protocol/model";
import type { FeedSink, Gap } from "../ports/feed.ts";
import type { History } from "../ports/history.ts";
import type { EventOf, MarketTap, TickKind } from "../ports/market.ts";

/** What is recorded: bars by the engine that makes them, and gaps, in all cases but `none`; ticks by the recorder. */
export type RecordScope = "none" | "bars" | "trades" | "all";

/** Join it by `market.tap(recorder)`. Books and snapshots are recorded in the scope `all` only: they are most of the bytes. */
export class Recorder implements MarketTap {
  readonly #history: Pick<History, "append" | "appendGap">;
  readonly #gaps: boolean;
  readonly #trades: boolean;
  readonly #all: boolean;
  readonly #skippedOwners = new Set<FeedSink>();
  readonly #skipped = new Set<string>();

  constructor(history: Pick<History, "append" | "appendGap">, scope: RecordScope) {
    this.#history = history;
    this.#gaps = scope !== "none";
    this.#trades = scope === "trades" || scope === "all";
    this.#all = scope === "all";
  }

  /** Leaves out the ticks of a feed that is not started yet: those of a replay are in its file. */
  skip(owner: FeedSink): void {
    this.#skippedOwners.add(owner);
  }

  instrument({ id }: Instrument, owner: FeedSink): void {
    if (this.#skippedOwners.has(owner)) this.#skipped.add(id);
  }

  tick<K extends TickKind>(kind: K, event: EventOf[K], _instrument: Instrument, derived: boolean): void {
    if (!(kind === "trade" ? this.#trades : this.#all) || this.#skipped.has(event.id)) return;
    this.#history.append(kind, event, derived);
  }

  advance(): void {}

  gap(gap: Gap, owner: FeedSink): void {
    if (this.#gaps && !this.#skippedOwners.has(owner)) this.#history.appendGap(gap);
  }
}
