/** The history in memory: for tests, and for a gateway that keeps nothing. Bounded: what is oldest goes. */
import {
  mergeKlines,
  type EpochMs,
  type Instrument,
  type Kline,
  type Period,
  type Trade,
} from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";
import type { GapQuery, History, HistoryStatus, Tail, TradeMark, TradePage } from "../ports/history.ts";
import type { EventOf, TickKind } from "../ports/market.ts";
import { isAsked, isSameGap } from "./gap-query.ts";

/** Kept per instrument: 500 bars of an hour are 30,000 minutes, but a chart without a store begins when the gateway did. */
const MAX_BARS = 3_000;
const MAX_TRADES = 1_000;
const MAX_GAPS = 1_000;
/** When a list has grown to twice what is kept, its older half goes: cheaper than one at a time. */
const SLACK = 2;

interface Kept {
  readonly trades: Trade[];
  readonly bars: { readonly "1m": Kline[]; readonly "1d": Kline[] };
  note: string;
}

/** See {@link History}. Committed at once; keeps the newest 3,000 bars of each period and 1,000 trades per instrument. */
export class MemoryHistory implements History {
  readonly #kept = new Map<string, Kept>();
  readonly #gaps: Gap[] = [];
  #committed = 0;
  #dropped = 0;
  #closed = false;

  append<K extends TickKind>(kind: K, event: EventOf[K], derived: boolean): void {
    if ((derived && kind !== "trade") || this.#isClosed()) return;
    this.#committed++;
    // Books and snapshots can be asked for by nobody: they are only counted.
    if (kind !== "trade") return;
    const { trades } = this.#of(event.id);
    insert(trades, event as Trade, (a, b) => a.time - b.time || a.seq - b.seq);
    trim(trades, MAX_TRADES);
  }

  appendBar(bar: Kline): void {
    if (this.#isClosed()) return;
    this.#committed++;
    const bars = this.#of(bar.id).bars[bar.period === "1d" ? "1d" : "1m"];
    const at = bars.findLastIndex(({ time }) => time <= bar.time);
    if (bars[at]?.time === bar.time) bars[at] = bar;
    else bars.splice(at + 1, 0, bar);
    trim(bars, MAX_BARS);
  }

  appendNote(id: string, note: string): void {
    if (!this.#isClosed()) this.#of(id).note = note;
  }

  appendGap(gap: Gap): void {
    if (this.#isClosed()) return;
    this.#committed++;
    const known = this.#gaps.findIndex((each) => isSameGap(each, gap));
    if (known >= 0) this.#gaps[known] = gap;
    else insert(this.#gaps, gap, (a, b) => a.from - b.from);
    trim(this.#gaps, MAX_GAPS);
  }

  async readGaps(query: GapQuery): Promise<readonly Gap[]> {
    this.#check();
    return this.#gaps.filter((gap) => isAsked(gap, query));
  }

  async readBars(
    id: string,
    period: "1m" | "1d",
    from: EpochMs,
    to: EpochMs,
    limit: number,
  ): Promise<readonly Kline[]> {
    this.#check();
    if (limit <= 0) return [];
    const bars = this.#kept.get(id)?.bars[period] ?? [];
    return bars.filter(({ time }) => time >= from && time < to).slice(-limit);
  }

  async readMerged({ id, hours }: Instrument, period: Period, end: EpochMs, limit: number): Promise<readonly Kline[]> {
    this.#check();
    if (limit <= 0) return [];
    const daily = period === "1d" || period === "1w" || period === "1M";
    const bars = this.#kept.get(id)?.bars[daily ? "1d" : "1m"] ?? [];
    const merged = mergeKlines(bars, hours, period);
    return merged.filter(({ time }) => time <= end).slice(-limit);
  }

  async readTrades(
    id: string,
    from: EpochMs,
    to: EpochMs,
    after: TradeMark | undefined,
    limit: number,
  ): Promise<TradePage> {
    this.#check();
    const found = (this.#kept.get(id)?.trades ?? []).filter(
      ({ time, seq }) =>
        time >= from &&
        time < to &&
        (after === undefined || time > after.time || (time === after.time && seq > after.seq)),
    );
    return { trades: found.slice(0, limit), more: found.length > limit };
  }

  async readTails(): Promise<readonly Tail[]> {
    this.#check();
    const tails: Tail[] = [];
    for (const [id, { trades, bars, note }] of this.#kept) {
      const begin = (bars["1m"].at(-1)?.time ?? -Infinity) + 60_000;
      const uncovered = trades.filter(({ time }) => time >= begin);
      const newest = trades.at(-1);
      tails.push({
        id,
        minutes: [...bars["1m"]],
        days: [...bars["1d"]],
        trades: uncovered,
        newest: newest && { seq: newest.seq, time: newest.time },
        note,
      });
    }
    return tails;
  }

  async flush(): Promise<void> {}

  status(): HistoryStatus {
    return {
      state: this.#closed ? "closed" : "ok",
      detail: "",
      committed: this.#committed,
      waiting: 0,
      dropped: this.#dropped,
      bytes: 0,
      retries: 0,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #of(id: string): Kept {
    let kept = this.#kept.get(id);
    if (kept === undefined) this.#kept.set(id, (kept = { trades: [], bars: { "1m": [], "1d": [] }, note: "" }));
    return kept;
  }

  #isClosed(): boolean {
    if (this.#closed) this.#dropped++;
    return this.#closed;
  }

  #check(): void {
    if (this.#closed) throw new Error("the history is closed");
  }
}

/** Puts `item` where `order` wants it, behind its equals: nearly always the end. */
function insert<T>(list: T[], item: T, order: (a: T, b: T) => number): void {
  let at = list.length;
  while (at > 0 && order(list[at - 1]!, item) > 0) at--;
  if (at === list.length) list.push(item);
  else list.splice(at, 0, item);
}

function trim(list: unknown[], most: number): void {
  if (list.length >= SLACK * most) list.splice(0, list.length - most);
}
