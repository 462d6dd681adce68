/** Carries operations out and tells what came of them. */
import type { Op, ExchangeSink } from "../ports/exchange.ts";
import type { TradeReport } from "../ports/trading.ts";
import type { Entry } from "./orders.ts";
import type { ExchangeState } from "./state.ts";
import { fillOf, type Trade } from "./trades.ts";

/** The only way by which the engine changes the state. */
export class Teller {
  readonly #state: ExchangeState;
  readonly #sink: ExchangeSink;

  constructor(state: ExchangeState, sink: ExchangeSink) {
    this.#state = state;
    this.#sink = sink;
  }

  /** Applies an operation and hands it to the journal. */
  commit(op: Op): void {
    this.#state.apply(op);
    this.#sink.op(op);
  }

  report(report: TradeReport): void {
    this.#sink.report(report);
  }

  /** Tells an order as it is now. */
  order({ order }: Entry): void {
    this.#sink.report({ kind: "order", user: order.user, order });
  }

  /** Tells both sides of a trade: each side's order, then its fill. */
  trade(trade: Trade): void {
    const { buy, sell } = trade;
    if (buy !== undefined) this.#side(trade, buy, trade.buyFee);
    if (sell !== undefined) this.#side(trade, sell, trade.sellFee);
  }

  /** Hands out the statements of the day that was just settled. */
  statements(): void {
    const { statements } = this.#state;
    this.#state.statements = [];
    for (const statement of statements) this.#sink.statement(statement);
  }

  #side(trade: Trade, entry: Entry, fee: number): void {
    this.order(entry);
    const { order } = entry;
    this.#sink.report({ kind: "fill", user: order.user, fill: fillOf(trade, order, fee) });
  }
}
