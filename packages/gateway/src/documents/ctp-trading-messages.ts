/** The messages of CTP's trading side in the seed dialect, each with an example that the codec wrote. */
import {
  accountFields,
  brokerTradingParamsFields,
  commissionRateFields,
  encodeBody,
  encodeDepthBody,
  encodePush,
  encodeReply,
  encodeTradingRequest,
  exchangeFields,
  exchangeMarginRateFields,
  inputOrderActionFields,
  inputOrderFields,
  instrumentStatusFields,
  investorFields,
  marginRateFields,
  maxVolumeFields,
  orderActionFields,
  orderCommRateFields,
  orderFields,
  parkedActionFields,
  parkedOrderFields,
  positionDetailFields,
  positionFields,
  productFields,
  REQUESTS,
  settlementInfoConfirmFields,
  settlementInfoFragments,
  TD_PUSHES,
  tradeFields,
  tradingCodeFields,
  type Fields,
} from "@tickwire/protocol/ctp";
import { CTP_ERRORS, type CtpError } from "@tickwire/protocol/errors";
import { SAMPLE_FUTURE, SAMPLE_SNAPSHOT, SAMPLE_TIME } from "./samples.ts";
import type { MessageText } from "./schemas.ts";
import {
  SAMPLE_ACCOUNT,
  SAMPLE_ASKER,
  SAMPLE_CANCEL,
  SAMPLE_DETAIL,
  SAMPLE_FILL,
  SAMPLE_INPUT,
  SAMPLE_ORDER,
  SAMPLE_PARTY,
  SAMPLE_POSITION,
  SAMPLE_TERMS,
} from "./trading-samples.ts";

const { brokerId, user } = SAMPLE_PARTY;
const ASKED = { ...SAMPLE_ASKER, InstrumentID: SAMPLE_FUTURE.id };
const ORDER = inputOrderFields(SAMPLE_INPUT, user, brokerId);
const CANCEL = inputOrderActionFields(SAMPLE_CANCEL, user, brokerId);
const PARKED = { id: "1", user, session: SAMPLE_ORDER.session, state: "waiting", error: undefined } as const;
const PARKED_ID = { ...SAMPLE_ASKER, ParkedOrderID: PARKED.id };
const PARKED_ACTION_ID = { ...SAMPLE_ASKER, ParkedOrderActionID: PARKED.id };
const PASSWORDS = { BrokerID: brokerId, OldPassword: "demo", NewPassword: "changed" };
const VOLUME_ASKED = { ...ASKED, ExchangeID: SAMPLE_FUTURE.exchange, Direction: "0", OffsetFlag: "0", HedgeFlag: "1" };
const CONFIRMED = settlementInfoConfirmFields(SAMPLE_TIME, SAMPLE_ORDER.settlementId, SAMPLE_PARTY);
const STATEMENT = { user, day: "20260804", settlementId: SAMPLE_ORDER.settlementId, text: "交易结算单" };

/** One request: what it is for, its body, that of its reply, and why the reply refuses where it can do nothing else. */
type Row = readonly [request: string, summary: string, body: Fields, reply: Fields, error?: CtpError];

const ROWS: readonly Row[] = [
  [
    "ReqAuthenticate",
    "Authenticate the client",
    { BrokerID: brokerId, UserID: user, AppID: "app", AuthCode: "0" },
    { BrokerID: brokerId, UserID: user, AppID: "app", AppType: "1" },
  ],
  [
    "ReqUserPasswordUpdate",
    "Change the user's password",
    { ...PASSWORDS, UserID: user },
    { ...PASSWORDS, UserID: user },
  ],
  [
    "ReqTradingAccountPasswordUpdate",
    "Change the account's password",
    { ...PASSWORDS, AccountID: user },
    { ...PASSWORDS, AccountID: user },
  ],
  [
    "ReqOrderInsert",
    "Give an order; answered by pushes, by a reply only when it is refused",
    ORDER,
    ORDER,
    CTP_ERRORS.insufficientMoney,
  ],
  [
    "ReqOrderAction",
    "Cancel an order; answered by a push, by a reply only when it is refused",
    CANCEL,
    CANCEL,
    CTP_ERRORS.orderFinished,
  ],
  [
    "ReqParkedOrderInsert",
    "Give an order that waits for the next session",
    ORDER,
    parkedOrderFields({ ...PARKED, input: SAMPLE_INPUT }, brokerId),
  ],
  [
    "ReqParkedOrderAction",
    "Cancel an order when the next session begins",
    CANCEL,
    parkedActionFields({ ...PARKED, input: SAMPLE_CANCEL }, brokerId),
  ],
  ["ReqRemoveParkedOrder", "Take a waiting order back", PARKED_ID, PARKED_ID],
  ["ReqRemoveParkedOrderAction", "Take a waiting cancel back", PARKED_ACTION_ID, PARKED_ACTION_ID],
  [
    "ReqQryParkedOrder",
    "Ask for waiting orders",
    ASKED,
    parkedOrderFields({ ...PARKED, input: SAMPLE_INPUT }, brokerId),
  ],
  [
    "ReqQryParkedOrderAction",
    "Ask for waiting cancels",
    ASKED,
    parkedActionFields({ ...PARKED, input: SAMPLE_CANCEL }, brokerId),
  ],
  ["ReqSettlementInfoConfirm", "Confirm the last settlement", SAMPLE_ASKER, CONFIRMED],
  [
    "ReqQrySettlementInfo",
    "Ask for a day's statement; an empty day is the last one",
    SAMPLE_ASKER,
    settlementInfoFragments(STATEMENT, brokerId)[0]!,
  ],
  ["ReqQrySettlementInfoConfirm", "Ask whether the settlement is confirmed", SAMPLE_ASKER, CONFIRMED],
  ["ReqQryOrder", "Ask for the day's orders", ASKED, orderFields(SAMPLE_ORDER, brokerId)],
  ["ReqQryTrade", "Ask for the day's trades", ASKED, tradeFields(SAMPLE_FILL, brokerId)],
  ["ReqQryInvestorPosition", "Ask for positions", ASKED, positionFields(SAMPLE_POSITION, brokerId)],
  [
    "ReqQryInvestorPositionDetail",
    "Ask for the lots of positions",
    ASKED,
    positionDetailFields(SAMPLE_DETAIL, brokerId),
  ],
  ["ReqQryTradingAccount", "Ask for the account", SAMPLE_ASKER, accountFields(SAMPLE_ACCOUNT, brokerId)],
  [
    "ReqQryMaxOrderVolume",
    "Ask for the most lots that an order could have",
    VOLUME_ASKED,
    maxVolumeFields(VOLUME_ASKED, 500),
  ],
  ["ReqQryInvestor", "Ask who one is", SAMPLE_ASKER, investorFields(SAMPLE_PARTY)],
  ["ReqQryTradingCode", "Ask for trading codes", SAMPLE_ASKER, tradingCodeFields(SAMPLE_FUTURE.exchange, SAMPLE_PARTY)],
  [
    "ReqQryBrokerTradingParams",
    "Ask by what the account is worked out",
    SAMPLE_ASKER,
    brokerTradingParamsFields(SAMPLE_PARTY),
  ],
  ["ReqQryExchange", "Ask for exchanges", { ExchangeID: "" }, exchangeFields("SHFE", "上海期货交易所")],
  ["ReqQryProduct", "Ask for products", { ProductID: "" }, productFields(SAMPLE_FUTURE)!],
  [
    "ReqQryInstrumentMarginRate",
    "Ask for margin rates",
    ASKED,
    marginRateFields(SAMPLE_TERMS, SAMPLE_PARTY, "speculation"),
  ],
  [
    "ReqQryExchangeMarginRate",
    "Ask for an exchange's margin rates",
    { BrokerID: brokerId, InstrumentID: SAMPLE_FUTURE.id },
    exchangeMarginRateFields(SAMPLE_TERMS, brokerId, "speculation"),
  ],
  [
    "ReqQryInstrumentCommissionRate",
    "Ask for commission rates",
    ASKED,
    commissionRateFields(SAMPLE_TERMS, SAMPLE_PARTY),
  ],
  [
    "ReqQryInstrumentOrderCommRate",
    "Ask what orders themselves cost",
    ASKED,
    orderCommRateFields(SAMPLE_TERMS, SAMPLE_PARTY),
  ],
  ["ReqQryOptionInstrTradeCost", "Ask what an option costs", ASKED, {}],
  ["ReqQryOptionInstrCommRate", "Ask for an option's commission rates", ASKED, {}],
];

/** `ReqQryOrder` as `qry-order`. */
function nameOf(request: string): string {
  return request
    .slice("Req".length)
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-")
    .toLowerCase();
}

/** What a client sends. */
export const CTP_TRADING_REQUESTS: readonly MessageText[] = [
  ...ROWS.map(([request, summary, body]) => ({
    name: nameOf(request),
    summary,
    example: encodeTradingRequest("seed", request, body, 1),
  })),
  {
    name: "qry-depth-market-data",
    summary: "Ask for the newest tick",
    example: encodeTradingRequest("seed", "ReqQryDepthMarketData", { InstrumentID: SAMPLE_FUTURE.id }, 1),
  },
];

/** What it gets. */
export const CTP_TRADING_REPLIES: readonly MessageText[] = [
  ...ROWS.map(([request, , , fields, error]) => {
    const { reply } = REQUESTS.get(request)!;
    return replyText(request, encodeBody(reply, fields), error);
  }),
  replyText("ReqQryDepthMarketData", encodeDepthBody("seed", SAMPLE_SNAPSHOT, SAMPLE_FUTURE)),
  push("order", "An order changed", orderFields(SAMPLE_ORDER, brokerId)),
  push("trade", "An order was filled", tradeFields(SAMPLE_FILL, brokerId)),
  push("insert-refused", "An order was refused", ORDER, CTP_ERRORS.insufficientMoney),
  push(
    "cancel-refused",
    "A cancel was refused",
    orderActionFields(
      { input: SAMPLE_CANCEL, user, order: SAMPLE_ORDER, error: "orderFinished" },
      brokerId,
      SAMPLE_TIME,
    ),
    CTP_ERRORS.orderFinished,
  ),
  push(
    "instrument-status",
    "A product's phase changed",
    instrumentStatusFields({
      exchange: SAMPLE_FUTURE.exchange,
      product: SAMPLE_FUTURE.product,
      phase: "continuous",
      time: SAMPLE_TIME,
    }),
  ),
];

function replyText(request: string, body: string, error?: CtpError): MessageText {
  const { reply, replyBody } = REQUESTS.get(request)!;
  return {
    name: `${nameOf(request)}-reply`,
    summary: error === undefined ? `Reply to ${request}; \`IsLast\` ends it` : `${request} was refused`,
    example: encodeReply("seed", { name: reply, bodyKey: replyBody, body, error, requestId: 1, isLast: true }),
  };
}

function push(kind: keyof typeof TD_PUSHES, summary: string, fields: Fields, error?: CtpError): MessageText {
  const { name, bodyKey } = TD_PUSHES[kind];
  return { name: kind, summary, example: encodePush("seed", { name, bodyKey, body: encodeBody(name, fields), error }) };
}
