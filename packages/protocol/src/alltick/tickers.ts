/** Tickers and instruments on the wire: tickwire's own, in AllTick's manner. HTTP and the extensions share them. */
import { formatDecimal } from "../model/decimal.ts";
import type { Instrument, SessionSpan } from "../model/instrument.ts";
import type { Ticker } from "../model/ticker.ts";
import { turnoverDecimals } from "./codes.ts";

/** Decimals of a change in percent. */
const PERCENT_DECIMALS = 2;

/** A ticker on the wire. A figure that does not exist or is not known is left out: zero would be a figure. */
export interface WireTicker {
  readonly code: string;
  /** Milliseconds. HTTP writes it as a string, as its ticks. */
  readonly tick_time: number;
  /** `YYYYMMDD` */
  readonly trading_day: string;
  readonly last_price?: string;
  readonly base_price?: string;
  readonly change?: string;
  readonly change_percent?: string;
  readonly open_price?: string;
  readonly high_price?: string;
  readonly low_price?: string;
  readonly volume?: string;
  readonly turnover?: string;
  readonly open_interest?: string;
  readonly bid_price?: string;
  readonly bid_volume?: string;
  readonly ask_price?: string;
  readonly ask_volume?: string;
}

/** The ticker under `code`, as it was asked for. */
export function toWireTicker(code: string, ticker: Ticker, instrument: Instrument): WireTicker {
  const { priceDecimals, volumeDecimals } = instrument;
  const price = (value: number): string | undefined => known(value, priceDecimals);
  const volume = (value: number): string | undefined => known(value, volumeDecimals);
  return dense({
    code,
    tick_time: Math.trunc(ticker.time),
    trading_day: ticker.tradingDay,
    last_price: price(ticker.last),
    base_price: price(ticker.base),
    change: price(ticker.change),
    change_percent: known(ticker.changePercent, PERCENT_DECIMALS),
    open_price: price(ticker.open),
    high_price: price(ticker.high),
    low_price: price(ticker.low),
    volume: volume(ticker.volume),
    turnover: known(ticker.turnover, turnoverDecimals(instrument.kind, priceDecimals)),
    open_interest: known(ticker.openInterest, 0),
    bid_price: price(ticker.bid),
    bid_volume: volume(ticker.bidVolume),
    ask_price: price(ticker.ask),
    ask_volume: volume(ticker.askVolume),
  });
}

/** A session as `HH:MM`; an end before its start is after midnight. */
export interface WireSession {
  readonly start: string;
  readonly end: string;
}

/** An instrument on the wire. */
export interface WireInstrument {
  readonly code: string;
  readonly name: string;
  /** `future`, `stock`, `index`, `forex`, `metal`, `energy`, `commodity`, `crypto`, `cfd-index` */
  readonly kind: string;
  /** `CN-FUTURES`, `CN`, `HK`, `US`, `GLOBAL` */
  readonly market: string;
  readonly exchange: string;
  readonly product: string;
  readonly currency: string;
  /** Smallest price step. */
  readonly price_tick: string;
  readonly price_decimals: number;
  readonly volume_decimals: number;
  readonly multiplier: number;
  /** Book levels per side. */
  readonly levels: number;
  /** Last trading day `YYYYMMDD`; of futures only. */
  readonly expire_date?: string;
  readonly hours: {
    readonly zone: string;
    /** `CN`, `HK`, `US`, `WEEKDAYS`, `NONE` */
    readonly holidays: string;
    readonly day: readonly WireSession[];
    /** The night session, which opens the trading day that follows. */
    readonly night?: WireSession;
    /** When one trading day ends and the next begins. */
    readonly day_start: string;
  };
}

/** What a client needs to know of an instrument, under its own code. */
export function toWireInstrument(instrument: Instrument): WireInstrument {
  const { hours, future } = instrument;
  return dense({
    code: instrument.id,
    name: instrument.name,
    kind: instrument.kind,
    market: instrument.market,
    exchange: instrument.exchange,
    product: instrument.product,
    currency: instrument.currency,
    price_tick: formatDecimal(instrument.priceTick, instrument.priceDecimals),
    price_decimals: instrument.priceDecimals,
    volume_decimals: instrument.volumeDecimals,
    multiplier: instrument.multiplier,
    levels: instrument.levels,
    expire_date: future?.expireDate,
    hours: dense({
      zone: hours.zone,
      holidays: hours.holidays,
      day: hours.day.map(toSession),
      night: hours.night && toSession(hours.night),
      day_start: hours.dayStart,
    }),
  });
}

function toSession([start, end]: SessionSpan): WireSession {
  return { start, end };
}

/** The value as text, or undefined where there is none. */
function known(value: number, decimals: number): string | undefined {
  return Number.isFinite(value) ? formatDecimal(value, decimals) : undefined;
}

/** An object without its undefined members. */
type Dense<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

function dense<T extends object>(sparse: T): Dense<T> {
  return Object.fromEntries(Object.entries(sparse).filter(([, value]) => value !== undefined)) as Dense<T>;
}
