/** What an instrument's orders are checked and charged by, and when they may be given. */
import type { Rate } from "./money.ts";
import type { TradingDay } from "./ticks.ts";

/** What an instrument's orders are checked and charged by on one trading day. */
export interface TradingTerms {
  readonly instrument: string;
  readonly exchange: string;
  readonly product: string;
  readonly multiplier: number;
  readonly priceTick: number;
  readonly longMargin: Rate;
  readonly shortMargin: Rate;
  readonly openFee: Rate;
  readonly closeFee: Rate;
  readonly closeTodayFee: Rate;
  readonly preSettlement: number;
  /** `NaN` where there is no limit. */
  readonly upperLimit: number;
  readonly lowerLimit: number;
  readonly minLimitVolume: number;
  readonly maxLimitVolume: number;
  readonly minMarketVolume: number;
  /** 0: the exchange takes no market orders for it. */
  readonly maxMarketVolume: number;
  /** Today's and yesterday's lots are closed by different offsets (SHFE, INE; ctp.md d.6). */
  readonly history: boolean;
  /** Only the larger side of the product is charged margin (ctp.md d.7). */
  readonly largerSide: boolean;
  /** Last trading day. */
  readonly expires: TradingDay;
}

/** What a product may do now (CTP InstrumentStatus 0, 1, 2, 3, 4, 5, 6). */
export type TradingPhase =
  | "before"
  | "pause"
  | "continuous"
  | "auction-orders"
  | "auction-balance"
  | "auction-match"
  | "closed";
