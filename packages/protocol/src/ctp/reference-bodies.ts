/** What the trading side tells about exchanges, products, rates, investors and settlement, as bodies. */
import type { EpochMs, Hedge, Instrument, Rate, TradingDay, TradingPhase, TradingTerms } from "../model/mod.ts";
import { dateAt, timeAt } from "./moments.ts";
import { clientIdOf, type Party } from "./order-bodies.ts";
import { clipGbk, gbkBytes, type Fields } from "./structs.ts";
import { readText } from "./numbers.ts";
import { HEDGES, PHASES } from "./trading-codes.ts";

const CURRENCY = "CNY";
/** Flags that say "the usual": ExchangeProperty, CloseDealType, MortgageFundUseRange, control levels, inclusion of profit. */
const USUAL = "0";
/** ProductClass: future; BizType: future; Algorithm: all profit counts; InvestorRange: all; EnterReason: by itself. */
const FIRST = "1";
/** MarginPriceType: the price of opening (ctp.md d.7). */
const OPEN_PRICE = "4";
/** Bytes of Content in a SettlementInfo. */
const CONTENT_BYTES = 500;
/** Bytes of a ProductName. */
const NAME_BYTES = 20;
/** The month at the end of an instrument's name. */
const MONTH = /\d+$/;

function investorOf({ brokerId, user }: Party): Fields {
  return { BrokerID: brokerId, InvestorID: user };
}

/** `Exchange` of RspQryExchange. */
export function exchangeFields(exchange: string, name: string): Fields {
  return { ExchangeID: exchange, ExchangeName: name, ExchangeProperty: USUAL };
}

/** `Product` of RspQryProduct, from any future of it; undefined for anything else. */
export function productFields(instrument: Instrument): Fields | undefined {
  const { future, product } = instrument;
  if (future === undefined) return undefined;
  return {
    ProductID: product,
    ProductName: clipGbk(instrument.name.replace(MONTH, "") || product, NAME_BYTES),
    ExchangeProductID: product,
    ExchangeID: instrument.exchange,
    ProductClass: FIRST,
    VolumeMultiple: instrument.multiplier,
    PriceTick: instrument.priceTick,
    MaxMarketOrderVolume: future.maxMarketOrderVolume,
    MinMarketOrderVolume: future.minMarketOrderVolume,
    MaxLimitOrderVolume: future.maxLimitOrderVolume,
    MinLimitOrderVolume: future.minLimitOrderVolume,
    PositionType: future.positionType,
    PositionDateType: future.positionDateType,
    CloseDealType: USUAL,
    TradeCurrencyID: CURRENCY,
    MortgageFundUseRange: USUAL,
    UnderlyingMultiple: 1,
    OpenLimitControlLevel: USUAL,
    OrderFreqControlLevel: USUAL,
  };
}

function ratio(name: string, rate: Rate): Fields {
  return { [`${name}ByMoney`]: rate.byMoney, [`${name}ByVolume`]: rate.byVolume };
}

/** `InstrumentMarginRate` of RspQryInstrumentMarginRate. */
export function marginRateFields(terms: TradingTerms, party: Party, hedge: Hedge): Fields {
  return { ...investorOf(party), InvestorRange: FIRST, ...exchangeMarginRateFields(terms, party.brokerId, hedge) };
}

/** `ExchangeMarginRate` of RspQryExchangeMarginRate. */
export function exchangeMarginRateFields(terms: TradingTerms, brokerId: string, hedge: Hedge): Fields {
  return {
    BrokerID: brokerId,
    InstrumentID: terms.instrument,
    ExchangeID: terms.exchange,
    HedgeFlag: HEDGES.codeOf(hedge),
    ...ratio("LongMarginRatio", terms.longMargin),
    ...ratio("ShortMarginRatio", terms.shortMargin),
  };
}

/** `InstrumentCommissionRate` of RspQryInstrumentCommissionRate. */
export function commissionRateFields(terms: TradingTerms, party: Party): Fields {
  return {
    ...investorOf(party),
    InvestorRange: FIRST,
    InstrumentID: terms.instrument,
    ExchangeID: terms.exchange,
    BizType: FIRST,
    ...ratio("OpenRatio", terms.openFee),
    ...ratio("CloseRatio", terms.closeFee),
    ...ratio("CloseTodayRatio", terms.closeTodayFee),
  };
}

/** `InstrumentOrderCommRate` of RspQryInstrumentOrderCommRate: orders and cancels themselves cost nothing. */
export function orderCommRateFields(terms: Pick<TradingTerms, "instrument" | "exchange">, party: Party): Fields {
  return {
    ...investorOf(party),
    InvestorRange: FIRST,
    InstrumentID: terms.instrument,
    ExchangeID: terms.exchange,
    HedgeFlag: HEDGES.codeOf("speculation"),
  };
}

/** `QryMaxOrderVolume` of RspQryMaxOrderVolume: the question with its answer. */
export function maxVolumeFields(question: Fields, volume: number): Fields {
  return { ...question, MaxVolume: volume };
}

/** `Investor` of RspQryInvestor. */
export function investorFields(party: Party): Fields {
  return { ...investorOf(party), InvestorName: party.user, IsActive: 1 };
}

/** `TradingCode` of RspQryTradingCode: that of a user at one exchange. */
export function tradingCodeFields(exchange: string, party: Party): Fields {
  return {
    ...investorOf(party),
    ExchangeID: exchange,
    ClientID: clientIdOf(party.user),
    ClientIDType: HEDGES.codeOf("speculation"),
    IsActive: 1,
    BizType: FIRST,
  };
}

/** `BrokerTradingParams` of RspQryBrokerTradingParams: what the account is worked out by (ctp.md d.7). */
export function brokerTradingParamsFields(party: Party): Fields {
  return {
    ...investorOf(party),
    AccountID: party.user,
    CurrencyID: CURRENCY,
    MarginPriceType: OPEN_PRICE,
    Algorithm: FIRST,
    AvailIncludeCloseProfit: USUAL,
    OptionRoyaltyPriceType: FIRST,
  };
}

/** `SettlementInfoConfirm` of RspSettlementInfoConfirm and RspQrySettlementInfoConfirm. */
export function settlementInfoConfirmFields(confirmed: EpochMs, settlementId: number, party: Party): Fields {
  return {
    ...investorOf(party),
    AccountID: party.user,
    CurrencyID: CURRENCY,
    ConfirmDate: dateAt(confirmed),
    ConfirmTime: timeAt(confirmed),
    SettlementID: settlementId,
  };
}

/** A settled day's statement. */
export interface StatementText {
  readonly user: string;
  readonly day: TradingDay;
  readonly settlementId: number;
  readonly text: string;
}

/**
 * `SettlementInfo` of RspQrySettlementInfo: the statement in pieces of at most 500 GBK bytes, numbered from 1. CTP cuts through
 * characters (ctp.md d.8), which JSON cannot: these pieces are whole ones. A statement without text has no pieces.
 */
export function settlementInfoFragments(statement: StatementText, brokerId: string): readonly Fields[] {
  return cut(statement.text).map((content, at) => ({
    TradingDay: statement.day,
    SettlementID: statement.settlementId,
    BrokerID: brokerId,
    InvestorID: statement.user,
    SequenceNo: at + 1,
    Content: content,
    AccountID: statement.user,
    CurrencyID: CURRENCY,
  }));
}

function cut(text: string): readonly string[] {
  const pieces: string[] = [];
  let [piece, bytes] = ["", 0];
  for (const char of text) {
    const size = gbkBytes(char);
    if (bytes + size > CONTENT_BYTES) {
      pieces.push(piece);
      [piece, bytes] = ["", 0];
    }
    piece += char;
    bytes += size;
  }
  return piece === "" ? pieces : [...pieces, piece];
}

/** A product's phase, as an exchange tells it. */
export interface PhaseChange {
  readonly exchange: string;
  readonly product: string;
  readonly phase: TradingPhase;
  readonly time: EpochMs;
}

/** `InstrumentStatus` of RtnInstrumentStatus: CTP's InstrumentID is the product's id there. */
export function instrumentStatusFields({ exchange, product, phase, time }: PhaseChange): Fields {
  return {
    ExchangeID: exchange,
    InstrumentStatus: PHASES.codeOf(phase),
    EnterTime: timeAt(time),
    EnterReason: FIRST,
    ExchangeInstID: product,
    InstrumentID: product,
  };
}

/** An `InstrumentStatus` as received: which product is in which phase; undefined where it names none. Its EnterTime has no date. */
export function toPhase(row: Readonly<Record<string, unknown>>): Omit<PhaseChange, "time"> | undefined {
  const product = readText(row["InstrumentID"]);
  const phase = PHASES.wordOf(readText(row["InstrumentStatus"]));
  return product === "" || phase === undefined ? undefined : { exchange: readText(row["ExchangeID"]), product, phase };
}
