/** What orders and fills do to money and positions (ctp.md d.6, d.7): the part of the exchange that counts. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  Account,
  EpochMs,
  Fen,
  Order,
  OrderInput,
  Position,
  PositionDetail,
  TradingDay,
  TradingTerms,
} from "@tickwire/protocol/model";
import type { MaxVolumeQuery, Statement } from "../ports/trading.ts";

/** An order as accounts see it: what it has frozen goes with `id`. */
export type BookedOrder = Pick<Order, "id" | "user" | "input" | "price">;

/** What a fill is, to one of its two sides. */
export interface BookedFill {
  readonly tradeId: string;
  readonly price: number;
  readonly volume: number;
  readonly at: EpochMs;
  readonly tradingDay: TradingDay;
}

/**
 * Accounts and positions of all users. Pure: the state is the sum of the calls. Calls that change it come from operations only
 * and never fail: what must be refused was refused by `judge` before. Sums of money are whole fen; each charge (a fill's commission,
 * the margin of a lot detail, what an order freezes for its remaining volume) is rounded once, half away from zero.
 */
export interface Accounting {
  openAccount(user: string, balance: Fen): void;
  has(user: string): boolean;
  users(): readonly string[];
  /** Positive: a deposit. */
  transfer(user: string, amount: Fen): void;
  /** New terms of an instrument; margins of its positions follow. */
  setTerms(terms: TradingTerms): void;
  /** Values positions in an instrument at this price from now on (position profit). Cheap: it is called for every tick. */
  mark(instrument: string, price: number): void;
  /**
   * Why the front refuses this order for positions (30, 50, 51) or money (31); undefined: it does not. `price`: what its margin
   * and commission are frozen at (a limit order's own price, else the day's upper limit, or the last price where there is none).
   */
  judge(user: string, input: OrderInput, price: number): CtpErrorName | undefined;
  /** An order passed the front: freezes money for an opening one, position and commission for a closing one. */
  freeze(order: BookedOrder, price: number): void;
  /** So much of an order was filled: what it froze becomes margin, position and commission. Returns the commission. */
  fill(order: BookedOrder, fill: BookedFill): Fen;
  /** What is left of an order is gone: all that it still freezes returns. Harmless for an order that freezes nothing. */
  release(order: BookedOrder): void;
  account(user: string): Account | undefined;
  positions(user: string): readonly Position[];
  details(user: string): readonly PositionDetail[];
  maxVolume(user: string, query: MaxVolumeQuery, price: number): number;
  /** Sum of long minus sum of short lots of all users in an instrument. */
  net(instrument: string): number;
  /** Instruments in which somebody has a position. */
  held(): readonly string[];
  /**
   * Ends the day (ctp.md d.8): positions are valued at `prices`, today's become yesterday's, frozen and the day's sums start at
   * nothing, positions in instruments that expired by `day` are closed at their price. Returns every user's statement.
   */
  settle(
    day: TradingDay,
    next: TradingDay,
    settlementId: number,
    prices: ReadonlyMap<string, number>,
  ): readonly Statement[];
  checkpoint(): object;
  restore(checkpoint: object): void;
}
