/** The requests of CTP gateways, by name (ctp.md b). */
import type { StructName } from "./struct-tables.ts";

/** What is known about one request. */
export interface RequestSpec {
  /** MsgType of the request, and in the seed dialect also the key of its body. */
  readonly request: string;
  /** Key of the body in the classic and legacy dialects: the name of its struct. */
  readonly body: StructName | "ReqUserLogin";
  /** MsgType of the reply in the classic dialect; the others put `On` before it. */
  readonly reply: string;
  /** Key of the reply's body. */
  readonly replyBody: string;
  /** Body of the one frame that answers with nothing; which of the two it is, client code depends on (ctp.md a.6). */
  readonly empty: "{}" | "null";
}

function spec(request: string, body: RequestSpec["body"], replyBody: string, empty: "{}" | "null"): RequestSpec {
  return { request, body, reply: request.replace("Req", "Rsp"), replyBody, empty };
}

/** The 22 of the classic trading side. */
const CLASSIC: readonly RequestSpec[] = [
  spec("ReqUserLogin", "ReqUserLogin", "RspUserLogin", "{}"),
  spec("ReqUserPasswordUpdate", "UserPasswordUpdate", "UserPasswordUpdate", "null"),
  spec("ReqOrderInsert", "InputOrder", "InputOrder", "null"),
  spec("ReqOrderAction", "InputOrderAction", "InputOrderAction", "null"),
  spec("ReqQryInstrument", "QryInstrument", "Instrument", "{}"),
  spec("ReqQryExchange", "QryExchange", "Exchange", "{}"),
  spec("ReqQryProduct", "QryProduct", "Product", "{}"),
  spec("ReqQryDepthMarketData", "QryDepthMarketData", "DepthMarketData", "{}"),
  spec("ReqQryInvestorPosition", "QryInvestorPosition", "InvestorPosition", "null"),
  spec("ReqQryInvestorPositionDetail", "QryInvestorPositionDetail", "InvestorPositionDetail", "{}"),
  spec("ReqQryTradingAccount", "QryTradingAccount", "TradingAccount", "null"),
  spec("ReqQryOrder", "QryOrder", "Order", "null"),
  spec("ReqQryTrade", "QryTrade", "Trade", "null"),
  spec("ReqQryMaxOrderVolume", "QryMaxOrderVolume", "QryMaxOrderVolume", "null"),
  spec("ReqQryInvestor", "QryInvestor", "Investor", "null"),
  spec("ReqQryTradingCode", "QryTradingCode", "TradingCode", "null"),
  spec("ReqQryInstrumentMarginRate", "QryInstrumentMarginRate", "InstrumentMarginRate", "null"),
  spec("ReqQryInstrumentCommissionRate", "QryInstrumentCommissionRate", "InstrumentCommissionRate", "null"),
  spec("ReqQryInstrumentOrderCommRate", "QryInstrumentOrderCommRate", "InstrumentOrderCommRate", "{}"),
  spec("ReqQryExchangeMarginRate", "QryExchangeMarginRate", "ExchangeMarginRate", "{}"),
  spec("ReqQryOptionInstrTradeCost", "QryOptionInstrTradeCost", "OptionInstrTradeCost", "{}"),
  spec("ReqQryOptionInstrCommRate", "QryOptionInstrCommRate", "OptionInstrCommRate", "{}"),
];

/** Requests of CTP itself that the classic gateway has not. Empty bodies by analogy: actions null, queries `{}`. */
const OTHERS: readonly RequestSpec[] = [
  spec("ReqUserLogout", "UserLogout", "UserLogout", "{}"),
  spec("ReqAuthenticate", "ReqAuthenticate", "RspAuthenticate", "null"),
  spec("ReqTradingAccountPasswordUpdate", "TradingAccountPasswordUpdate", "TradingAccountPasswordUpdate", "null"),
  spec("ReqSettlementInfoConfirm", "SettlementInfoConfirm", "SettlementInfoConfirm", "null"),
  spec("ReqQrySettlementInfo", "QrySettlementInfo", "SettlementInfo", "{}"),
  spec("ReqQrySettlementInfoConfirm", "QrySettlementInfoConfirm", "SettlementInfoConfirm", "{}"),
  spec("ReqQryBrokerTradingParams", "QryBrokerTradingParams", "BrokerTradingParams", "{}"),
  spec("ReqParkedOrderInsert", "ParkedOrder", "ParkedOrder", "null"),
  spec("ReqParkedOrderAction", "ParkedOrderAction", "ParkedOrderAction", "null"),
  spec("ReqRemoveParkedOrder", "RemoveParkedOrder", "RemoveParkedOrder", "null"),
  spec("ReqRemoveParkedOrderAction", "RemoveParkedOrderAction", "RemoveParkedOrderAction", "null"),
  spec("ReqQryParkedOrder", "QryParkedOrder", "ParkedOrder", "{}"),
  spec("ReqQryParkedOrderAction", "QryParkedOrderAction", "ParkedOrderAction", "{}"),
];

/** Requests with a body, by MsgType. */
export const REQUESTS: ReadonlyMap<string, RequestSpec> = new Map(
  [...CLASSIC, ...OTHERS].map((entry) => [entry.request, entry]),
);

/** What a request about subscriptions asks for, and the family of dialects that its name belongs to. */
export interface SubscriptionSpec {
  readonly kind: "subscribe" | "unsubscribe";
  readonly family: "seed" | "sibling";
}

/** Requests about subscriptions, by MsgType: the seed's name (and its analogue), and the siblings' (ctp.md a.4, a.5). */
export const SUBSCRIPTIONS: ReadonlyMap<string, SubscriptionSpec> = new Map([
  ["ReqSubMarketData", { kind: "subscribe", family: "seed" }],
  ["ReqUnSubMarketData", { kind: "unsubscribe", family: "seed" }],
  ["SubscribeMarketData", { kind: "subscribe", family: "sibling" }],
  ["UnSubscribeMarketData", { kind: "unsubscribe", family: "sibling" }],
]);

/** Reply names of the market-data side, without the `On` of the seed and legacy dialects. */
export const MD_NAMES = {
  subscribe: "RspSubMarketData",
  unsubscribe: "RspUnSubMarketData",
  tick: "RtnDepthMarketData",
} as const;

/** One push of the trading side: its name without the `On` of the seed and legacy dialects, and the key of its body. */
export interface PushSpec {
  readonly name: string;
  readonly bodyKey: string;
}

/** Pushes of the trading side (ctp.md b), by what they tell. */
export const TD_PUSHES = {
  order: { name: "RtnOrder", bodyKey: "Order" },
  trade: { name: "RtnTrade", bodyKey: "Trade" },
  "insert-refused": { name: "ErrRtnOrderInsert", bodyKey: "InputOrder" },
  "cancel-refused": { name: "ErrRtnOrderAction", bodyKey: "OrderAction" },
  "instrument-status": { name: "RtnInstrumentStatus", bodyKey: "InstrumentStatus" },
} as const satisfies Readonly<Record<string, PushSpec>>;
