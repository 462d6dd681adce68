/** Positions and accounts as bodies (ctp.md d.6, d.7). Money is in yuan there, with two decimals. */
import { FEN_PER_YUAN, type Account, type Fen, type Position, type PositionDetail } from "../model/mod.ts";
import type { Fields } from "./structs.ts";
import { DETAIL_SIDES, HEDGES, POSITION_DATES, POSITION_SIDES } from "./trading-codes.ts";

const CURRENCY = "CNY";
/** TradeType of a position detail: a trade like any other. */
const COMMON_TRADE = "0";
/** SpecPosiType: a position like any other. */
const COMMON_POSITION = "#";

/** Whole fen as yuan: the double that is nearest to the decimal, so that it is written with two decimals at most. */
function yuan(fen: Fen): number {
  return fen / FEN_PER_YUAN;
}

/** `InvestorPosition` of RspQryInvestorPosition. */
export function positionFields(position: Position, brokerId: string): Fields {
  return {
    BrokerID: brokerId,
    InvestorID: position.user,
    InstrumentID: position.instrument,
    ExchangeID: position.exchange,
    PosiDirection: POSITION_SIDES.codeOf(position.side),
    HedgeFlag: HEDGES.codeOf(position.hedge),
    PositionDate: POSITION_DATES.codeOf(position.date),
    YdPosition: position.yesterday,
    Position: position.volume,
    TodayPosition: position.today,
    LongFrozen: position.longFrozen,
    ShortFrozen: position.shortFrozen,
    LongFrozenAmount: yuan(position.longFrozenAmount),
    ShortFrozenAmount: yuan(position.shortFrozenAmount),
    OpenVolume: position.openVolume,
    CloseVolume: position.closeVolume,
    OpenAmount: yuan(position.openAmount),
    CloseAmount: yuan(position.closeAmount),
    PositionCost: yuan(position.positionCost),
    OpenCost: yuan(position.openCost),
    PreMargin: yuan(position.preMargin),
    UseMargin: yuan(position.margin),
    ExchangeMargin: yuan(position.margin),
    FrozenMargin: yuan(position.frozenMargin),
    FrozenCommission: yuan(position.frozenCommission),
    Commission: yuan(position.commission),
    CloseProfit: yuan(position.closeProfitByDate),
    CloseProfitByDate: yuan(position.closeProfitByDate),
    CloseProfitByTrade: yuan(position.closeProfitByTrade),
    PositionProfit: yuan(position.positionProfit),
    PreSettlementPrice: position.preSettlement,
    SettlementPrice: position.settlement,
    MarginRateByMoney: position.marginRate.byMoney,
    MarginRateByVolume: position.marginRate.byVolume,
    TradingDay: position.tradingDay,
    SettlementID: position.settlementId,
  };
}

/** `InvestorPositionDetail` of RspQryInvestorPositionDetail. */
export function positionDetailFields(detail: PositionDetail, brokerId: string): Fields {
  return {
    BrokerID: brokerId,
    InvestorID: detail.user,
    InstrumentID: detail.instrument,
    ExchangeID: detail.exchange,
    HedgeFlag: HEDGES.codeOf(detail.hedge),
    Direction: DETAIL_SIDES.codeOf(detail.side),
    OpenDate: detail.openDate,
    TradeID: detail.tradeId,
    Volume: detail.volume,
    OpenPrice: detail.openPrice,
    TradingDay: detail.tradingDay,
    SettlementID: detail.settlementId,
    TradeType: COMMON_TRADE,
    SpecPosiType: COMMON_POSITION,
    CloseVolume: detail.closeVolume,
    CloseAmount: yuan(detail.closeAmount),
    CloseProfitByDate: yuan(detail.closeProfitByDate),
    CloseProfitByTrade: yuan(detail.closeProfitByTrade),
    PositionProfitByDate: yuan(detail.positionProfitByDate),
    PositionProfitByTrade: yuan(detail.positionProfitByTrade),
    Margin: yuan(detail.margin),
    ExchMargin: yuan(detail.margin),
    MarginRateByMoney: detail.marginRate.byMoney,
    MarginRateByVolume: detail.marginRate.byVolume,
    LastSettlementPrice: detail.lastSettlement,
    SettlementPrice: detail.settlement,
  };
}

/** `TradingAccount` of RspQryTradingAccount; what the simulated broker does not have (credit, mortgage, delivery) is 0. */
export function accountFields(account: Account, brokerId: string): Fields {
  return {
    BrokerID: brokerId,
    AccountID: account.user,
    CurrencyID: CURRENCY,
    PreBalance: yuan(account.preBalance),
    PreMargin: yuan(account.preMargin),
    PreDeposit: yuan(account.preDeposit),
    Deposit: yuan(account.deposit),
    Withdraw: yuan(account.withdraw),
    CurrMargin: yuan(account.margin),
    ExchangeMargin: yuan(account.margin),
    FrozenMargin: yuan(account.frozenMargin),
    FrozenCommission: yuan(account.frozenCommission),
    Commission: yuan(account.commission),
    CloseProfit: yuan(account.closeProfit),
    PositionProfit: yuan(account.positionProfit),
    Balance: yuan(account.balance),
    Available: yuan(account.available),
    WithdrawQuota: yuan(account.withdrawQuota),
    TradingDay: account.tradingDay,
    SettlementID: account.settlementId,
  };
}
