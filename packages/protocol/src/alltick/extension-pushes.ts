/** The pushes and reply data of the extensions as the server writes them. */
import type { Instrument } from "../model/instrument.ts";
import type { Kline } from "../model/kline.ts";
import { tickerOf } from "../model/ticker.ts";
import type { Snapshot, Trade } from "../model/ticks.ts";
import { formatDecimal } from "../model/decimal.ts";
import { ALLTICK_EXTENSIONS, encodeCursor, type TradeCursor } from "./extensions.ts";
import { klineTypeOf, toWireKline, type WireKline } from "./klines.ts";
import { makeTradeWriter } from "./pushes.ts";
import { toWireTicker } from "./tickers.ts";

/** A bar of the extensions: HTTP's strings, and what became of it. Flags are 0 or 1: old clients know no `true`. */
export interface WireLiveKline extends WireKline {
  /** At the end of the bar, of futures only. */
  readonly open_interest?: string;
  /** 0 while the bar is being formed. */
  readonly closed: 0 | 1;
  /** 1: it was changed after it had been closed. */
  readonly revised: 0 | 1;
  /** 1: data is known to be missing within it. */
  readonly gap: 0 | 1;
}

/** The bar with its flags. */
export function toWireLiveKline(kline: Kline, instrument: Instrument): WireLiveKline {
  const { openInterest } = kline;
  const known = instrument.kind === "future" && Number.isFinite(openInterest);
  return {
    ...toWireKline(kline, instrument),
    ...(known ? { open_interest: formatDecimal(openInterest, 0) } : {}),
    closed: kline.closed ? 1 : 0,
    revised: kline.revised ? 1 : 0,
    gap: kline.gap ? 1 : 0,
  };
}

/** Makes the writer of push 32998 for one code, as it was subscribed. */
export function makeKlineEncoder(code: string): (kline: Kline, instrument: Instrument) => string {
  return (kline, instrument) =>
    JSON.stringify({
      cmd_id: ALLTICK_EXTENSIONS.klinePush,
      data: { code, kline_type: klineTypeOf(kline.period), ...toWireLiveKline(kline, instrument) },
    });
}

/** Makes the writer of push 32999 for one code, as it was subscribed. */
export function makeTickerEncoder(code: string): (snapshot: Snapshot, instrument: Instrument) => string {
  return (snapshot, instrument) =>
    JSON.stringify({
      cmd_id: ALLTICK_EXTENSIONS.tickerPush,
      data: toWireTicker(code, tickerOf(instrument, snapshot), instrument),
    });
}

/**
 * The `data` of 32011 as JSON: trades as the `data` of push 22998, and the cursor with which the next page is asked for,
 * `""` where there is none.
 */
export function encodeTradePage(
  code: string,
  trades: readonly Trade[],
  next: TradeCursor | undefined,
  instrument: Instrument,
): string {
  const write = makeTradeWriter(code);
  const list = trades.map((trade) => write(trade, instrument)).join(",");
  return `{"code":${JSON.stringify(code)},"tick_list":[${list}],"next_cursor":"${encodeCursor(next)}"}`;
}
