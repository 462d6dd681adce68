/** Ticks as a client reads them, of any age of the service: integers or strings, seconds or milliseconds, gaps in the data. */
import { EMPTY_SIDE, type Aggressor, type Book, type BookSide, type EpochMs, type Trade } from "../model/ticks.ts";
import { toMillis, toNumber, toObject, type JsonObject } from "./scalars.ts";

/** A trade of either wire; volume and turnover are NaN and the direction 0 where the service leaves them out. */
export function readTrade(data: JsonObject): Trade | undefined {
  const id = data["code"];
  const time = toTime(data["tick_time"]);
  const price = toNumber(data["price"]);
  if (typeof id !== "string" || Number.isNaN(time) || Number.isNaN(price)) return undefined;
  const volume = toNumber(data["volume"]);
  const turnover = toNumber(data["turnover"]);
  return {
    id,
    seq: toNumber(data["seq"]) || 0,
    time,
    price,
    volume,
    turnover,
    direction: toDirection(data["trade_direction"]),
  };
}

/** A book of either wire. */
export function readBook(data: JsonObject): Book | undefined {
  const id = data["code"];
  const time = toTime(data["tick_time"]);
  if (typeof id !== "string" || Number.isNaN(time)) return undefined;
  return { id, seq: toNumber(data["seq"]) || 0, time, bids: readSide(data["bids"]), asks: readSide(data["asks"]) };
}

/** The levels that exist: zero-filled, null and unreadable ones are left out, an unknown volume is NaN. */
function readSide(levels: unknown): BookSide {
  if (!Array.isArray(levels) || levels.length === 0) return EMPTY_SIDE;
  const prices: number[] = [];
  const volumes: number[] = [];
  for (const item of levels as readonly unknown[]) {
    const level = toObject(item);
    const price = toNumber(level?.["price"]);
    if (!(price > 0)) continue;
    prices.push(price);
    volumes.push(toNumber(level?.["volume"]));
  }
  return { prices, volumes };
}

function toTime(value: unknown): EpochMs {
  return toMillis(toNumber(value));
}

function toDirection(value: unknown): Aggressor {
  const direction = toNumber(value);
  return direction === 1 || direction === 2 ? direction : 0;
}
