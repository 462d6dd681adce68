/** What one user has in one instrument. */
import type { Fen, Hedge, PositionSide } from "@tickwire/protocol/model";
import type { Contract } from "./contract.ts";
import type { ProductMargin } from "./margin.ts";
import { Holding } from "./positions.ts";

/** A user's positions in one instrument, and what they come to together. */
export class Stake {
  readonly user: string;
  readonly contract: Contract;
  holdings: Holding[] = [];
  /** The margin sums that it is part of, and whether there only the larger side counts. */
  product: ProductMargin;
  larger: boolean;
  /** Long minus short: lots, and the worth that profit is measured from. */
  net = 0;
  cost: Fen = 0;

  constructor(user: string, contract: Contract, product: ProductMargin) {
    this.user = user;
    this.contract = contract;
    this.product = product;
    this.larger = contract.terms.largerSide;
  }

  /** Profit of what is held, at what the instrument is worth now. */
  get positionProfit(): Fen {
    return this.contract.value * this.net - this.cost;
  }

  /** The position of this side and hedge flag; undefined where there is none. */
  find(side: PositionSide, hedge: Hedge): Holding | undefined {
    for (const holding of this.holdings) if (holding.side === side && holding.hedge === hedge) return holding;
    return undefined;
  }

  /** As {@link find}; makes it where there is none. */
  get(side: PositionSide, hedge: Hedge): Holding {
    const found = this.find(side, hedge);
    if (found !== undefined) return found;
    const holding = new Holding(side, hedge);
    this.holdings.push(holding);
    return holding;
  }

  /** Follows a change of lots and cost on a side. */
  follow(side: PositionSide, lots: number, cost: Fen): void {
    const sign = side === "long" ? 1 : -1;
    this.net += sign * lots;
    this.cost += sign * cost;
    this.contract.net += sign * lots;
    this.contract.lots += lots;
  }
}
