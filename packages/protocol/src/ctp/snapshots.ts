/** CTP ticks as snapshots. */
import { EMPTY_SIDE, type BookSide, type Snapshot } from "../model/mod.ts";
import { readMoment } from "./dates.ts";
import { DEPTH_FIELDS, DEPTH_LEVELS, type DepthField } from "./fields.ts";
import type { DepthMarketData } from "./messages.ts";
import { readPrice, readQuantity, readText, readVolume } from "./numbers.ts";
import { moneyFactors, type TickTerms } from "./terms.ts";

type Side = "Bid" | "Ask";
type Level = 1 | 2 | 3 | 4 | 5;
const LEVELS: readonly Level[] = [1, 2, 3, 4, 5].slice(0, DEPTH_LEVELS) as Level[];

/** How each field is read. What is a price is missing when it is 0; a volume is 0 when it is missing. */
function readerOf(field: DepthField): (raw: unknown) => number | string {
  if (/Price/.test(field)) return readPrice;
  if (/Volume/.test(field)) return readVolume;
  if (/Turnover|OpenInterest|Delta|Millisec/.test(field)) return readQuantity;
  return readText;
}

const READERS = DEPTH_FIELDS.map((field) => [field, readerOf(field)] as const);

/**
 * Reads the body of a tick, whichever gateway wrote it: fields may be missing, null, DBL_MAX or numbers in strings (a row
 * of a CSV file is read the same way).
 */
export function readDepthMarketData(raw: Readonly<Record<string, unknown>>): DepthMarketData {
  const tick: Record<string, number | string> = {};
  for (const [field, read] of READERS) tick[field] = read(raw[field]);
  return tick as DepthMarketData;
}

function readSide(tick: DepthMarketData, side: Side): BookSide {
  const prices: number[] = [];
  const volumes: number[] = [];
  for (const level of LEVELS) {
    const price = tick[`${side}Price${level}`];
    if (Number.isNaN(price)) break;
    prices.push(price);
    volumes.push(tick[`${side}Volume${level}`]);
  }
  return prices.length === 0 ? EMPTY_SIDE : { prices, volumes };
}

/**
 * A received tick in the model's terms, which need its instrument's: the multiplier for money and average, the exchange
 * for its customs, the trading hours for dates. Undefined when the tick names no instrument or no readable time.
 */
export function toSnapshot(tick: DepthMarketData, terms: TickTerms): Snapshot | undefined {
  const id = tick.InstrumentID || tick.reserve1;
  const moment = readMoment(tick, terms);
  if (id === "" || moment === undefined) return undefined;
  const factors = moneyFactors(terms);
  return {
    id,
    time: moment.time,
    tradingDay: moment.tradingDay,
    actionDay: moment.actionDay,
    last: tick.LastPrice,
    preSettlement: tick.PreSettlementPrice,
    preClose: tick.PreClosePrice,
    preOpenInterest: tick.PreOpenInterest,
    open: tick.OpenPrice,
    high: tick.HighestPrice,
    low: tick.LowestPrice,
    volume: tick.Volume,
    turnover: tick.Turnover * factors.turnover,
    openInterest: tick.OpenInterest,
    close: tick.ClosePrice,
    settlement: tick.SettlementPrice,
    upperLimit: tick.UpperLimitPrice,
    lowerLimit: tick.LowerLimitPrice,
    preDelta: tick.PreDelta,
    currDelta: tick.CurrDelta,
    average: tick.AveragePrice / factors.average,
    bids: readSide(tick, "Bid"),
    asks: readSide(tick, "Ask"),
  };
}
