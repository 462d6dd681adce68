/** The end of the day for one account (ctp.md d.8). */
import type { Fen, PositionSide, TradingDay } from "@tickwire/protocol/model";
import type { UserAccount } from "./user-account.ts";

/** Lots of an expired instrument that were closed at the settlement price. */
export interface Delivered {
  readonly instrument: string;
  readonly side: PositionSide;
  readonly volume: number;
  readonly price: number;
  readonly profit: Fen;
}

/** Closes what expired by `day` at the price that it was settled at, free of charge. Returns what was closed. */
export function deliver(account: UserAccount, day: TradingDay): Delivered[] {
  const delivered: Delivered[] = [];
  for (const stake of account.stakes.values()) {
    const { contract, holdings } = stake;
    if (contract.terms.expires > day) continue;
    for (const holding of holdings) {
      const { volume, side, history, today } = holding;
      if (volume === 0) continue;
      const before = account.closeProfit;
      account.closePart(stake, holding, history, history.volume, contract.value);
      account.closePart(stake, holding, today, today.volume, contract.value);
      const profit = account.closeProfit - before;
      delivered.push({ instrument: contract.terms.instrument, side, volume, price: contract.price, profit });
    }
  }
  return delivered;
}

/**
 * Begins the next day: today's lots become yesterday's and count from the settlement price, sums of the day start at nothing, what
 * is empty is gone. The balance stays.
 */
export function carryAccount(account: UserAccount): void {
  account.preBalance = account.balance;
  account.preMargin = account.margin;
  account.preDeposit = account.deposit;
  account.deposit = account.withdraw = account.commission = account.closeProfit = 0;
  for (const [instrument, stake] of account.stakes) {
    const { contract } = stake;
    for (const holding of stake.holdings) {
      const { cost, margin } = holding;
      holding.carry(contract.value, contract.marginRate(holding.side));
      account.follow(stake, holding, 0, holding.cost - cost, holding.margin - margin);
    }
    stake.holdings = stake.holdings.filter((holding) => holding.volume > 0);
    if (stake.holdings.length > 0) continue;
    account.stakes.delete(instrument);
    contract.stakes.delete(stake);
  }
}
