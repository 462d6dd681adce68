/**
 * HTTP answers as the server writes them: the keys in the order of the captures, `seq`, `tick_time` and `timestamp` as
 * strings where the WebSocket has integers (alltick.md 5, 7).
 */
import type { AllTickError } from "../errors.ts";
import type { Instrument } from "../model/instrument.ts";
import type { Kline, Period } from "../model/kline.ts";
import type { Listing } from "../model/listing.ts";
import { tickerOf } from "../model/ticker.ts";
import type { Book, EpochMs, Snapshot, Trade } from "../model/ticks.ts";
import { zoneOffset } from "../model/zone.ts";
import { klineTypeOf, toWireKline } from "./klines.ts";
import { ALLTICK_OK } from "./messages.ts";
import { bookSides, tradeFigures, wholeText } from "./pushes.ts";
import { toWireInstrument, toWireTicker } from "./tickers.ts";

/** Where the timestamps of bars of a day and more stand: midnight of the exchange, or of UTC on the same date. */
export type DayAnchor = "exchange" | "utc";

/** An event under the code that was asked for. */
export interface Named<E> {
  readonly code: string;
  readonly event: E;
  readonly instrument: Instrument;
}

/** The bars of one question. */
export interface KlineGroup {
  /** As it was asked for. */
  readonly code: string;
  readonly period: Period;
  readonly instrument: Instrument;
  /** Ascending. */
  readonly bars: readonly Kline[];
}

/** The answer to a call that succeeded; `data` is JSON text. */
export function encodeHttpOk(trace: string, data: string): string {
  return envelope(ALLTICK_OK, "ok", trace, data);
}

/** The answer to a call that failed after its token was accepted. */
export function encodeHttpError({ ret, msg }: AllTickError, trace: string): string {
  return envelope(ret, msg, trace, "{}");
}

/** The answer to a bad token, on both wires: without `data` (alltick.md 6). */
export function encodeTokenRefusal({ ret, msg }: AllTickError): string {
  return JSON.stringify({ msg, trace: "", ret });
}

/** The answer to too many requests: `error_msg` as the vendor's gateway writes it, and what clients look for elsewhere. */
export function encodeRateRefusal({ ret, msg }: AllTickError): string {
  return JSON.stringify({ error_msg: msg, ret, msg });
}

/** The HTTP status of an error: `ret` for the 400s, 200 for the 600s (alltick.md 11.4). */
export function httpStatusOf({ ret }: AllTickError): number {
  return ret >= 400 && ret < 500 ? ret : 200;
}

function envelope(ret: number, msg: string, trace: string, data: string): string {
  return `{"ret":${ret},"msg":${JSON.stringify(msg)},"trace":${JSON.stringify(trace)},"data":${data}}`;
}

/** `data` of kline. */
export function encodeKlines(group: KlineGroup, anchor: DayAnchor): string {
  return klineGroup(group, "kline_list", anchor);
}

/** `data` of batch-kline, in the order of the groups. */
export function encodeBatchKlines(groups: readonly KlineGroup[], anchor: DayAnchor): string {
  return `{"kline_list":[${groups.map((group) => klineGroup(group, "kline_data", anchor)).join(",")}]}`;
}

function klineGroup({ code, period, instrument, bars }: KlineGroup, key: string, anchor: DayAnchor): string {
  const list = bars.map((bar) => {
    const time = toBarStamp(bar.time, period, instrument, anchor);
    return toWireKline(time === bar.time ? bar : { ...bar, time }, instrument);
  });
  return JSON.stringify({ code, kline_type: klineTypeOf(period), [key]: list });
}

/** When a bar that begins at `time` begins on the wire. */
export function toBarStamp(time: EpochMs, period: Period, { hours }: Instrument, anchor: DayAnchor): EpochMs {
  return isOfDays(period) && anchor === "utc" ? time + zoneOffset(hours.zone, time) : time;
}

/** The inverse of {@link toBarStamp}, for any moment. */
export function fromBarStamp(stamp: EpochMs, period: Period, { hours }: Instrument, anchor: DayAnchor): EpochMs {
  if (!isOfDays(period) || anchor !== "utc" || !Number.isFinite(stamp)) return stamp;
  return stamp - zoneOffset(hours.zone, stamp - zoneOffset(hours.zone, stamp));
}

function isOfDays(period: Period): boolean {
  return period === "1d" || period === "1w" || period === "1M";
}

/** `data` of trade-tick. */
export function encodeTradeTicks(ticks: readonly Named<Trade>[]): string {
  return tickList(ticks, ({ event, instrument }) => tradeFigures(event, instrument));
}

/** `data` of depth-tick: all levels, those of stocks filled up with zeros. */
export function encodeDepthTicks(ticks: readonly Named<Book>[]): string {
  return tickList(ticks, ({ event, instrument }) => bookSides(event, instrument.levels, instrument));
}

function tickList<E extends Trade | Book>(ticks: readonly Named<E>[], members: (tick: Named<E>) => string): string {
  const texts = ticks.map((tick) => {
    const { seq, time } = tick.event;
    const head = `{"code":${JSON.stringify(tick.code)},"seq":"${wholeText(seq)}","tick_time":"${wholeText(time)}"`;
    return `${head},${members(tick)}}`;
  });
  return `{"tick_list":[${texts.join(",")}]}`;
}

/** `data` of static_info: strings throughout (alltick.md 5.3). */
export function encodeStaticInfo(listings: readonly { readonly code: string; readonly listing: Listing }[]): string {
  return JSON.stringify({
    static_info_list: listings.map(({ code, listing }) => ({
      board: listing.board,
      bps: listing.bps,
      circulating_shares: listing.circulatingShares,
      currency: listing.currency,
      dividend_yield: listing.dividendYield,
      eps: listing.eps,
      eps_ttm: listing.epsTtm,
      exchange: listing.exchange,
      hk_shares: listing.hkShares,
      lot_size: listing.lotSize,
      name_cn: listing.nameCn,
      name_en: listing.nameEn,
      name_hk: listing.nameHk,
      symbol: code,
      total_shares: listing.totalShares,
    })),
  });
}

/** `data` of ticker: as the pushed ticker, with `tick_time` as a string like all of HTTP. */
export function encodeTickers(ticks: readonly Named<Snapshot>[]): string {
  return JSON.stringify({
    ticker_list: ticks.map(({ code, event, instrument }) => {
      const ticker = toWireTicker(code, tickerOf(instrument, event), instrument);
      return { ...ticker, tick_time: String(ticker.tick_time) };
    }),
  });
}

/** `data` of instruments: one page, and how many there are on all pages. */
export function encodeInstruments(page: readonly Instrument[], total: number): string {
  return JSON.stringify({ total_count: total, instrument_list: page.map(toWireInstrument) });
}
