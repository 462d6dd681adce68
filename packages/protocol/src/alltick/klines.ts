/** Bars as AllTick writes them, on HTTP and in the extensions: seven decimal strings (alltick.md 5.1). */
import { formatDecimal } from "../model/decimal.ts";
import type { Instrument } from "../model/instrument.ts";
import { PERIODS, type Kline, type Period } from "../model/kline.ts";
import { turnoverDecimals } from "./codes.ts";

/** A bar on the wire. `timestamp` is when it begins, in seconds. */
export interface WireKline {
  readonly timestamp: string;
  readonly open_price: string;
  readonly close_price: string;
  readonly high_price: string;
  readonly low_price: string;
  readonly volume: string;
  readonly turnover: string;
}

/** The `kline_type` of a period: 1 is a minute, 10 a month. */
export function klineTypeOf(period: Period): number {
  return PERIODS.indexOf(period) + 1;
}

/** The period of a `kline_type`, or undefined when there is none. */
export function periodOfKlineType(type: number): Period | undefined {
  return PERIODS[type - 1];
}

/** The bar in the wire's strings, by the instrument's own decimals. */
export function toWireKline(kline: Kline, { kind, priceDecimals, volumeDecimals }: Instrument): WireKline {
  return {
    timestamp: formatDecimal(Math.floor(kline.time / 1_000), 0),
    open_price: formatDecimal(kline.open, priceDecimals),
    close_price: formatDecimal(kline.close, priceDecimals),
    high_price: formatDecimal(kline.high, priceDecimals),
    low_price: formatDecimal(kline.low, priceDecimals),
    volume: formatDecimal(kline.volume, volumeDecimals),
    turnover: formatDecimal(kline.turnover, turnoverDecimals(kind, priceDecimals)),
  };
}
