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
  const head = pushHead(ALLTICK_COMMANDS.tradePush, code);
  return (trade, { kind, priceDecimals, volumeDecimals }) => {
    const price = formatDecimal(trade.price, priceDecimals);
    const volume = formatDecimal(trade.volume, volumeDecimals);
    const turnover = formatDecimal(trade.turnover, turnoverDecimals(kind, priceDecimals));
    const direction = hasFixedDirection(kind) ? 1 : trade.direction;
    return `${head}${stamp(trade)},"price":"${price}","volume":"${volume}","turnover":"${turnover}","trade_direction":${direction}}}`;
  };
}

/**
 * Makes the writer of 22999 for one code, as it was subscribed, with at most `level` levels per side (0: as many as
 * the instrument has). Sides of stocks always have that many levels, the missing ones as zeros (alltick.md 11.8).
 */
export function makeBookEncoder(code: string, level: number): (book: Book, instrument: Instrument) => string {
  const head = pushHead(ALLTICK_COMMANDS.depthPush, code);
  return (book, instrument) => {
    const most = level > 0 && level < instrument.levels ? level : instrument.levels;
    const bids = sideText(book.bids, most, instrument);
    const asks = sideText(book.asks, most, instrument);
    return `${head}${stamp(book)},"bids":[${bids}],"asks":[${asks}]}}`;
  };
}

function pushHead(command: number, code: string): string {
  return `{"cmd_id":${command},"data":{"code":${JSON.stringify(code)},"seq":`;
}

function stamp({ seq, time }: Trade | Book): string {
  return `${wholeText(seq)},"tick_time":${wholeText(time)}`;
}

/** An integer as JSON, whatever a feed put there. */
function wholeText(value: number): string {
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
