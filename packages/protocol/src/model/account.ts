/** Positions and accounts, after CTP (ctp.md d.6, d.7). */
import type { Fen, Rate } from "./money.ts";
import type { Hedge } from "./order.ts";
import type { TradingDay } from "./ticks.ts";

/** Which side of the market a position is on. */
export type PositionSide = "long" | "short";

/** One row of a position, as CTP's InvestorPosition has it (ctp.md d.6). */
export interface Position {
  readonly user: string;
  readonly instrument: string;
  readonly exchange: string;
  readonly side: PositionSide;
  readonly hedge: Hedge;
  /** `history`: a row of yesterday's lots (SHFE and INE only); all others are `today`. */
  readonly date: "today" | "history";
  /** Lots now. */
  readonly volume: number;
  readonly today: number;
  /** Lots at yesterday's close; does not shrink. */
  readonly yesterday: number;
  /** Lots that buy orders and sell orders hold for closing. */
  readonly longFrozen: number;
  readonly shortFrozen: number;
  readonly longFrozenAmount: Fen;
  readonly shortFrozenAmount: Fen;
  readonly openVolume: number;
  readonly closeVolume: number;
  readonly openAmount: Fen;
  readonly closeAmount: Fen;
  readonly positionCost: Fen;
  readonly openCost: Fen;
  readonly preMargin: Fen;
  readonly margin: Fen;
  readonly frozenMargin: Fen;
  readonly frozenCommission: Fen;
  readonly commission: Fen;
  readonly closeProfitByDate: Fen;
  readonly closeProfitByTrade: Fen;
  readonly positionProfit: Fen;
  readonly preSettlement: number;
  /** The price it is valued at now. */
  readonly settlement: number;
  readonly marginRate: Rate;
  readonly tradingDay: TradingDay;
  readonly settlementId: number;
}

/** One lot detail: what was opened by one fill (CTP InvestorPositionDetail), closed ones of today included. */
export interface PositionDetail {
  readonly user: string;
  readonly instrument: string;
  readonly exchange: string;
  readonly side: PositionSide;
  readonly hedge: Hedge;
  readonly openDate: TradingDay;
  readonly tradeId: string;
  /** Lots that are left. */
  readonly volume: number;
  readonly openPrice: number;
  readonly closeVolume: number;
  readonly closeAmount: Fen;
  readonly closeProfitByDate: Fen;
  readonly closeProfitByTrade: Fen;
  readonly positionProfitByDate: Fen;
  readonly positionProfitByTrade: Fen;
  readonly margin: Fen;
  readonly marginRate: Rate;
  readonly lastSettlement: number;
  readonly settlement: number;
  readonly tradingDay: TradingDay;
  readonly settlementId: number;
}

/**
 * An account (ctp.md d.7): `balance` = `preBalance` − `withdraw` + `deposit` + `closeProfit` + `positionProfit` − `commission`;
 * `available` = `balance` − `margin` − `frozenMargin` − `frozenCommission`.
 */
export interface Account {
  readonly user: string;
  readonly preBalance: Fen;
  readonly preMargin: Fen;
  readonly preDeposit: Fen;
  readonly deposit: Fen;
  readonly withdraw: Fen;
  readonly margin: Fen;
  readonly frozenMargin: Fen;
  readonly frozenCommission: Fen;
  readonly commission: Fen;
  readonly closeProfit: Fen;
  readonly positionProfit: Fen;
  readonly balance: Fen;
  readonly available: Fen;
  /** What may be taken out. */
  readonly withdrawQuota: Fen;
  readonly tradingDay: TradingDay;
  readonly settlementId: number;
}
