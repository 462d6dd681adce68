/** What the users of an upstream's account see of it, each under his own name: the reading half of the trading. */
import { CHINA_HOURS } from "@tickwire/protocol/ctp";
import {
  tradingDaySpan,
  type Account,
  type EpochMs,
  type Fill,
  type Order,
  type Position,
  type PositionDetail,
  type TradingDay,
} from "@tickwire/protocol/model";
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { TradingBooks } from "../ports/trading.ts";
import type { UpstreamHoldings } from "../ports/upstream.ts";
import type { Mirror } from "./mirror.ts";

/** What they are made from. */
export interface UpstreamBooksParts {
  readonly mirror: Mirror;
  /** What the account has, as it is known. */
  readonly holdings: () => UpstreamHoldings;
  /** Trading day of that; empty before there is any. */
  readonly day: () => TradingDay;
  /** Who sees anything. */
  readonly isUser: (user: string) => boolean;
  readonly now: () => EpochMs;
}

/** See the file's head. What only the upstream knows, its broker's rates first of all, is not in them. */
export abstract class UpstreamBooks implements TradingBooks {
  readonly #parts: UpstreamBooksParts;

  constructor(parts: UpstreamBooksParts) {
    this.#parts = parts;
  }

  abstract confirmed(user: string): EpochMs | undefined;

  get tradingDay(): TradingDay {
    return this.#parts.day() || tradingDaySpan(CHINA_HOURS, this.#parts.now()).day;
  }

  get settlementId(): number {
    return this.#parts.holdings().account?.settlementId || 1;
  }

  orders(user: string): readonly Order[] {
    return this.#parts.isUser(user) ? this.#parts.mirror.orders(user) : [];
  }

  fills(user: string): readonly Fill[] {
    return this.#parts.isUser(user) ? this.#parts.mirror.fills(user) : [];
  }

  positions(user: string): readonly Position[] {
    return this.#own(user, this.#parts.holdings().positions);
  }

  details(user: string): readonly PositionDetail[] {
    return this.#own(user, this.#parts.holdings().details);
  }

  account(user: string): Account | undefined {
    const { account } = this.#parts.holdings();
    return this.#own(user, account === undefined ? [] : [account])[0];
  }

  parkedOrders(): readonly [] {
    return [];
  }

  parkedCancels(): readonly [] {
    return [];
  }

  maxVolume(): CtpErrorName {
    return "unsupportedFunction";
  }

  terms(): undefined {
    return undefined;
  }

  statement(): undefined {
    return undefined;
  }

  #own<T extends object>(user: string, rows: readonly T[]): readonly (T & { readonly user: string })[] {
    return this.#parts.isUser(user) ? rows.map((row) => ({ ...row, user })) : [];
  }
}
