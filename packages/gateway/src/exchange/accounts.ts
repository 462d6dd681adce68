/** Accounts and positions of all users: what orders and fills do to money (ctp.md d.6–d.8). */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type {
  Account,
  Fen,
  OrderInput,
  Position,
  PositionDetail,
  TradingDay,
  TradingTerms,
} from "@tickwire/protocol/model";
import type { MaxVolumeQuery, Statement } from "../ports/trading.ts";
import type { Accounting, BookedFill, BookedOrder } from "./accounting.ts";
import { restoreAccounts, toCheckpoint, type AccountsCheckpoint } from "./accounts-checkpoint.ts";
import { Contract } from "./contract.ts";
import { detailRows, positionRows, type RowDay } from "./position-rows.ts";
import { carryAccount, deliver } from "./settlement.ts";
import { settlementText } from "./statement.ts";
import { UserAccount } from "./user-account.ts";

/**
 * The accounting of an exchange. Amounts are exact: what a lot is worth at a price is whole fen, and every sum is one of whole
 * numbers. Prices of the market (`mark`) are no part of the state: after `restore` or a replay positions are valued at the newest
 * price of a fill or a settlement until the market says its own. The day is that of the newest settlement; one that ends no day
 * (`""`) begins the first.
 */
export class Accounts implements Accounting {
  #accounts = new Map<string, UserAccount>();
  #contracts = new Map<string, Contract>();
  #day: RowDay = { tradingDay: "", settlementId: 0 };

  openAccount(user: string, balance: Fen): void {
    if (!this.#accounts.has(user)) this.#accounts.set(user, new UserAccount(user, balance));
  }

  has(user: string): boolean {
    return this.#accounts.has(user);
  }

  users(): readonly string[] {
    return [...this.#accounts.keys()];
  }

  transfer(user: string, amount: Fen): void {
    const account = this.#account(user);
    if (amount > 0) account.deposit += amount;
    else account.withdraw += 0 - amount;
  }

  setTerms(terms: TradingTerms): void {
    const contract = this.#contracts.get(terms.instrument);
    if (contract === undefined) {
      this.#contracts.set(terms.instrument, new Contract(terms));
      return;
    }
    contract.change(terms);
    for (const stake of contract.stakes) this.#account(stake.user).recharge(stake);
  }

  mark(instrument: string, price: number): void {
    this.#contracts.get(instrument)?.mark(price);
  }

  judge(user: string, input: OrderInput, price: number): CtpErrorName | undefined {
    const account = this.#accounts.get(user);
    const contract = this.#contracts.get(input.instrument);
    if (account === undefined) return "noTradingRight";
    return contract === undefined ? "instrumentNotTrading" : account.judge(contract, input, price);
  }

  freeze(order: BookedOrder, price: number): void {
    const account = this.#account(order.user);
    const contract = this.#contract(order.input.instrument);
    account.stake(contract);
    account.freeze(contract, order, price);
  }

  fill(order: BookedOrder, fill: BookedFill): Fen {
    const contract = this.#contract(order.input.instrument);
    contract.learn(fill.price);
    return this.#account(order.user).fill(contract, order, fill);
  }

  release(order: BookedOrder): void {
    this.#accounts.get(order.user)?.release(order.id);
  }

  account(user: string): Account | undefined {
    return this.#accounts.get(user)?.report(this.#day.tradingDay, this.#day.settlementId);
  }

  positions(user: string): readonly Position[] {
    const stakes = this.#accounts.get(user)?.stakes.values() ?? [];
    return [...stakes].flatMap((stake) => positionRows(stake, this.#day));
  }

  details(user: string): readonly PositionDetail[] {
    const stakes = this.#accounts.get(user)?.stakes.values() ?? [];
    return [...stakes].flatMap((stake) => detailRows(stake, this.#day));
  }

  maxVolume(user: string, query: MaxVolumeQuery, price: number): number {
    const contract = this.#contracts.get(query.instrument);
    if (contract === undefined) return 0;
    return this.#accounts.get(user)?.maxVolume(contract, query, price) ?? 0;
  }

  net(instrument: string): number {
    return this.#contracts.get(instrument)?.net ?? 0;
  }

  held(): readonly string[] {
    return [...this.#contracts].filter(([, contract]) => contract.lots > 0).map(([instrument]) => instrument);
  }

  settle(
    day: TradingDay,
    next: TradingDay,
    settlementId: number,
    prices: ReadonlyMap<string, number>,
  ): readonly Statement[] {
    this.#day = { tradingDay: day, settlementId };
    for (const [instrument, contract] of this.#contracts) contract.settle(prices.get(instrument));
    const statements: Statement[] = [];
    for (const account of this.#accounts.values()) {
      for (const order of account.frozen.keys()) account.release(order);
      const delivered = deliver(account, day);
      statements.push({ user: account.user, day, settlementId, text: settlementText(account, this.#day, delivered) });
      carryAccount(account);
    }
    for (const [instrument, contract] of this.#contracts) {
      contract.carry();
      if (contract.lots === 0 && contract.terms.expires <= day) this.#contracts.delete(instrument);
    }
    this.#day = { tradingDay: next, settlementId: settlementId + 1 };
    return statements;
  }

  checkpoint(): object {
    return toCheckpoint(this.#day, this.#contracts.values(), this.#accounts.values());
  }

  restore(checkpoint: object): void {
    const { day, contracts, accounts } = restoreAccounts(checkpoint as AccountsCheckpoint);
    this.#day = day;
    this.#contracts = contracts;
    this.#accounts = accounts;
  }

  #account(user: string): UserAccount {
    const account = this.#accounts.get(user);
    if (account === undefined) throw new Error(`no account of ${user}`);
    return account;
  }

  #contract(instrument: string): Contract {
    const contract = this.#contracts.get(instrument);
    if (contract === undefined) throw new Error(`no terms of ${instrument}`);
    return contract;
  }
}
