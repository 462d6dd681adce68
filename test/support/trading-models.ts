/** Orders, fills, positions and accounts of any kind, as fast-check makes them. */
import fc from "fast-check";
import { CTP_ERRORS } from "@tickwire/protocol/errors";
import type {
  Account,
  CancelInput,
  Fill,
  Order,
  OrderInput,
  ParkedCancel,
  ParkedOrder,
  Position,
  PositionDetail,
  Rate,
  TradingTerms,
} from "@tickwire/protocol/model";

/** Records as the code makes them: with the usual prototype. */
const PLAIN = { noNullPrototype: true } as const;
const id = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/);
/** A user's name. */
export const anyUser = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const sysId = fc.constantFrom("", "       46792", "TJBD_7");
const count = fc.nat(1_000_000);
/** Money up to ten billion yuan either way. */
const fen = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
const price = fc.integer({ min: 1, max: 10 ** 8 }).map((steps) => steps / 1000);
const time = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2030, 0, 1) });
const day = fc.constantFrom("20260105", "20261231");
const session = fc.record({ frontId: count, sessionId: fc.integer({ min: 1, max: 1_000_000 }) }, PLAIN);
const rate: fc.Arbitrary<Rate> = fc.record({
  byMoney: fc.constantFrom(0, 0.08, 0.000101),
  byVolume: fc.constantFrom(0, 3.01),
});
const hedge = fc.constantFrom("speculation", "arbitrage", "hedge", "market-maker");
const side = fc.constantFrom("buy", "sell");
const offset = fc.constantFrom("open", "close", "close-today", "close-yesterday");
const state = fc.constantFrom("waiting", "sent", "removed");
const error = fc.constantFrom(undefined, ...Object.keys(CTP_ERRORS));

/** What every order has. */
const orderParts = {
  instrument: id,
  exchange: id,
  side,
  offset,
  hedge,
  priceType: fc.constantFrom("limit", "market", "best", "last", "five-level"),
  price,
  volume: count,
  time: fc.constantFrom("day", "immediate"),
  volumeCondition: fc.constantFrom("any", "min", "all"),
  minVolume: count,
  ref: fc.stringMatching(/^\d{0,12}$/),
  requestId: count,
  labels: fc.constantFrom({}, { BusinessUnit: "b", IsSwapOrder: 1 }, { GTDDate: "20260105", AccountID: "a" }),
} as const;
const condition = fc.record(
  { of: fc.constantFrom("last", "ask", "bid"), is: fc.constantFrom(">", ">=", "<", "<="), price },
  PLAIN,
);

/** An order as its owner gives it, with or without a condition. */
export const anyOrderInput: fc.Arbitrary<OrderInput> = fc.oneof(
  fc.record<OrderInput>(orderParts, PLAIN),
  fc.record<OrderInput>({ ...orderParts, condition }, PLAIN),
);

const cancelParts = { instrument: id, exchange: id, requestId: count };

/** A cancel by either key. */
export const anyCancelInput: fc.Arbitrary<CancelInput> = fc.oneof(
  fc.record<CancelInput>(
    { ...cancelParts, sysId: fc.constant("       46792"), session: fc.constant(undefined), ref: fc.constant("") },
    PLAIN,
  ),
  fc.record<CancelInput>({ ...cancelParts, sysId: fc.constant(""), session, ref: fc.constantFrom("1", "12") }, PLAIN),
);

/** An order at any point of its life. */
export const anyOrder: fc.Arbitrary<Order> = fc.record({
  id: count,
  user: anyUser,
  session,
  input: anyOrderInput,
  tradingDay: day,
  settlementId: count,
  status: fc.constantFrom("submitted", "queueing", "part-filled", "filled", "canceled", "untouched", "touched"),
  submit: fc.constantFrom("insert-submitted", "cancel-submitted", "accepted", "insert-rejected", "cancel-rejected"),
  message: fc.constantFrom("未成交", "已撤单报单被拒绝SHFE:当前状态禁止此项操作"),
  price,
  filled: count,
  sysId,
  localId: sysId,
  triggeredBy: sysId,
  inserted: time,
  updated: time,
  canceled: fc.option(time, { nil: undefined }),
  reports: count,
});

/** One side of a trade. */
export const anyFill: fc.Arbitrary<Fill> = fc.record({
  tradeId: sysId,
  sequence: count,
  order: count,
  user: anyUser,
  instrument: id,
  exchange: id,
  sysId,
  localId: sysId,
  ref: id,
  side,
  offset,
  hedge,
  price,
  volume: count,
  time,
  tradingDay: day,
  settlementId: count,
  commission: fen,
});

/** A row of a position. */
export const anyPosition: fc.Arbitrary<Position> = fc.record({
  user: anyUser,
  instrument: id,
  exchange: id,
  side: fc.constantFrom("long", "short"),
  hedge,
  date: fc.constantFrom("today", "history"),
  volume: count,
  today: count,
  yesterday: count,
  longFrozen: count,
  shortFrozen: count,
  longFrozenAmount: fen,
  shortFrozenAmount: fen,
  openVolume: count,
  closeVolume: count,
  openAmount: fen,
  closeAmount: fen,
  positionCost: fen,
  openCost: fen,
  preMargin: fen,
  margin: fen,
  frozenMargin: fen,
  frozenCommission: fen,
  commission: fen,
  closeProfitByDate: fen,
  closeProfitByTrade: fen,
  positionProfit: fen,
  preSettlement: price,
  settlement: price,
  marginRate: rate,
  tradingDay: day,
  settlementId: count,
});

/** A lot detail. */
export const anyPositionDetail: fc.Arbitrary<PositionDetail> = fc.record({
  user: anyUser,
  instrument: id,
  exchange: id,
  side: fc.constantFrom("long", "short"),
  hedge,
  openDate: day,
  tradeId: sysId,
  volume: count,
  openPrice: price,
  closeVolume: count,
  closeAmount: fen,
  closeProfitByDate: fen,
  closeProfitByTrade: fen,
  positionProfitByDate: fen,
  positionProfitByTrade: fen,
  margin: fen,
  marginRate: rate,
  lastSettlement: price,
  settlement: price,
  tradingDay: day,
  settlementId: count,
});

/** An account, its figures not consistent. */
export const anyAccount: fc.Arbitrary<Account> = fc.record({
  user: anyUser,
  preBalance: fen,
  preMargin: fen,
  preDeposit: fen,
  deposit: fen,
  withdraw: fen,
  margin: fen,
  frozenMargin: fen,
  frozenCommission: fen,
  commission: fen,
  closeProfit: fen,
  positionProfit: fen,
  balance: fen,
  available: fen,
  withdrawQuota: fen,
  tradingDay: day,
  settlementId: count,
});

/** An order that waits for its session. */
export const anyParkedOrder: fc.Arbitrary<ParkedOrder> = fc.record({
  id,
  user: anyUser,
  session,
  input: anyOrderInput,
  state,
  error,
});

/** A cancel that waits for its session. */
export const anyParkedCancel: fc.Arbitrary<ParkedCancel> = fc.record({
  id,
  user: anyUser,
  session,
  input: anyCancelInput,
  state,
  error,
});

/** What an instrument is traded by. */
export const anyTerms: fc.Arbitrary<TradingTerms> = fc.record({
  instrument: id,
  exchange: id,
  product: id,
  multiplier: count,
  priceTick: price,
  longMargin: rate,
  shortMargin: rate,
  openFee: rate,
  closeFee: rate,
  closeTodayFee: rate,
  preSettlement: price,
  upperLimit: fc.constantFrom(NaN, 5000),
  lowerLimit: fc.constantFrom(NaN, 3000),
  minLimitVolume: count,
  maxLimitVolume: count,
  minMarketVolume: count,
  maxMarketVolume: count,
  history: fc.boolean(),
  largerSide: fc.boolean(),
  expires: day,
});

/** Any hedge flag of the model. */
export const anyHedge = hedge;
/** Any moment. */
export const anyTime = time;
/** Any money. */
export const anyFen = fen;
