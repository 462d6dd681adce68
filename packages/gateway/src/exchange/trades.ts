/** What was traded today: the fills, and each instrument's sums of them. */
import type { EpochMs, Fen, Fill, Order } from "@tickwire/protocol/model";
import type { Entry } from "./orders.ts";

/** Two orders that met, or an order and the market (undefined). One record serves both sides. */
export interface Trade {
  readonly sequence: number;
  readonly tradeId: string;
  readonly at: EpochMs;
  readonly price: number;
  readonly volume: number;
  readonly buy: Entry | undefined;
  readonly sell: Entry | undefined;
  readonly buyFee: Fen;
  readonly sellFee: Fen;
}

/** A trade as a checkpoint holds it: sequence, time, price, volume, ids of both orders (0: the market), both fees. */
export type StoredTrade = readonly [number, EpochMs, number, number, number, number, Fen, Fen];

/** Sums of the day's trades with a user on a side. */
export interface Tape {
  volume: number;
  turnover: number;
  openInterest: number;
  last: number;
  high: number;
  low: number;
  time: EpochMs;
}

/** A trade as the owner of one of its two orders sees it. */
export function fillOf(trade: Trade, order: Order, commission: Fen): Fill {
  const { input } = order;
  return {
    tradeId: trade.tradeId,
    sequence: trade.sequence,
    order: order.id,
    user: order.user,
    instrument: input.instrument,
    exchange: input.exchange,
    sysId: order.sysId,
    localId: order.localId,
    ref: input.ref,
    side: input.side,
    offset: input.offset,
    hedge: input.hedge,
    price: trade.price,
    volume: trade.volume,
    time: trade.at,
    tradingDay: order.tradingDay,
    settlementId: order.settlementId,
    commission,
  };
}

/** The sides of trades that belong to a user, in order; a trade of a user with itself has two. */
export function fillsOf(trades: readonly Trade[], user: string): Fill[] {
  const fills: Fill[] = [];
  for (const trade of trades) {
    const { buy, sell } = trade;
    if (buy !== undefined && buy.order.user === user) fills.push(fillOf(trade, buy.order, trade.buyFee));
    if (sell !== undefined && sell.order.user === user) fills.push(fillOf(trade, sell.order, trade.sellFee));
  }
  return fills;
}

/** A trade as a checkpoint holds it. */
export function toStoredTrade(trade: Trade): StoredTrade {
  const { sequence, at, price, volume, buy, sell, buyFee, sellFee } = trade;
  return [sequence, at, price, volume, buy?.order.id ?? 0, sell?.order.id ?? 0, buyFee, sellFee];
}
