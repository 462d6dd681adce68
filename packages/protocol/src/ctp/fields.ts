/** Fields of the structs that travel, in the order in which each kind of gateway writes them (ctp.md a.1, b). */

/** Levels per side of a CTP tick. */
export const DEPTH_LEVELS = 5;

/** The 48 fields of a classic or legacy tick: keys sorted, as the classic gateway writes them (ctp.md b). */
export const DEPTH_FIELDS = [
  "ActionDay",
  "AskPrice1",
  "AskPrice2",
  "AskPrice3",
  "AskPrice4",
  "AskPrice5",
  "AskVolume1",
  "AskVolume2",
  "AskVolume3",
  "AskVolume4",
  "AskVolume5",
  "AveragePrice",
  "BandingLowerPrice",
  "BandingUpperPrice",
  "BidPrice1",
  "BidPrice2",
  "BidPrice3",
  "BidPrice4",
  "BidPrice5",
  "BidVolume1",
  "BidVolume2",
  "BidVolume3",
  "BidVolume4",
  "BidVolume5",
  "ClosePrice",
  "CurrDelta",
  "ExchangeID",
  "ExchangeInstID",
  "HighestPrice",
  "InstrumentID",
  "LastPrice",
  "LowerLimitPrice",
  "LowestPrice",
  "OpenInterest",
  "OpenPrice",
  "PreClosePrice",
  "PreDelta",
  "PreOpenInterest",
  "PreSettlementPrice",
  "SettlementPrice",
  "TradingDay",
  "Turnover",
  "UpdateMillisec",
  "UpdateTime",
  "UpperLimitPrice",
  "Volume",
  "reserve1",
  "reserve2",
] as const;

/** One field of a tick. */
export type DepthField = (typeof DEPTH_FIELDS)[number];

/** The fields that the seed document shows, in its order. */
export const SEED_DEPTH_FIELDS = [
  "InstrumentID",
  "LastPrice",
  "Volume",
  "Turnover",
  "OpenInterest",
  "UpdateTime",
  "UpdateMillisec",
  "BidPrice1",
  "BidVolume1",
  "AskPrice1",
  "AskVolume1",
  "TradingDay",
] as const satisfies readonly DepthField[];

/** Fields of a tick in the seed dialect: the document's own first, then the rest but for the two that mean nothing. */
export const SEED_DEPTH_ORDER: readonly DepthField[] = [
  ...SEED_DEPTH_FIELDS,
  ...DEPTH_FIELDS.filter((field) => !isOneOf(SEED_DEPTH_FIELDS, field) && !field.startsWith("reserve")),
];

/** The fields of an instrument as the classic gateway writes them, in its order (ctp.md b). */
export const INSTRUMENT_FIELDS = [
  "InstrumentID",
  "ExchangeID",
  "InstrumentName",
  "ExchangeInstID",
  "ProductID",
  "ProductClass",
  "DeliveryYear",
  "DeliveryMonth",
  "MaxMarketOrderVolume",
  "MinMarketOrderVolume",
  "MaxLimitOrderVolume",
  "MinLimitOrderVolume",
  "VolumeMultiple",
  "PriceTick",
  "CreateDate",
  "OpenDate",
  "ExpireDate",
  "StartDelivDate",
  "EndDelivDate",
  "InstLifePhase",
  "IsTrading",
  "PositionType",
  "PositionDateType",
  "LongMarginRatio",
  "ShortMarginRatio",
  "MaxMarginSideAlgorithm",
  "UnderlyingInstrID",
  "StrikePrice",
  "OptionsType",
  "UnderlyingMultiple",
  "CombinationType",
] as const;

/** One field of an instrument. */
export type InstrumentField = (typeof INSTRUMENT_FIELDS)[number];

/** The fields that the seed document shows, in its order. */
export const SEED_INSTRUMENT_FIELDS = [
  "InstrumentID",
  "InstrumentName",
  "ExchangeID",
  "ProductID",
  "VolumeMultiple",
  "PriceTick",
  "CreateDate",
  "ExpireDate",
  "IsTrading",
] as const satisfies readonly InstrumentField[];

/** Fields of an instrument in the seed dialect: the document's own first, then the rest. */
export const SEED_INSTRUMENT_ORDER: readonly InstrumentField[] = [
  ...SEED_INSTRUMENT_FIELDS,
  ...INSTRUMENT_FIELDS.filter((field) => !isOneOf(SEED_INSTRUMENT_FIELDS, field)),
];

/** The login body of the seed dialect: exactly the document's. */
export const SEED_LOGIN_FIELDS = [
  "TradingDay",
  "LoginTime",
  "FrontID",
  "SessionID",
  "MaxOrderRef",
  "BrokerID",
  "UserID",
] as const satisfies readonly LoginField[];

/** The login body of the trading side of classic gateways. */
export const TD_LOGIN_FIELDS = [
  "TradingDay",
  "LoginTime",
  "BrokerID",
  "UserID",
  "SystemName",
  "FrontID",
  "SessionID",
  "MaxOrderRef",
  "SHFETime",
  "DCETime",
  "CZCETime",
  "FFEXTime",
  "INETime",
] as const;

/** The login body of the market-data side of classic gateways, with the version. */
export const MD_LOGIN_FIELDS = [
  "BrokerID",
  "CZCETime",
  "DCETime",
  "FFEXTime",
  "FrontID",
  "INETime",
  "LoginTime",
  "MaxOrderRef",
  "SessionID",
  "SHFETime",
  "SystemName",
  "SysVersion",
  "TradingDay",
  "UserID",
] as const satisfies readonly LoginField[];

/** One field of a login reply. */
export type LoginField = (typeof TD_LOGIN_FIELDS)[number] | "SysVersion";

function isOneOf(list: readonly string[], item: string): boolean {
  return list.includes(item);
}
