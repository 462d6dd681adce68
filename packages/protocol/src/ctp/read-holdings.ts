/** Positions and accounts as received, in the model's terms: the way back of holding-bodies.ts (ctp.md d.6, d.7). */
import { FEN_PER_YUAN, type Account, type Fen, type Position, type PositionDetail } from "../model/mod.ts";
import { readPrice, readText, readVolume } from "./numbers.ts";
import { DETAIL_SIDES, HEDGES, POSITION_DATES, POSITION_SIDES } from "./trading-codes.ts";

/** A body as received. */
type Row = Readonly<Record<string, unknown>>;

/** Yuan on the wire as fen; 0 where there is none. */
function fen(row: Row, name: string): Fen {
  return Math.round(readVolume(row[name]) * FEN_PER_YUAN);
}

/** A row of RspQryInvestorPosition; undefined where it names no instrument. Net positions are long unless they are negative. */
export function toPosition(row: Row): Position | undefined {
  const text = (name: string): string => readText(row[name]);
  const count = (name: string): number => readVolume(row[name]);
  const instrument = text("InstrumentID");
  if (instrument === "") return undefined;
  const volume = count("Position");
  return {
    user: text("InvestorID"),
    instrument,
    exchange: text("ExchangeID"),
    side: POSITION_SIDES.wordOf(text("PosiDirection")) ?? (volume < 0 ? "short" : "long"),
    hedge: HEDGES.wordOf(text("HedgeFlag")) ?? "speculation",
    date: POSITION_DATES.wordOf(text("PositionDate")) ?? "today",
    volume: Math.abs(volume),
    today: count("TodayPosition"),
    yesterday: count("YdPosition"),
    longFrozen: count("LongFrozen"),
    shortFrozen: count("ShortFrozen"),
    openVolume: count("OpenVolume"),
    closeVolume: count("CloseVolume"),
    ...toPositionMoney(row),
    preSettlement: readPrice(row["PreSettlementPrice"]),
    settlement: readPrice(row["SettlementPrice"]),
    marginRate: { byMoney: count("MarginRateByMoney"), byVolume: count("MarginRateByVolume") },
    tradingDay: text("TradingDay"),
    settlementId: count("SettlementID"),
  };
}

/** The fields of a position that are money: those whose type says so. */
type PositionMoney = Pick<
  Position,
  | "longFrozenAmount"
  | "shortFrozenAmount"
  | "openAmount"
  | "closeAmount"
  | "positionCost"
  | "openCost"
  | "preMargin"
  | "margin"
  | "frozenMargin"
  | "frozenCommission"
  | "commission"
  | "closeProfitByDate"
  | "closeProfitByTrade"
  | "positionProfit"
>;

function toPositionMoney(row: Row): PositionMoney {
  return {
    longFrozenAmount: fen(row, "LongFrozenAmount"),
    shortFrozenAmount: fen(row, "ShortFrozenAmount"),
    openAmount: fen(row, "OpenAmount"),
    closeAmount: fen(row, "CloseAmount"),
    positionCost: fen(row, "PositionCost"),
    openCost: fen(row, "OpenCost"),
    preMargin: fen(row, "PreMargin"),
    margin: fen(row, "UseMargin"),
    frozenMargin: fen(row, "FrozenMargin"),
    frozenCommission: fen(row, "FrozenCommission"),
    commission: fen(row, "Commission"),
    closeProfitByDate: fen(row, "CloseProfitByDate"),
    closeProfitByTrade: fen(row, "CloseProfitByTrade"),
    positionProfit: fen(row, "PositionProfit"),
  };
}

/** A row of RspQryInvestorPositionDetail; undefined where it names no instrument or has no side. */
export function toPositionDetail(row: Row): PositionDetail | undefined {
  const text = (name: string): string => readText(row[name]);
  const count = (name: string): number => readVolume(row[name]);
  const side = DETAIL_SIDES.wordOf(text("Direction"));
  if (text("InstrumentID") === "" || side === undefined) return undefined;
  return {
    user: text("InvestorID"),
    instrument: text("InstrumentID"),
    exchange: text("ExchangeID"),
    side,
    hedge: HEDGES.wordOf(text("HedgeFlag")) ?? "speculation",
    openDate: text("OpenDate"),
    tradeId: text("TradeID"),
    volume: count("Volume"),
    openPrice: count("OpenPrice"),
    closeVolume: count("CloseVolume"),
    closeAmount: fen(row, "CloseAmount"),
    closeProfitByDate: fen(row, "CloseProfitByDate"),
    closeProfitByTrade: fen(row, "CloseProfitByTrade"),
    positionProfitByDate: fen(row, "PositionProfitByDate"),
    positionProfitByTrade: fen(row, "PositionProfitByTrade"),
    margin: fen(row, "Margin"),
    marginRate: { byMoney: count("MarginRateByMoney"), byVolume: count("MarginRateByVolume") },
    lastSettlement: readPrice(row["LastSettlementPrice"]),
    settlement: readPrice(row["SettlementPrice"]),
    tradingDay: text("TradingDay"),
    settlementId: count("SettlementID"),
  };
}

/** The row of RspQryTradingAccount. */
export function toAccount(row: Row): Account {
  return {
    user: readText(row["AccountID"]),
    preBalance: fen(row, "PreBalance"),
    preMargin: fen(row, "PreMargin"),
    preDeposit: fen(row, "PreDeposit"),
    deposit: fen(row, "Deposit"),
    withdraw: fen(row, "Withdraw"),
    margin: fen(row, "CurrMargin"),
    frozenMargin: fen(row, "FrozenMargin"),
    frozenCommission: fen(row, "FrozenCommission"),
    commission: fen(row, "Commission"),
    closeProfit: fen(row, "CloseProfit"),
    positionProfit: fen(row, "PositionProfit"),
    balance: fen(row, "Balance"),
    available: fen(row, "Available"),
    withdrawQuota: fen(row, "WithdrawQuota"),
    tradingDay: readText(row["TradingDay"]),
    settlementId: readVolume(row["SettlementID"]),
  };
}
