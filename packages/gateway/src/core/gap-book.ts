/** The gaps that bars must know of: those of each feed that nothing has filled, the newest of them. Pure. */
import { nextOpen, periodSpan, type EpochMs, type Instrument, type Period } from "@tickwire/protocol/model";
import type { FeedSink, Gap } from "../ports/feed.ts";
import type { EventOf, MarketTap, TickKind } from "../ports/market.ts";

/** Gaps remembered per feed; the oldest goes first. */
const MAX_GAPS = 2_000;

interface Known {
  readonly gap: Gap;
  /** Undefined: all instruments of the feed. */
  readonly codes: ReadonlySet<string> | undefined;
}

/** Join it by `market.tap(book)` before who asks it. */
export class GapBook implements MarketTap {
  readonly #byFeed = new Map<FeedSink, Known[]>();
  readonly #owners = new Map<string, FeedSink>();

  /** Takes gaps of a feed from before it started. */
  load(owner: FeedSink, gaps: Iterable<Gap>): void {
    for (const gap of gaps) this.gap(gap, owner);
  }

  instrument({ id }: Instrument, owner: FeedSink): void {
    this.#owners.set(id, owner);
  }

  tick<K extends TickKind>(_kind: K, _event: EventOf[K]): void {}

  advance(): void {}

  gap(gap: Gap, owner: FeedSink): void {
    let list = this.#byFeed.get(owner);
    if (list === undefined) this.#byFeed.set(owner, (list = []));
    const at = list.findIndex((known) => isSame(known.gap, gap));
    if (at >= 0) list.splice(at, 1);
    if (gap.filledBy !== "") return;
    list.push({ gap, codes: gap.codes.length === 0 ? undefined : new Set(gap.codes) });
    if (list.length > MAX_GAPS) list.shift();
  }

  /** Whether data of a bar of the instrument may be missing: an unfilled gap covers some of the sessions in it. */
  covers({ id, hours }: Instrument, period: Period, time: EpochMs): boolean {
    const owner = this.#owners.get(id);
    const list = owner === undefined ? undefined : this.#byFeed.get(owner);
    if (list === undefined || list.length === 0) return false;
    const { start: from, end: to } = periodSpan(hours, period, time);
    for (const { gap, codes } of list) {
      if (!(gap.to > from && gap.from < to) || codes?.has(id) === false) continue;
      if (nextOpen(hours, Math.max(gap.from, from)) < Math.min(gap.to, to)) return true;
    }
    return false;
  }
}

function isSame(a: Gap, b: Gap): boolean {
  return a.from === b.from && a.cause === b.cause && a.codes.join() === b.codes.join();
}
