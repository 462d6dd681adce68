/** Orders, trades and cancels as bodies (ctp.md d.4). */
import { CTP_ERRORS, type CtpErrorName } from "../errors.ts";
import type {
  CancelInput,
  EpochMs,
  Fill,
  Order,
  OrderInput,
  ParkedCancel,
  ParkedOrder,
  TradingSession,
} from "../model/mod.ts";
import { dateAt, timeAt } from "./moments.ts";
import { clipGbk, type Fields } from "./structs.ts";
import {
  AT_ONCE,
  CONDITIONS,
  HEDGES,
  OFFSETS,
  ORDER_STATUSES,
  PARKED_STATES,
  PRICE_TYPES,
  SIDES,
  SUBMIT_STATUSES,
  TIMES,
  VOLUME_CONDITIONS,
} from "./trading-codes.ts";

/** Who a body is about. */
export interface Party {
  readonly brokerId: string;
  /** UserID, InvestorID and AccountID at once. */
  readonly user: string;
}

/** TraderID: all orders reach the exchange by one seat. */
const TRADER = "tickwire";
const INSTALL_ID = 1;
const CURRENCY = "CNY";
/** Bytes of a ClientID. */
const CLIENT_ID_BYTES = 10;
/** ForceCloseReason, OrderSource, OrderType, TradeType, TradeSource, UserType, ActionFlag: the usual one. */
const USUAL = "0";
/** OrderActionStatus: rejected. */
const ACTION_REJECTED = "c";

/** The trading code (CTP ClientID) of a user at every exchange. */
export function clientIdOf(user: string): string {
  return clipGbk(user, CLIENT_ID_BYTES);
}

/** An order as its owner gave it: `InputOrder` of RspOrderInsert and ErrRtnOrderInsert. */
export function inputOrderFields(input: OrderInput, user: string, brokerId: string): Fields {
  const { condition } = input;
  return {
    ...input.labels,
    BrokerID: brokerId,
    InvestorID: user,
    UserID: user,
    OrderRef: input.ref,
    OrderPriceType: PRICE_TYPES.codeOf(input.priceType),
    Direction: SIDES.codeOf(input.side),
    CombOffsetFlag: OFFSETS.codeOf(input.offset),
    CombHedgeFlag: HEDGES.codeOf(input.hedge),
    LimitPrice: input.price,
    VolumeTotalOriginal: input.volume,
    TimeCondition: TIMES.codeOf(input.time),
    VolumeCondition: VOLUME_CONDITIONS.codeOf(input.volumeCondition),
    MinVolume: input.minVolume,
    ContingentCondition: condition === undefined ? AT_ONCE : CONDITIONS.codeOf(`${condition.of} ${condition.is}`),
    StopPrice: condition?.price ?? 0,
    ForceCloseReason: USUAL,
    RequestID: input.requestId,
    ExchangeID: input.exchange,
    InstrumentID: input.instrument,
  };
}

/** `Order` of RtnOrder and RspQryOrder. */
export function orderFields(order: Order, brokerId: string): Fields {
  const { user, input } = order;
  return {
    AccountID: user,
    CurrencyID: CURRENCY,
    ClientID: clientIdOf(user),
    ...inputOrderFields(input, user, brokerId),
    OrderLocalID: order.localId,
    ParticipantID: brokerId,
    TraderID: TRADER,
    InstallID: INSTALL_ID,
    OrderSubmitStatus: SUBMIT_STATUSES.codeOf(order.submit),
    NotifySequence: order.reports,
    TradingDay: order.tradingDay,
    SettlementID: order.settlementId,
    OrderSysID: order.sysId,
    OrderSource: USUAL,
    OrderStatus: ORDER_STATUSES.codeOf(order.status),
    OrderType: USUAL,
    VolumeTraded: order.filled,
    VolumeTotal: input.volume - order.filled,
    InsertDate: dateAt(order.inserted),
    InsertTime: timeAt(order.inserted),
    UpdateTime: timeAt(order.updated),
    CancelTime: timeAt(order.canceled),
    ActiveTraderID: TRADER,
    ClearingPartID: brokerId,
    SequenceNo: order.id,
    FrontID: order.session.frontId,
    SessionID: order.session.sessionId,
    StatusMsg: order.message,
    ActiveUserID: user,
    BrokerOrderSeq: order.id,
    RelativeOrderSysID: order.triggeredBy,
    ExchangeInstID: input.instrument,
  };
}

/** `Trade` of RtnTrade and RspQryTrade. */
export function tradeFields(fill: Fill, brokerId: string): Fields {
  return {
    BrokerID: brokerId,
    InvestorID: fill.user,
    OrderRef: fill.ref,
    UserID: fill.user,
    ExchangeID: fill.exchange,
    TradeID: fill.tradeId,
    Direction: SIDES.codeOf(fill.side),
    OrderSysID: fill.sysId,
    ParticipantID: brokerId,
    ClientID: clientIdOf(fill.user),
    OffsetFlag: OFFSETS.codeOf(fill.offset),
    HedgeFlag: HEDGES.codeOf(fill.hedge),
    Price: fill.price,
    Volume: fill.volume,
    TradeDate: dateAt(fill.time),
    TradeTime: timeAt(fill.time),
    TradeType: USUAL,
    TraderID: TRADER,
    OrderLocalID: fill.localId,
    ClearingPartID: brokerId,
    SequenceNo: fill.sequence,
    TradingDay: fill.tradingDay,
    SettlementID: fill.settlementId,
    BrokerOrderSeq: fill.order,
    TradeSource: USUAL,
    InstrumentID: fill.instrument,
    ExchangeInstID: fill.instrument,
  };
}

/** A cancel as its owner gave it: `InputOrderAction` of RspOrderAction. */
export function inputOrderActionFields(input: CancelInput, user: string, brokerId: string): Fields {
  return {
    BrokerID: brokerId,
    InvestorID: user,
    UserID: user,
    OrderRef: input.ref,
    RequestID: input.requestId,
    FrontID: input.session?.frontId ?? 0,
    SessionID: input.session?.sessionId ?? 0,
    ExchangeID: input.exchange,
    OrderSysID: input.sysId,
    ActionFlag: USUAL,
    InstrumentID: input.instrument,
  };
}

/** A cancel that was refused, and what is known of the order that it was about. */
export interface RefusedCancel {
  readonly input: CancelInput;
  readonly user: string;
  readonly order: Order | undefined;
  readonly error: CtpErrorName;
}

/**
 * `OrderAction` of ErrRtnOrderAction: the order's keys where there is such an order, else those of the request. `time` is that
 * of the refusal, where it is known.
 */
export function orderActionFields(refused: RefusedCancel, brokerId: string, time?: EpochMs): Fields {
  const { input, user, order, error } = refused;
  return {
    ...inputOrderActionFields(input, user, brokerId),
    ...(order === undefined ? {} : keysOf(order)),
    ActionDate: dateAt(time),
    ActionTime: timeAt(time),
    TraderID: TRADER,
    InstallID: INSTALL_ID,
    ParticipantID: brokerId,
    ClientID: clientIdOf(user),
    OrderActionStatus: ACTION_REJECTED,
    StatusMsg: CTP_ERRORS[error].msg,
  };
}

/** All keys of an order (ctp.md d.5). */
function keysOf({ input, session, sysId, localId }: Order): Fields {
  return {
    OrderRef: input.ref,
    ...sessionFields(session),
    ExchangeID: input.exchange,
    OrderSysID: sysId,
    OrderLocalID: localId,
    InstrumentID: input.instrument,
  };
}

function sessionFields({ frontId, sessionId }: TradingSession): Fields {
  return { FrontID: frontId, SessionID: sessionId };
}

/** `ParkedOrder` of RspParkedOrderInsert and RspQryParkedOrder. */
export function parkedOrderFields(parked: ParkedOrder, brokerId: string): Fields {
  return {
    ...inputOrderFields(parked.input, parked.user, brokerId),
    ParkedOrderID: parked.id,
    ...parkedState(parked),
  };
}

/** `ParkedOrderAction` of RspParkedOrderAction and RspQryParkedOrderAction. */
export function parkedActionFields(parked: ParkedCancel, brokerId: string): Fields {
  return {
    ...inputOrderActionFields(parked.input, parked.user, brokerId),
    ParkedOrderActionID: parked.id,
    ...parkedState(parked),
  };
}

function parkedState({ state, error }: ParkedOrder | ParkedCancel): Fields {
  const known = error !== undefined && Object.hasOwn(CTP_ERRORS, error) ? CTP_ERRORS[error as CtpErrorName] : undefined;
  return {
    UserType: USUAL,
    Status: PARKED_STATES.codeOf(state),
    ErrorID: known?.id ?? 0,
    ErrorMsg: known?.msg ?? "",
  };
}
