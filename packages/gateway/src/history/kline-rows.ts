/** Stored bars as klines. */
import type { Kline, Period } from "@tickwire/protocol/model";
import { BAR_FLAGS } from "./tables.ts";

/** What a query selects for {@link toKlines}, in this order: DOUBLE all. */
export const BAR_COLUMNS = "time::DOUBLE, open, high, low, close, volume, turnover, open_interest, flags::DOUBLE";

/**
 * Klines of one instrument, ascending, from the columns of a query whose rows come in the order in which they were written,
 * which nearly always is the order of time: of equal times the last is the newest version, and the only one that counts.
 */
export function toKlines(id: string, period: Period, columns: readonly ArrayLike<number>[]): Kline[] {
  const [times, opens, highs, lows, closes, volumes, turnovers, interests, flags] = columns;
  const bars: Kline[] = [];
  const order = orderOf(times!);
  for (let position = 0; position < times!.length; position++) {
    const at = order?.[position] ?? position;
    const time = times![at]!;
    const next = order === undefined ? times![position + 1] : times![order[position + 1] ?? -1];
    if (next === time) continue;
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

/** The rows in order of time, those of equal time as they come; undefined where they are in order already. */
function orderOf(times: ArrayLike<number>): Uint32Array | undefined {
  let at = 1;
  while (at < times.length && times[at - 1]! <= times[at]!) at++;
  if (at >= times.length) return undefined;
  return Uint32Array.from(times, (_, row) => row).toSorted((a, b) => times[a]! - times[b]! || a - b);
}
