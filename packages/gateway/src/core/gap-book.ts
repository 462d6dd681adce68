/** The gaps that bars must know of: those of each feed that nothing has filled, the newest of them. Pure. */
import { nextOpen, periodSpan, type EpochMs, type Instrument, type Period } from "@tickwire/protocol/model";
import type { FeedSink, Gap } from "../ports/feed.ts";
import type { EventOf, MarketTap, TickKind } from "../ports/market.ts";

/** Gaps remembered of one instrument, and of a feed as a whole; the oldest goes first. */
const MAX_GAPS = 500;
/** Instruments of one feed with gaps; the one that had none for longest goes first. */
const MAX_CODES = 50_000;

/** Under this name are the gaps of all instruments of a feed. */
const ALL = "";

/**
 * Join it by `market.tap(book)` before who asks it. Gaps are kept by instrument, one that names several once for all of them: however
 * many instruments break at a time, in one gap or in one each, none pushes out another's.
 */
export class GapBook implements MarketTap {
  readonly #byFeed = new Map<FeedSink, Map<string, Gap[]>>();
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
    let feed = this.#byFeed.get(owner);
    if (feed === undefined) this.#byFeed.set(owner, (feed = new Map()));
    const codes = gap.codes.length === 0 ? [ALL] : gap.codes;
    // A gap that names several is the same object in the list of each.
    const replaced = feed.get(codes[0]!)?.find((known) => isSame(known, gap));
    for (const code of codes) note(feed, code, gap, replaced);
  }

  /** Whether data of a bar of the instrument may be missing: an unfilled gap covers some of the sessions in it. */
  covers({ id, hours }: Instrument, period: Period, time: EpochMs): boolean {
    const owner = this.#owners.get(id);
    const feed = owner && this.#byFeed.get(owner);
    const own = feed?.get(id);
    const all = feed?.get(ALL);
    if (own === undefined && all === undefined) return false;
    const { start, end } = periodSpan(hours, period, time);
    const reaches = ({ from, to }: Gap): boolean =>
      to > start && from < end && nextOpen(hours, Math.max(from, start)) < Math.min(to, end);
    return own?.some(reaches) === true || all?.some(reaches) === true;
  }
}

/** Adds a gap to those of one instrument in place of an earlier telling, or takes it away when something filled it. */
function note(feed: Map<string, Gap[]>, code: string, gap: Gap, replaced: Gap | undefined): void {
  const gaps = feed.get(code)?.filter((known) => known !== replaced) ?? [];
  feed.delete(code);
  if (gap.filledBy === "") gaps.push(gap);
  if (gaps.length === 0) return;
  if (gaps.length > MAX_GAPS) gaps.shift();
  feed.set(code, gaps);
  if (feed.size > MAX_CODES) feed.delete(feed.keys().next().value!);
}

/** Whether the ledger has both as one: by beginning, cause and codes. */
function isSame(a: Gap, b: Gap): boolean {
  if (a.from !== b.from || a.cause !== b.cause || a.codes.length !== b.codes.length) return false;
  return a.codes === b.codes || a.codes.every((code, at) => code === b.codes[at]);
}
