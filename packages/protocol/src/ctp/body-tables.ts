/** Which struct each message of the trading side has as its body, and in which order its fields are written (ctp.md b). */
import type { StructName } from "./struct-tables.ts";

/** Order of a body's fields: as in the header, by name, or as listed. */
export type BodyOrder = "header" | "sorted" | readonly string[];

function list(names: string): readonly string[] {
  return names.split(" ");
}

/**
 * Bodies by the classic name of their message. The orders are those of the classic gateway, which sends exactly these keys;
 * what it does not send is written as the header has it.
 */
export const BODIES = {
  RspAuthenticate: ["RspAuthenticate", "header"],
  RspUserLogout: ["UserLogout", "header"],
  RspUserPasswordUpdate: ["UserPasswordUpdate", "header"],
  RspTradingAccountPasswordUpdate: ["TradingAccountPasswordUpdate", "header"],
  RspSettlementInfoConfirm: ["SettlementInfoConfirm", "header"],
  RspQrySettlementInfo: ["SettlementInfo", "header"],
  RspQrySettlementInfoConfirm: ["SettlementInfoConfirm", "header"],
  RspOrderInsert: ["InputOrder", "header"],
  ErrRtnOrderInsert: ["InputOrder", "header"],
  RtnOrder: ["Order", "header"],
  RtnTrade: ["Trade", "header"],
  RspOrderAction: ["InputOrderAction", "header"],
  ErrRtnOrderAction: ["OrderAction", "header"],
  RspQryOrder: ["Order", "header"],
  RspQryTrade: ["Trade", "sorted"],
  RspParkedOrderInsert: ["ParkedOrder", "header"],
  RspParkedOrderAction: ["ParkedOrderAction", "header"],
  RspRemoveParkedOrder: ["RemoveParkedOrder", "header"],
  RspRemoveParkedOrderAction: ["RemoveParkedOrderAction", "header"],
  RspQryParkedOrder: ["ParkedOrder", "header"],
  RspQryParkedOrderAction: ["ParkedOrderAction", "header"],
  RspQryExchange: ["Exchange", "header"],
  RspQryProduct: ["Product", "sorted"],
  RtnInstrumentStatus: ["InstrumentStatus", "header"],
  RspQryInvestorPosition: ["InvestorPosition", "sorted"],
  RspQryInvestorPositionDetail: ["InvestorPositionDetail", "sorted"],
  RspQryTradingAccount: ["TradingAccount", "sorted"],
  RspQryMaxOrderVolume: [
    "QryMaxOrderVolume",
    list("BrokerID InvestorID InstrumentID ExchangeID InvestUnitID MaxVolume Direction OffsetFlag HedgeFlag"),
  ],
  RspQryInvestor: [
    "Investor",
    list(
      "Address BrokerID CommModelID IdentifiedCardNo IdentifiedCardType InvestorGroupID InvestorID InvestorName " +
        "IsActive MarginModelID Mobile OpenDate Telephone",
    ),
  ],
  RspQryTradingCode: ["TradingCode", "sorted"],
  RspQryBrokerTradingParams: ["BrokerTradingParams", "header"],
  RspQryInstrumentMarginRate: ["InstrumentMarginRate", "sorted"],
  RspQryInstrumentCommissionRate: ["InstrumentCommissionRate", "sorted"],
  RspQryInstrumentOrderCommRate: ["InstrumentOrderCommRate", "sorted"],
  RspQryExchangeMarginRate: ["ExchangeMarginRate", "sorted"],
  RspQryOptionInstrTradeCost: ["OptionInstrTradeCost", "sorted"],
  RspQryOptionInstrCommRate: ["OptionInstrCommRate", "header"],
} as const satisfies Readonly<Record<string, readonly [StructName, BodyOrder]>>;

/** Classic name of a message with a body of its own in {@link BODIES}. */
export type BodyName = keyof typeof BODIES;
