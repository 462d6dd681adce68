/** The state of accounts as JSON can hold it: what cannot be counted from something else. */
import type { Fen, Hedge, PositionSide } from "@tickwire/protocol/model";
import type { StoredTerms } from "../ports/exchange.ts";
import { Contract } from "./contract.ts";
import type { FreezeTerms } from "./frozen.ts";
import type { Lot } from "./lots.ts";
import type { RowDay } from "./position-rows.ts";
import type { Holding, Part } from "./positions.ts";
import type { Stake } from "./stake.ts";
import { UserAccount } from "./user-account.ts";

/** Sums of the day of a part; all others come from its lots and from what orders freeze. */
const PART_SUMS = [
  "openVolume",
  "openAmount",
  "closeVolume",
  "closeAmount",
  "commission",
  "closeProfitByDate",
  "closeProfitByTrade",
] as const;
/** Sums of an account that are stored. */
const ACCOUNT_SUMS = [
  "preBalance",
  "preMargin",
  "preDeposit",
  "deposit",
  "withdraw",
  "commission",
  "closeProfit",
] as const;

type Sums<K extends string> = Readonly<Record<K, number>>;

interface StoredPart extends Sums<(typeof PART_SUMS)[number]> {
  readonly lots: readonly Lot[];
}

interface StoredHolding {
  readonly instrument: string;
  readonly side: PositionSide;
  readonly hedge: Hedge;
  readonly yesterday: number;
  readonly preMargin: Fen;
  readonly today: StoredPart;
  readonly history: StoredPart;
}

interface StoredAccount extends Sums<(typeof ACCOUNT_SUMS)[number]> {
  readonly user: string;
  readonly holdings: readonly StoredHolding[];
  readonly frozen: readonly { readonly order: number; readonly terms: FreezeTerms; readonly volume: number }[];
}

interface StoredContract {
  readonly terms: StoredTerms;
  readonly known: number | null;
  readonly settled: number | null;
}

/** All of the state of accounts. */
export interface AccountsCheckpoint {
  readonly day: RowDay;
  readonly contracts: readonly StoredContract[];
  readonly accounts: readonly StoredAccount[];
}

/** What a checkpoint is of. */
export interface AccountsState {
  readonly day: RowDay;
  readonly contracts: Map<string, Contract>;
  readonly accounts: Map<string, UserAccount>;
}

/** A copy of the state that shares nothing with it. */
export function toCheckpoint(
  day: RowDay,
  contracts: Iterable<Contract>,
  accounts: Iterable<UserAccount>,
): AccountsCheckpoint {
  return {
    day: { ...day },
    contracts: [...contracts].map(storeContract),
    accounts: [...accounts].map(storeAccount),
  };
}

/** The state that a checkpoint is of. */
export function restoreAccounts(checkpoint: AccountsCheckpoint): AccountsState {
  const contracts = new Map(checkpoint.contracts.map((stored) => [stored.terms.instrument, restoreContract(stored)]));
  const accounts = new Map(checkpoint.accounts.map((stored) => [stored.user, restoreAccount(stored, contracts)]));
  return { day: { ...checkpoint.day }, contracts, accounts };
}

function storeContract({ terms, known, settled }: Contract): StoredContract {
  const stored = { ...terms, upperLimit: orNull(terms.upperLimit), lowerLimit: orNull(terms.lowerLimit) };
  return { terms: stored, known: orNull(known), settled: orNull(settled) };
}

function restoreContract({ terms, known, settled }: StoredContract): Contract {
  const limits = { upperLimit: terms.upperLimit ?? Number.NaN, lowerLimit: terms.lowerLimit ?? Number.NaN };
  const contract = new Contract({ ...terms, ...limits });
  contract.settled = settled ?? Number.NaN;
  contract.learn(known ?? Number.NaN);
  return contract;
}

function storeAccount(account: UserAccount): StoredAccount {
  const stakes = [...account.stakes.values()];
  const frozen = [...account.frozen];
  return {
    user: account.user,
    ...pick(account, ACCOUNT_SUMS),
    holdings: stakes.flatMap((stake) => stake.holdings.map((holding) => storeHolding(stake, holding))),
    frozen: frozen.map(([order, { terms, volume }]) => ({ order, terms: { ...terms }, volume })),
  };
}

function restoreAccount(stored: StoredAccount, contracts: ReadonlyMap<string, Contract>): UserAccount {
  const account = new UserAccount(stored.user, stored.preBalance);
  Object.assign(account, pick(stored, ACCOUNT_SUMS));
  for (const holding of stored.holdings) restoreHolding(account, contracts.get(holding.instrument)!, holding);
  for (const { order, terms, volume } of stored.frozen) account.thaw(order, terms, volume);
  return account;
}

function storeHolding({ contract }: Stake, holding: Holding): StoredHolding {
  const { side, hedge, yesterday, preMargin, today, history } = holding;
  const parts = { today: storePart(today), history: storePart(history) };
  return { instrument: contract.terms.instrument, side, hedge, yesterday, preMargin, ...parts };
}

function restoreHolding(account: UserAccount, contract: Contract, stored: StoredHolding): void {
  const stake = account.stake(contract);
  const holding = stake.get(stored.side, stored.hedge);
  holding.yesterday = stored.yesterday;
  holding.preMargin = stored.preMargin;
  restorePart(holding.today, stored.today);
  restorePart(holding.history, stored.history);
  account.follow(stake, holding, holding.volume, holding.cost, holding.margin);
}

function storePart(part: Part): StoredPart {
  return { ...pick(part, PART_SUMS), lots: part.lots.map((lot) => ({ ...lot })) };
}

function restorePart(part: Part, stored: StoredPart): void {
  Object.assign(part, pick(stored, PART_SUMS));
  for (const lot of stored.lots) part.append({ ...lot });
}

function pick<K extends string>(from: Sums<K>, keys: readonly K[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Record<K, number>;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
