/**
 * Pushes as the server writes them: the hot path, so text is joined, never stringified. `seq` and `tick_time` are
 * integers, prices and quantities decimal strings by the instrument's own decimals (alltick.md 3.2, 3.3).
 */
import { formatDecimal } from "../model/decimal.ts";
import type { Instrument } from "../model/instrument.ts";
import type { Book, BookSide, Trade } from "../model/ticks.ts";
import { fillsLevels, hasFixedDirection, turnoverDecimals } from "./codes.ts";
import { ALLTICK_COMMANDS } from "./messages.ts";

/** Makes the writer of 22998 for one code, as it was subscribed. */
export function makeTradeEncoder(code: string): (trade: Trade, instrument: Instrument) => string {
  const write = makeTradeWriter(code);
  const head = `{"cmd_id":${ALLTICK_COMMANDS.tradePush},"data":`;
  return (trade, instrument) => `${head}${write(trade, instrument)}}`;
}

/** Makes the writer of a trade under one code: the `data` of 22998. */
export function makeTradeWriter(code: string): (trade: Trade, instrument: Instrument) => string {
  const head = `{"code":${JSON.stringify(code)},"seq":`;
  return (trade, instrument) => `${head}${stamp(trade)},${tradeFigures(trade, instrument)}}`;
}

/** A trade's price, volume, turnover and direction as members of a JSON object: the same on both wires. */
export function tradeFigures(trade: Trade, { kind, priceDecimals, volumeDecimals }: Instrument): string {
  const price = formatDecimal(trade.price, priceDecimals);
  const volume = formatDecimal(trade.volume, volumeDecimals);
  const turnover = formatDecimal(trade.turnover, turnoverDecimals(kind, priceDecimals));
  const direction = hasFixedDirection(kind) ? 1 : trade.direction;
  return `"price":"${price}","volume":"${volume}","turnover":"${turnover}","trade_direction":${direction}`;
}

/**
 * Makes the writer of 22999 for one code, as it was subscribed, with at most `level` levels per side (0: as many as
 * the instrument has). Sides of stocks always have that many levels, the missing ones as zeros (alltick.md 11.8).
 */
export function makeBookEncoder(code: string, level: number): (book: Book, instrument: Instrument) => string {
  const head = `{"cmd_id":${ALLTICK_COMMANDS.depthPush},"data":{"code":${JSON.stringify(code)},"seq":`;
  return (book, instrument) => {
    const most = level > 0 && level < instrument.levels ? level : instrument.levels;
    return `${head}${stamp(book)},${bookSides(book, most, instrument)}}}`;
  };
}

/** A book's sides with at most `most` levels as members of a JSON object: the same on both wires. */
export function bookSides(book: Book, most: number, instrument: Instrument): string {
  return `"bids":[${sideText(book.bids, most, instrument)}],"asks":[${sideText(book.asks, most, instrument)}]`;
}

function stamp({ seq, time }: Trade | Book): string {
  return `${wholeText(seq)},"tick_time":${wholeText(time)}`;
}

/** An integer as JSON, whatever a feed put there. */
export function wholeText(value: number): string {
  return Number.isSafeInteger(value) ? `${value}` : formatDecimal(Math.trunc(value), 0);
}

function sideText(side: BookSide, most: number, instrument: Instrument): string {
  const { priceDecimals, volumeDecimals } = instrument;
  const { prices, volumes } = side;
  const present = Math.min(most, prices.length);
  const count = fillsLevels(instrument.kind) ? most : present;
  let text = "";
  for (let i = 0; i < count; i++) {
    const price = formatDecimal(i < present ? prices[i]! : NaN, priceDecimals);
    const volume = formatDecimal(i < present ? volumes[i]! : NaN, i < present ? volumeDecimals : 0);
    text += `${i === 0 ? "" : ","}{"price":"${price}","volume":"${volume}"}`;
  }
  return text;
}
