/** A recorded row in the model's terms. Pure. */
import { moneyFactors } from "@tickwire/protocol/ctp";
import { EMPTY_SIDE, type BookSide, type Instrument, type Snapshot } from "@tickwire/protocol/model";
import type { Columns, SideColumns } from "./columns.ts";
import type { DayStamps } from "./event-time.ts";
import type { Row } from "./row.ts";

/** A price this near, relatively, to one with the instrument's decimals is meant to be that one: 5806.400000000001. */
const NOISE = 1e-9;

/**
 * The snapshot that `row` is, or undefined when it is malformed: a date, time or volume that cannot be read, or garbage
 * in any field that is used. Prices of 0 and DBL_MAX become NaN, levels without price or volume end a side, and
 * turnover and average become what the model promises at every exchange (CTP's do not, ctp.md d.10).
 */
export function toSnapshot(
  row: Row,
  columns: Columns,
  instrument: Instrument,
  stamps: DayStamps,
): Snapshot | undefined {
  const { at } = columns;
  const clock = columns.packedTime ? row.packedClock(at.UpdateTime) : row.clock(at.UpdateTime);
  const millis = row.number(at.UpdateMillisec);
  const stamp = clock < 0 ? undefined : stamps.at(row.number(at.TradingDay), row.number(at.ActionDay), clock);
  const volume = row.number(at.Volume);
  if (stamp === undefined || !(volume >= 0)) return undefined;
  const scale = 10 ** instrument.priceDecimals;
  const price = (index: number): number => toPrice(row.number(index), scale);
  const factors = moneyFactors(instrument);
  const snapshot: Snapshot = {
    id: instrument.id,
    time: stamp.midnight + clock + (millis > 0 && millis < 1000 ? millis : 0),
    tradingDay: stamp.tradingDay,
    actionDay: stamp.actionDay,
    last: price(at.LastPrice),
    preSettlement: price(at.PreSettlementPrice),
    preClose: price(at.PreClosePrice),
    preOpenInterest: row.number(at.PreOpenInterest),
    open: price(at.OpenPrice),
    high: price(at.HighestPrice),
    low: price(at.LowestPrice),
    volume,
    turnover: row.number(at.Turnover) * (columns.moneyTurnover ? 1 : factors.turnover),
    openInterest: row.number(at.OpenInterest),
    close: price(at.ClosePrice),
    settlement: price(at.SettlementPrice),
    upperLimit: price(at.UpperLimitPrice),
    lowerLimit: price(at.LowerLimitPrice),
    preDelta: row.number(at.PreDelta),
    currDelta: row.number(at.CurrDelta),
    average: toAverage(row.number(at.AveragePrice), factors.average),
    bids: toSide(row, columns.bids, scale),
    asks: toSide(row, columns.asks, scale),
  };
  return row.garbage ? undefined : snapshot;
}

/** NaN for 0, which CTP and its recorders put where there is no price; binary noise beyond the decimals is dropped. */
function toPrice(value: number, scale: number): number {
  if (value === 0) return NaN;
  const clean = Math.round(value * scale) / scale;
  return Math.abs(clean - value) <= NOISE * Math.abs(value) ? clean : value;
}

function toAverage(value: number, factor: number): number {
  return value === 0 ? NaN : value / factor;
}

/** The levels up to the first that is missing. Volumes are looked at first: most files carry four empty levels. */
function toSide(row: Row, columns: SideColumns, scale: number): BookSide {
  const prices: number[] = [];
  const volumes: number[] = [];
  for (let level = 0; level < columns.prices.length; level++) {
    const volume = row.number(columns.volumes[level] ?? -1);
    if (!(volume > 0)) break;
    const price = toPrice(row.number(columns.prices[level]!), scale);
    if (Number.isNaN(price)) break;
    prices.push(price);
    volumes.push(volume);
  }
  return prices.length === 0 ? EMPTY_SIDE : { prices, volumes };
}
