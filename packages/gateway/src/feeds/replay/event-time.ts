/** When a row happened: real calendar time and trading day from what the exchanges stamp (ctp.md d.9). */
import { misdatingOf, type Misdating } from "@tickwire/protocol/ctp";
import {
  epochOf,
  localDate,
  tradingDaySpan,
  type EpochMs,
  type TradingDay,
  type TradingHours,
} from "@tickwire/protocol/model";

const HOUR_MS = 3_600_000;
/** Length of a day in China, which has no summer time, in milliseconds. */
export const DAY_MS = 24 * HOUR_MS;
const CHINA = "Asia/Shanghai";
/** A night session that runs past midnight is over by now (the longest ends at 02:30). */
const NIGHT_TAIL_ENDS_MS = 4 * HOUR_MS;
/** No night session begins before. */
const EVENING_BEGINS_MS = 18 * HOUR_MS;

/** The day on which a row happened. */
export interface DayStamp {
  /** When the calendar day began in China; the row's time of day is added. */
  readonly midnight: EpochMs;
  readonly tradingDay: TradingDay;
  /** Real calendar date, `YYYYMMDD`. */
  readonly actionDay: string;
}

/** The moment at which a China calendar day (`YYYYMMDD` as an integer) began; NaN for what is no date. */
export function chinaMidnight(date: number): EpochMs {
  if (!Number.isInteger(date) || date < 19920101 || date > 22001231) return NaN;
  const midnight = epochOf(CHINA, String(date), "00:00");
  return chinaDate(midnight) === String(date) ? midnight : NaN;
}

/** The China calendar date at `time`, `YYYYMMDD`. */
export function chinaDate(time: EpochMs): string {
  return localDate(CHINA, time);
}

/**
 * Makes day stamps for the rows of one instrument, `shift` milliseconds (whole weeks) later than recorded. By day both
 * dates are right. In a night session SHFE and INE stamp both rightly, DCE and GFEX put the trading day into ActionDay,
 * CZCE puts the calendar day into TradingDay; where recorders repaired that, the two dates differ and both are taken.
 */
export class DayStamps {
  readonly #hours: TradingHours;
  readonly #misdating: Misdating;
  readonly #shift: number;
  #tradingDate = NaN;
  #actionDate = NaN;
  #phase = NaN;
  #newest: DayStamp | undefined;

  constructor(hours: TradingHours, exchange: string, shift: number) {
    this.#hours = hours;
    this.#misdating = misdatingOf(exchange);
    this.#shift = shift;
  }

  /**
   * The stamp for `clock` (milliseconds of the day) on these dates (`YYYYMMDD` as integers, either may be NaN).
   * Undefined when they are no dates. Rows of one session share one object.
   */
  at(tradingDate: number, actionDate: number, clock: number): DayStamp | undefined {
    const phase = clock >= EVENING_BEGINS_MS ? 2 : clock < NIGHT_TAIL_ENDS_MS ? 1 : 0;
    if (tradingDate === this.#tradingDate && actionDate === this.#actionDate && phase === this.#phase)
      return this.#newest;
    this.#tradingDate = tradingDate;
    this.#actionDate = actionDate;
    this.#phase = phase;
    const trading = chinaMidnight(Number.isNaN(tradingDate) ? actionDate : tradingDate);
    const action = chinaMidnight(Number.isNaN(actionDate) ? tradingDate : actionDate);
    const known = !Number.isNaN(trading) && !Number.isNaN(action);
    return (this.#newest = known ? this.#stamp(trading, action, clock, phase) : undefined);
  }

  #stamp(trading: EpochMs, action: EpochMs, clock: number, phase: number): DayStamp {
    const night = phase !== 0 && trading === action;
    if (night && this.#misdating === "TradingDay") {
      const { day } = tradingDaySpan(this.#hours, action + clock);
      return this.#shifted(action, chinaMidnight(Number(day)));
    }
    if (night && (phase === 2 || this.#misdating === "ActionDay")) {
      // A trading day begins in the evening of the trading day before it: that is the night's real date.
      const { start } = tradingDaySpan(this.#hours, trading + 12 * HOUR_MS);
      const evening = chinaMidnight(Number(chinaDate(start)));
      return this.#shifted(phase === 2 ? evening : evening + DAY_MS, trading);
    }
    return this.#shifted(action, trading);
  }

  #shifted(midnight: EpochMs, trading: EpochMs): DayStamp {
    const shift = this.#shift;
    return {
      midnight: midnight + shift,
      tradingDay: chinaDate(trading + shift),
      actionDay: chinaDate(midnight + shift),
    };
  }
}
