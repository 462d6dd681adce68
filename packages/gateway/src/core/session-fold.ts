/** Which moment of a session a tick counts for, when exchanges stamp it just outside. Pure. */
import { sessionsOf, tradingDaySpan, type EpochMs, type TradingHours } from "@tickwire/protocol/model";
import { MINUTE_MS } from "./bar.ts";

/** Ticks stamped so long before a session count for its first bar: auctions at 08:59, 09:29, 20:59, and 09:25 for A-shares. */
const FOLD_BEFORE_MS = 5 * 60_000;
/** Ticks stamped at a session's end or so long after it count for its last bar. */
export const FOLD_AFTER_MS = 10_000;

interface Span {
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/** Folds the times of ticks into the sessions of one kind of trading hours. Remembers the trading day of the last question. */
export class SessionFold {
  readonly #hours: TradingHours;
  #day: Span = { start: 0, end: 0 };
  /** The last session before the day, and those of the day. */
  #sessions: readonly Span[] = [];
  #session: Span = { start: 0, end: 0 };

  constructor(hours: TradingHours) {
    this.#hours = hours;
  }

  /** `time` itself within a session, else the moment of a session that it counts for; NaN when it counts for none. */
  fold(time: EpochMs): EpochMs {
    const { start: from, end: until } = this.#session;
    if (time >= from && time < until) return time;
    this.#turnTo(time);
    let folded = NaN;
    for (const session of this.#sessions) {
      const { start, end } = session;
      if (time >= start && time < end) {
        this.#session = session;
        return time;
      }
      if (time >= end && time - end <= FOLD_AFTER_MS) folded = end - 1;
      else if (time < start && start - time <= FOLD_BEFORE_MS && Number.isNaN(folded)) folded = start;
    }
    return folded;
  }

  /** When the first session of the trading day begins that holds `time`; NaN when it has none. */
  #firstOpen(time: EpochMs): EpochMs {
    this.#turnTo(time);
    for (const { start } of this.#sessions) if (start >= this.#day.start) return start;
    return NaN;
  }

  /** Whether `time` counts for the first minute of its trading day. */
  isFirstMinute(time: EpochMs): boolean {
    const since = this.fold(time) - this.#firstOpen(time);
    return since >= 0 && since < MINUTE_MS;
  }

  #turnTo(time: EpochMs): void {
    if (time >= this.#day.start && time < this.#day.end) return;
    const span = tradingDaySpan(this.#hours, time);
    const before = tradingDaySpan(this.#hours, span.start - 1);
    const sessions = [...sessionsOf(this.#hours, before.day).slice(-1), ...sessionsOf(this.#hours, span.day)];
    this.#sessions = sessions.map(([start, end]) => ({ start, end }));
    this.#day = span;
  }
}
