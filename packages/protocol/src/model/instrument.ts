/** What kind of thing is traded; decides the AllTick endpoint family, level counts and decimals. */
export type InstrumentKind =
  | "future"
  | "stock"
  | "index"
  | "forex"
  | "metal"
  | "energy"
  | "commodity"
  | "crypto"
  | "cfd-index";

/** Where it is listed, as far as a wire's rules depend on it (alltick.md 3.2: levels per market). */
export type Market = "CN-FUTURES" | "CN" | "HK" | "US" | "GLOBAL";

/** Which holidays apply: a key of the trading calendar's tables. */
export type HolidayCalendar = "CN" | "HK" | "US" | "WEEKDAYS" | "NONE";

/** A session within a day as wall-clock times of the exchange's zone, `"HH:MM"`; an end before its start is after midnight. */
export type SessionSpan = readonly [start: string, end: string];

/** When an instrument trades. Night sessions belong to the next trading day (ctp.md d.9). */
export interface TradingHours {
  /** IANA zone of the times below. */
  readonly zone: string;
  readonly holidays: HolidayCalendar;
  /** Sessions of the day, in order. `[["00:00", "24:00"]]` is round the clock. */
  readonly day: readonly SessionSpan[];
  /** Night session, which opens the trading day that follows; absent when there is none. */
  readonly night?: SessionSpan;
  /**
   * Wall-clock time at which one trading day ends and the next begins, `"HH:MM"`.
   * `"18:00"` for Chinese futures (after settlement, before the night session), `"00:00"` where a day is a natural day.
   */
  readonly dayStart: string;
  /** It trades all the time, holidays included; sessions and holidays only tell which trading day a moment belongs to. */
  readonly always?: true;
}

/** What only a futures contract has; the fields are CTP's Instrument struct (ctp.md d.11) under the model's names. */
export interface FutureTerms {
  readonly deliveryYear: number;
  readonly deliveryMonth: number;
  /** `YYYYMMDD` */
  readonly createDate: string;
  /** `YYYYMMDD` */
  readonly openDate: string;
  /** `YYYYMMDD`, the last trading day */
  readonly expireDate: string;
  readonly maxLimitOrderVolume: number;
  readonly minLimitOrderVolume: number;
  readonly maxMarketOrderVolume: number;
  readonly minMarketOrderVolume: number;
  /** Ratio by money, long and short. */
  readonly longMarginRatio: number;
  readonly shortMarginRatio: number;
  /** CTP PositionDateType: `"1"` uses history (SHFE, INE: today and yesterday apart), `"2"` does not. */
  readonly positionDateType: "1" | "2";
  /** CTP PositionType: `"1"` net, `"2"` gross. */
  readonly positionType: "1" | "2";
  /** CTP MaxMarginSideAlgorithm: `"1"` only the larger side is charged. */
  readonly maxMarginSideAlgorithm: "0" | "1";
}

/** One tradable thing. Immutable; identity is `id`. */
export interface Instrument {
  /** The code on both wires (`rb2605`, `700.HK`, `BTCUSDT`), case-sensitive, unique over all markets, at most 80 bytes. */
  readonly id: string;
  readonly kind: InstrumentKind;
  readonly market: Market;
  /** CTP ExchangeID for futures (`SHFE`), else the venue (`SSE`, `SZSE`, `HKEX`, `NASDAQ`, `FX`, `OTC`, `CRYPTO`). */
  readonly exchange: string;
  /** Product of a future (`rb`), else the id itself. */
  readonly product: string;
  /** Name as its users know it (`螺纹钢2605`, `腾讯控股`, `Apple`). */
  readonly name: string;
  /** Smallest price step. */
  readonly priceTick: number;
  /** Decimals of a price on the AllTick wire (stocks 6, others natural; alltick.md 7). */
  readonly priceDecimals: number;
  /** Decimals of a volume on the AllTick wire. */
  readonly volumeDecimals: number;
  /** Contract multiplier: turnover = price × volume × multiplier. 1 for anything but futures and A-shares in lots (100). */
  readonly multiplier: number;
  /** Most book levels per side that exist for it (alltick.md 3.2). */
  readonly levels: number;
  readonly currency: string;
  readonly hours: TradingHours;
  /** Present exactly when `kind` is `"future"`. */
  readonly future?: FutureTerms;
}
