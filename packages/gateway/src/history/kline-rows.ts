/** Stored bars as klines. */
import type { Kline, Period } from "@tickwire/protocol/model";
import { BAR_FLAGS } from "./tables.ts";

/** What a query selects for {@link toKlines}, in this order. */
export const BAR_COLUMNS = "time::DOUBLE, open, high, low, close, volume, turnover, open_interest, flags";

/**
 * Klines of one instrument from the columns of a query that is ordered by time and then by row: of equal times the last is
 * the newest version, and the only one that counts.
 */
export function toKlines(id: string, period: Period, columns: readonly number[][]): Kline[] {
  const [times, opens, highs, lows, closes, volumes, turnovers, interests, flags] = columns;
  const bars: Kline[] = [];
  for (let at = 0; at < times!.length; at++) {
    const time = times![at]!;
    // Of equal times the last written is the newest version.
    if (times![at + 1] === time) continue;
    bars.push({
      id,
      period,
      time,
      open: opens![at]!,
      high: highs![at]!,
      low: lows![at]!,
      close: closes![at]!,
      volume: volumes![at]!,
      turnover: turnovers![at]!,
      openInterest: interests![at]!,
      closed: true,
      revised: (flags![at]! & BAR_FLAGS.revised) !== 0,
      gap: (flags![at]! & BAR_FLAGS.gap) !== 0,
    });
  }
  return bars;
}
