/** A naive model of accounts for tests: everything is counted anew from lists, in whole numbers of any size. */
import type { Offset, OrderInput, PositionSide, Rate, TradingTerms } from "@tickwire/protocol/model";

/** Prices have at most 4 decimals here, rates at most 9. */
const PRICE = 10_000n;
const RATE = 1_000_000_000n;

interface ModelLot {
  readonly user: string;
  readonly instrument: string;
  readonly side: PositionSide;
  readonly hedge: string;
  readonly openPrice: number;
  basis: number;
  old: boolean;
  volume: number;
}

interface ModelOrder {
  readonly user: string;
  readonly input: OrderInput;
  readonly price: number;
  readonly marginRate: Rate | undefined;
  readonly fee: Rate;
  left: number;
}

interface ModelEvent {
  readonly user: string;
  readonly instrument: string;
  readonly side: PositionSide;
  readonly hedge: string;
  /** Of the lots: opened today or before. */
  readonly old: boolean;
  readonly opened: number;
  readonly closed: number;
  readonly amount: number;
  readonly byDate: number;
  readonly byTrade: number;
}

interface ModelFee {
  readonly user: string;
  readonly amount: number;
}

interface Yesterday {
  readonly user: string;
  readonly instrument: string;
  readonly side: PositionSide;
  readonly hedge: string;
  readonly volume: number;
}

export interface ModelAccount {
  preBalance: number;
  deposit: number;
  withdraw: number;
}

/** `numerator / denominator`, halves away from zero. */
function divide(numerator: bigint, denominator: bigint): number {
  const size = numerator < 0n ? -numerator : numerator;
  const whole = (size * 2n + denominator) / (denominator * 2n);
  return Number(numerator < 0n ? -whole : whole);
}

const scaled = (value: number, by: bigint): bigint => BigInt(Math.round(value * Number(by)));

/** Fen that one lot is worth. */
export function worth(price: number, terms: TradingTerms): number {
  return divide(scaled(price, PRICE) * BigInt(terms.multiplier) * 100n, PRICE);
}

function raw(rate: Rate, value: number, volume: number): bigint {
  return (
    BigInt(value) * BigInt(volume) * scaled(rate.byMoney, RATE) + BigInt(volume) * scaled(rate.byVolume, RATE) * 100n
  );
}

export function cost(rate: Rate, value: number, volume: number): number {
  return divide(raw(rate, value, volume), RATE);
}

export function sideOf(input: Pick<OrderInput, "side" | "offset">): PositionSide {
  if (input.offset === "open") return input.side === "buy" ? "long" : "short";
  return input.side === "buy" ? "short" : "long";
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

export class NaiveAccounts {
  readonly terms = new Map<string, TradingTerms>();
  readonly price = new Map<string, number>();
  readonly accounts = new Map<string, ModelAccount>();
  readonly orders = new Map<number, ModelOrder>();
  lots: ModelLot[] = [];
  events: ModelEvent[] = [];
  fees: ModelFee[] = [];
  yesterday: Yesterday[] = [];

  lotsOf(user: string, instrument: string, side: PositionSide, hedge: string): ModelLot[] {
    const all = this.lots.filter((lot) => lot.user === user && lot.instrument === instrument);
    return all.filter((lot) => lot.side === side && lot.hedge === hedge);
  }

  ordersOf(user: string): ModelOrder[] {
    return [...this.orders.values()].filter((order) => order.user === user);
  }

  /** Lots that this offset may close, oldest first; those of earlier days before today's. */
  candidates(user: string, input: OrderInput): ModelLot[] {
    const lots = this.lotsOf(user, input.instrument, sideOf(input), input.hedge);
    const fifo = [...lots.filter((lot) => lot.old), ...lots.filter((lot) => !lot.old)];
    if (!this.terms.get(input.instrument)!.history) return fifo;
    return fifo.filter((lot) => lot.old === (input.offset !== "close-today"));
  }

  frozenLots(user: string, input: OrderInput): number {
    const { history } = this.terms.get(input.instrument)!;
    const today = (offset: Offset): boolean => history && offset === "close-today";
    const rivals = this.ordersOf(user).filter(
      ({ input: other }) =>
        other.offset !== "open" &&
        other.instrument === input.instrument &&
        other.hedge === input.hedge &&
        other.side === input.side &&
        today(other.offset) === today(input.offset),
    );
    return sum(rivals.map((order) => order.left));
  }

  closable(user: string, input: OrderInput): number {
    return sum(this.candidates(user, input).map((lot) => lot.volume)) - this.frozenLots(user, input);
  }

  feeRate(user: string, input: OrderInput, price: number): Rate {
    const terms = this.terms.get(input.instrument)!;
    if (input.offset === "open") return terms.openFee;
    if (terms.history) return input.offset === "close-today" ? terms.closeTodayFee : terms.closeFee;
    const lots = this.lotsOf(user, input.instrument, sideOf(input), input.hedge);
    if (!lots.some((lot) => !lot.old && lot.volume > 0)) return terms.closeFee;
    const value = worth(price, terms);
    return raw(terms.closeTodayFee, value, 1) > raw(terms.closeFee, value, 1) ? terms.closeTodayFee : terms.closeFee;
  }

  order(id: number, user: string, input: OrderInput, price: number): void {
    const marginRate = input.offset === "open" ? this.marginRate(input.instrument, sideOf(input)) : undefined;
    this.orders.set(id, { user, input, price, marginRate, fee: this.feeRate(user, input, price), left: input.volume });
  }

  fill(id: number, volume: number, price: number): number {
    const order = this.orders.get(id)!;
    const { user, input } = order;
    const terms = this.terms.get(input.instrument)!;
    order.left -= volume;
    if (order.left === 0) this.orders.delete(id);
    this.price.set(input.instrument, price);
    const what = { user, instrument: input.instrument, side: sideOf(input), hedge: input.hedge };
    const value = worth(price, terms);
    if (input.offset === "open") {
      this.lots.push({ ...what, openPrice: value, basis: value, old: false, volume });
      const event = { ...what, old: false, opened: volume, closed: 0, amount: value * volume, byDate: 0, byTrade: 0 };
      this.events.push(event);
      return this.fee(user, raw(terms.openFee, value, volume));
    }
    let left = volume;
    let fee = 0n;
    for (const lot of this.candidates(user, input)) {
      const closed = Math.min(left, lot.volume);
      if (closed === 0) continue;
      left -= closed;
      fee += raw(lot.old ? terms.closeFee : terms.closeTodayFee, value, closed);
      this.close(lot, closed, value);
    }
    return this.fee(user, fee);
  }

  close(lot: ModelLot, closed: number, value: number): void {
    const { user, instrument, side, hedge, old } = lot;
    const sign = side === "long" ? 1 : -1;
    lot.volume -= closed;
    const profit = { byDate: sign * (value - lot.basis) * closed, byTrade: sign * (value - lot.openPrice) * closed };
    this.events.push({ user, instrument, side, hedge, old, opened: 0, closed, amount: value * closed, ...profit });
  }

  fee(user: string, amount: bigint): number {
    const rounded = divide(amount, RATE);
    this.fees.push({ user, amount: rounded });
    return rounded;
  }

  marginRate(instrument: string, side: PositionSide): Rate {
    const terms = this.terms.get(instrument)!;
    return side === "long" ? terms.longMargin : terms.shortMargin;
  }

  marginOf(lot: ModelLot): number {
    return cost(this.marginRate(lot.instrument, lot.side), lot.basis, lot.volume);
  }

  margin(user: string): number {
    const own = this.lots.filter((lot) => lot.user === user);
    const products = new Set([...this.terms.values()].map((terms) => terms.product));
    return sum(
      [...products].map((product) => {
        const lots = own.filter((lot) => this.terms.get(lot.instrument)!.product === product);
        const larger = [...this.terms.values()].find((terms) => terms.product === product)!.largerSide;
        const long = sum(lots.filter((lot) => lot.side === "long").map((lot) => this.marginOf(lot)));
        const short = sum(lots.filter((lot) => lot.side === "short").map((lot) => this.marginOf(lot)));
        return larger ? Math.max(long, short) : long + short;
      }),
    );
  }

  frozen(user: string): { margin: number; commission: number } {
    const value = ({ price, input }: ModelOrder): number => worth(price, this.terms.get(input.instrument)!);
    const orders = this.ordersOf(user);
    return {
      margin: sum(orders.map((o) => (o.marginRate === undefined ? 0 : cost(o.marginRate, value(o), o.left)))),
      commission: sum(orders.map((order) => cost(order.fee, value(order), order.left))),
    };
  }

  positionProfit(user: string): number {
    return sum(this.lots.filter((lot) => lot.user === user).map((lot) => this.profitOf(lot)));
  }

  profitOf(lot: ModelLot): number {
    const value = worth(this.price.get(lot.instrument)!, this.terms.get(lot.instrument)!);
    return (lot.side === "long" ? value - lot.basis : lot.basis - value) * lot.volume;
  }

  /** The account as ctp.md d.7 has it. */
  account(user: string): Record<string, number> {
    const { preBalance, deposit, withdraw } = this.accounts.get(user)!;
    const closeProfit = sum(this.events.filter((event) => event.user === user).map((event) => event.byDate));
    const commission = sum(this.fees.filter((fee) => fee.user === user).map((fee) => fee.amount));
    const positionProfit = this.positionProfit(user);
    const margin = this.margin(user);
    const frozen = this.frozen(user);
    const balance = preBalance - withdraw + deposit + closeProfit + positionProfit - commission;
    const available = balance - margin - frozen.margin - frozen.commission;
    const money = {
      preBalance,
      deposit,
      withdraw,
      closeProfit,
      commission,
      positionProfit,
      margin,
      balance,
      available,
    };
    return { ...money, frozenMargin: frozen.margin, frozenCommission: frozen.commission };
  }

  settle(day: string, prices: ReadonlyMap<string, number>): void {
    for (const [instrument, price] of prices) this.price.set(instrument, price);
    this.orders.clear();
    for (const [user, account] of this.accounts) {
      account.preBalance = this.account(user)["balance"]!;
      account.deposit = account.withdraw = 0;
    }
    this.events = [];
    this.fees = [];
    this.lots = this.lots.filter((lot) => lot.volume > 0 && this.terms.get(lot.instrument)!.expires > day);
    for (const lot of this.lots) {
      lot.old = true;
      lot.basis = worth(this.price.get(lot.instrument)!, this.terms.get(lot.instrument)!);
    }
    this.yesterday = this.lots.map((lot) => ({ ...lot }));
  }
}
