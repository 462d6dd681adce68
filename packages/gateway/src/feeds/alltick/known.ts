/** What the feed keeps of one instrument. */
import { endpointOfCode, type AllTickEndpoint } from "@tickwire/protocol/alltick";
import { tradingDaySpan, type EpochMs, type Instrument, type Trade } from "@tickwire/protocol/model";
import type { Tail } from "../../ports/history.ts";

const MINUTE_MS = 60_000;

/** One instrument of an upstream. */
export class Known {
  /** As the upstream spells it. */
  readonly code: string;
  readonly endpoint: AllTickEndpoint;
  instrument: Instrument;
  /** Event time of its newest event; 0 before the first. */
  newest: EpochMs = 0;
  /** Since when it waits for its turn; 0: it does not. */
  pausedAt: EpochMs = 0;
  /** Whether its past was asked for, and its listing. */
  joined = false;
  listed = false;
  /** Where its stored past ends; 0: there is none. */
  readonly storedTo: EpochMs;
  /** What the hub's day has of it: the sum of what was told. */
  dayVolume = 0;
  dayTurnover = 0;
  #dayEnd: EpochMs = -Infinity;

  constructor(code: string, instrument: Instrument, tail: Tail | undefined) {
    this.code = code;
    const stored = tail?.minutes.at(-1)?.time ?? -MINUTE_MS;
    this.storedTo = Math.max(stored + MINUTE_MS, tail?.trades.at(-1)?.time ?? 0);
    this.endpoint = endpointOfCode(code);
    this.instrument = instrument;
  }

  /** It waits for its turn from now on; its data ends with its newest event. */
  pause(now: EpochMs): void {
    if (this.pausedAt === 0 && this.newest > 0) this.pausedAt = Math.min(this.newest, now);
  }

  /** Counts what the hub's day gets. */
  count({ time, volume, turnover }: Trade): void {
    this.beginDay(time);
    this.dayVolume += volume;
    this.dayTurnover += turnover;
  }

  /** Begins the trading day of `time` where it is a later one. */
  beginDay(time: EpochMs): void {
    if (time < this.#dayEnd) return;
    this.#dayEnd = tradingDaySpan(this.instrument.hours, time).end;
    this.dayVolume = this.dayTurnover = 0;
  }
}
