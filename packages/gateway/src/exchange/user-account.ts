/** One user's money and positions, kept as running sums. */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { Account, Fen, OrderInput, TradingDay } from "@tickwire/protocol/model";
import type { MaxVolumeQuery } from "../ports/trading.ts";
import type { BookedFill, BookedOrder } from "./accounting.ts";
import { closable, feeRate, fromHistory, partOf, shortage, sideOf } from "./closing.ts";
import type { Contract } from "./contract.ts";
import { frozenMargin, resize, type FreezeTerms, type Frozen } from "./frozen.ts";
import { makeLot } from "./lots.ts";
import { addMargin, makeProductMargin, type ProductMargin } from "./margin.ts";
import { affordable, charge, lotValue, rawCharge, roundFen } from "./money.ts";
import type { Holding, Part } from "./positions.ts";
import { Stake } from "./stake.ts";

/** What an order asks for, as far as positions and money mind. */
type Asked = Pick<OrderInput, "instrument" | "side" | "offset" | "hedge">;

/** An account with its positions and what its orders freeze. */
export class UserAccount {
  readonly user: string;
  preBalance: Fen;
  preMargin: Fen = 0;
  preDeposit: Fen = 0;
  deposit: Fen = 0;
  withdraw: Fen = 0;
  margin: Fen = 0;
  frozenMargin: Fen = 0;
  frozenCommission: Fen = 0;
  commission: Fen = 0;
  closeProfit: Fen = 0;
  readonly stakes = new Map<string, Stake>();
  /** By order. */
  readonly frozen = new Map<number, Frozen>();
  /** By exchange and product. */
  readonly #products = new Map<string, ProductMargin>();

  constructor(user: string, balance: Fen) {
    this.user = user;
    this.preBalance = balance;
  }

  /** Profit of all that is held, at its worth now. */
  get positionProfit(): Fen {
    let sum = 0;
    for (const stake of this.stakes.values()) sum += stake.positionProfit;
    return sum;
  }

  /** ctp.md d.7. */
  get balance(): Fen {
    const { preBalance, withdraw, deposit, closeProfit, positionProfit, commission } = this;
    return preBalance - withdraw + deposit + closeProfit + positionProfit - commission;
  }

  /** ctp.md d.7, all profit counted (Algorithm `1`). */
  get available(): Fen {
    return this.balance - this.margin - this.frozenMargin - this.frozenCommission;
  }

  /** Why an order with this price of freezing is refused; undefined: it is not. */
  judge(contract: Contract, input: OrderInput, price: number): CtpErrorName | undefined {
    const terms = this.#freezeTerms(contract, input, price);
    const commission = charge(terms.feeRate, terms.value, input.volume);
    if (terms.marginRate !== null) {
      return frozenMargin(terms, input.volume) + commission > this.available ? "insufficientMoney" : undefined;
    }
    if (input.volume > this.#closable(contract, input)) return shortage(contract, input.offset);
    // Who is short of money may still close, as long as the margin that comes back pays for it.
    return commission > this.available + this.margin ? "insufficientMoney" : undefined;
  }

  /** The most lots that an order with this price of freezing could have. */
  maxVolume(contract: Contract, query: MaxVolumeQuery, price: number): number {
    const { marginRate, feeRate: fee, value } = this.#freezeTerms(contract, query, price);
    if (marginRate === null) return this.#closable(contract, query);
    const perLot = rawCharge(marginRate, value, 1) + rawCharge(fee, value, 1);
    const cost = (volume: number): Fen => charge(marginRate, value, volume) + charge(fee, value, volume);
    return affordable(this.available, perLot, cost, contract.terms.maxLimitVolume);
  }

  /** Holds back what an order may need. */
  freeze(contract: Contract, order: BookedOrder, price: number): void {
    this.release(order.id);
    this.thaw(order.id, this.#freezeTerms(contract, order.input, price), order.input.volume);
  }

  /** Holds back by these terms. */
  thaw(order: number, terms: FreezeTerms, volume: number): void {
    const holding = this.stakes.get(terms.instrument)?.get(terms.side, terms.hedge);
    if (holding === undefined) throw new Error(`${this.user} has no stake in ${terms.instrument}`);
    const frozen = { terms, part: holding[terms.part], volume: 0, margin: 0, commission: 0 };
    this.frozen.set(order, frozen);
    this.#resize(order, frozen, volume);
  }

  /** Gives back what an order still freezes. */
  release(order: number): void {
    const frozen = this.frozen.get(order);
    if (frozen !== undefined) this.#resize(order, frozen, 0);
  }

  /** Books a fill; returns its commission. */
  fill(contract: Contract, order: BookedOrder, fill: BookedFill): Fen {
    const frozen = this.frozen.get(order.id);
    if (frozen !== undefined) this.#resize(order.id, frozen, Math.max(0, frozen.volume - fill.volume));
    const { side, offset, hedge } = order.input;
    const stake = this.stake(contract);
    const holding = stake.get(sideOf(side, offset), hedge);
    const value = lotValue(fill.price, contract.terms.multiplier);
    const commission =
      offset === "open"
        ? this.#open(stake, holding, fill, value)
        : this.#close(stake, holding, order, fill.volume, value);
    this.commission += commission;
    return commission;
  }

  /** The stake in an instrument; made where there is none. */
  stake(contract: Contract): Stake {
    const { instrument } = contract.terms;
    const found = this.stakes.get(instrument);
    if (found !== undefined) return found;
    const stake = new Stake(this.user, contract, this.#product(contract));
    this.stakes.set(instrument, stake);
    contract.stakes.add(stake);
    return stake;
  }

  /** Closes lots of one part; commission is not its matter. */
  closePart(stake: Stake, holding: Holding, part: Part, volume: number, value: Fen): void {
    const { margin, cost, closeProfitByDate } = part;
    part.close(holding.side, volume, value, stake.contract.marginRate(holding.side));
    this.closeProfit += part.closeProfitByDate - closeProfitByDate;
    this.follow(stake, holding, -volume, part.cost - cost, part.margin - margin);
  }

  /** Follows a change of a position in the sums. */
  follow(stake: Stake, holding: Holding, lots: number, cost: Fen, margin: Fen): void {
    stake.follow(holding.side, lots, cost);
    this.margin += addMargin(stake.product, holding.side, stake.larger, margin);
  }

  /** Charges margin in an instrument anew, by its terms as they now are. */
  recharge(stake: Stake): void {
    for (const { side, margin } of stake.holdings) {
      this.margin += addMargin(stake.product, side, stake.larger, -margin);
    }
    stake.product = this.#product(stake.contract);
    stake.larger = stake.contract.terms.largerSide;
    for (const holding of stake.holdings) {
      const rate = stake.contract.marginRate(holding.side);
      holding.today.charge(rate);
      holding.history.charge(rate);
      this.margin += addMargin(stake.product, holding.side, stake.larger, holding.margin);
    }
  }

  /** As the model has it. */
  report(tradingDay: TradingDay, settlementId: number): Account {
    const { user, preBalance, preMargin, preDeposit, deposit, withdraw, margin } = this;
    const { frozenMargin: frozen, frozenCommission, commission, closeProfit, positionProfit, balance } = this;
    const available = balance - margin - frozen - frozenCommission;
    const money = { preBalance, preMargin, preDeposit, deposit, withdraw, margin, frozenMargin: frozen };
    const day = { frozenCommission, commission, closeProfit, positionProfit, balance, available };
    const withdrawQuota = Math.max(0, available - Math.max(0, positionProfit));
    return { user, ...money, ...day, withdrawQuota, tradingDay, settlementId };
  }

  #open(stake: Stake, holding: Holding, fill: BookedFill, value: Fen): Fen {
    const { contract } = stake;
    const lot = makeLot(fill.tradeId, fill.tradingDay, fill.price, value, fill.volume);
    const part = holding.today;
    const { margin, cost } = part;
    part.open(lot, contract.marginRate(holding.side));
    this.follow(stake, holding, fill.volume, part.cost - cost, part.margin - margin);
    const commission = charge(contract.terms.openFee, value, fill.volume);
    part.commission += commission;
    return commission;
  }

  #close(stake: Stake, holding: Holding, order: BookedOrder, volume: number, value: Fen): Fen {
    const { contract } = stake;
    const { closeFee, closeTodayFee } = contract.terms;
    const old = fromHistory(contract, holding, order.input.offset, volume);
    if (old > 0) this.closePart(stake, holding, holding.history, old, value);
    if (volume > old) this.closePart(stake, holding, holding.today, volume - old, value);
    const commission = roundFen(rawCharge(closeFee, value, old) + rawCharge(closeTodayFee, value, volume - old));
    (volume > old ? holding.today : holding.history).commission += commission;
    return commission;
  }

  #resize(order: number, frozen: Frozen, volume: number): void {
    const { margin, commission } = frozen;
    resize(frozen, volume);
    this.frozenMargin += frozen.margin - margin;
    this.frozenCommission += frozen.commission - commission;
    if (volume === 0) this.frozen.delete(order);
  }

  #closable(contract: Contract, { instrument, side, offset, hedge }: Asked): number {
    return closable(contract, this.stakes.get(instrument)?.find(sideOf(side, offset), hedge), offset);
  }

  #freezeTerms(contract: Contract, asked: Asked, price: number): FreezeTerms {
    const { instrument, offset, hedge } = asked;
    const side = sideOf(asked.side, offset);
    const value = lotValue(price, contract.terms.multiplier);
    const holding = this.stakes.get(instrument)?.find(side, hedge);
    return {
      instrument,
      side,
      hedge,
      part: partOf(contract, offset),
      value,
      marginRate: offset === "open" ? contract.marginRate(side) : null,
      feeRate: feeRate(contract, holding, offset, value),
    };
  }

  #product(contract: Contract): ProductMargin {
    const key = `${contract.terms.exchange}.${contract.terms.product}`;
    const found = this.#products.get(key);
    if (found !== undefined) return found;
    const margin = makeProductMargin();
    this.#products.set(key, margin);
    return margin;
  }
}
