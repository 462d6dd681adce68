/** What the examples of trading are about: one buy order of {@link SAMPLE_FUTURE}, half filled, and what came of it. */
import type { Fields, Party } from "@tickwire/protocol/ctp";
import {
  ZERO_RATE,
  type Account,
  type CancelInput,
  type Fill,
  type Order,
  type OrderInput,
  type Position,
  type PositionDetail,
  type TradingTerms,
} from "@tickwire/protocol/model";
import { SAMPLE_FUTURE, SAMPLE_SNAPSHOT, SAMPLE_TIME } from "./samples.ts";

const { id: instrument, exchange, product, multiplier, priceTick } = SAMPLE_FUTURE;
const { tradingDay, preSettlement, upperLimit, lowerLimit } = SAMPLE_SNAPSHOT;
const settlementId = 1;
const session = { frontId: 1, sessionId: 1 };
const FEE = { byMoney: 0.0001, byVolume: 0 };
const MARGIN = { byMoney: 0.07, byVolume: 0 };
const SYS_ID = "           1";

/** Whose they are. */
export const SAMPLE_PARTY: Party = { brokerId: "9999", user: "demo" };
const { user } = SAMPLE_PARTY;

/** Two lots bought at a limit, for the day. */
export const SAMPLE_INPUT: OrderInput = {
  instrument,
  exchange,
  side: "buy",
  offset: "open",
  hedge: "speculation",
  priceType: "limit",
  price: 3174,
  volume: 2,
  time: "day",
  volumeCondition: "any",
  minVolume: 1,
  ref: "2",
  requestId: 1,
  labels: {},
};

/** The order when one lot has been filled. */
export const SAMPLE_ORDER: Order = {
  id: 1,
  user,
  session,
  input: SAMPLE_INPUT,
  tradingDay,
  settlementId,
  status: "part-filled",
  submit: "accepted",
  message: "部分成交",
  price: 3174,
  filled: 1,
  sysId: SYS_ID,
  localId: SYS_ID,
  triggeredBy: "",
  inserted: SAMPLE_TIME,
  updated: SAMPLE_TIME,
  canceled: undefined,
  reports: 3,
};

/** The fill. */
export const SAMPLE_FILL: Fill = {
  tradeId: SYS_ID,
  sequence: 1,
  order: 1,
  user,
  instrument,
  exchange,
  sysId: SYS_ID,
  localId: SYS_ID,
  ref: "2",
  side: "buy",
  offset: "open",
  hedge: "speculation",
  price: 3174,
  volume: 1,
  time: SAMPLE_TIME,
  tradingDay,
  settlementId,
  commission: 317,
};

/** The cancel of what is left. */
export const SAMPLE_CANCEL: CancelInput = {
  instrument,
  exchange,
  sysId: SYS_ID,
  session: undefined,
  ref: "",
  requestId: 1,
};

/** The position. */
export const SAMPLE_POSITION: Position = {
  user,
  instrument,
  exchange,
  side: "long",
  hedge: "speculation",
  date: "today",
  volume: 1,
  today: 1,
  yesterday: 0,
  longFrozen: 0,
  shortFrozen: 0,
  longFrozenAmount: 0,
  shortFrozenAmount: 0,
  openVolume: 1,
  closeVolume: 0,
  openAmount: 3_174_000,
  closeAmount: 0,
  positionCost: 3_174_000,
  openCost: 3_174_000,
  preMargin: 0,
  margin: 222_180,
  frozenMargin: 222_180,
  frozenCommission: 317,
  commission: 317,
  closeProfitByDate: 0,
  closeProfitByTrade: 0,
  positionProfit: 0,
  preSettlement,
  settlement: 3174,
  marginRate: MARGIN,
  tradingDay,
  settlementId,
};

/** Its one lot. */
export const SAMPLE_DETAIL: PositionDetail = {
  user,
  instrument,
  exchange,
  side: "long",
  hedge: "speculation",
  openDate: tradingDay,
  tradeId: SYS_ID,
  volume: 1,
  openPrice: 3174,
  closeVolume: 0,
  closeAmount: 0,
  closeProfitByDate: 0,
  closeProfitByTrade: 0,
  positionProfitByDate: 0,
  positionProfitByTrade: 0,
  margin: 222_180,
  marginRate: MARGIN,
  lastSettlement: preSettlement,
  settlement: 3174,
  tradingDay,
  settlementId,
};

/** The account. */
export const SAMPLE_ACCOUNT: Account = {
  user,
  preBalance: 2_000_000_000,
  preMargin: 0,
  preDeposit: 0,
  deposit: 0,
  withdraw: 0,
  margin: 222_180,
  frozenMargin: 222_180,
  frozenCommission: 317,
  commission: 317,
  closeProfit: 0,
  positionProfit: 0,
  balance: 1_999_999_683,
  available: 1_999_555_006,
  withdrawQuota: 1_999_555_006,
  tradingDay,
  settlementId,
};

/** What it is charged by. */
export const SAMPLE_TERMS: TradingTerms = {
  instrument,
  exchange,
  product,
  multiplier,
  priceTick,
  longMargin: MARGIN,
  shortMargin: MARGIN,
  openFee: FEE,
  closeFee: FEE,
  closeTodayFee: ZERO_RATE,
  preSettlement,
  upperLimit,
  lowerLimit,
  minLimitVolume: 1,
  maxLimitVolume: 500,
  minMarketVolume: 1,
  maxMarketVolume: 30,
  history: true,
  largerSide: true,
  expires: SAMPLE_FUTURE.future!.expireDate,
};

/** Who asks, as requests say it. */
export const SAMPLE_ASKER: Fields = { BrokerID: SAMPLE_PARTY.brokerId, InvestorID: user };
