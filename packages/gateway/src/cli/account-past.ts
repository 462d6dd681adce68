/** The state of the exchange as its journal has it, for commands. */
import { ZERO_RATE } from "@tickwire/protocol/model";
import { Accounts } from "../exchange/accounts.ts";
import { Exchange } from "../exchange/engine.ts";
import type { ExchangeSink, ExchangeWorld } from "../ports/exchange.ts";
import type { JournalPast } from "../ports/journal.ts";
import type { TradingBooks } from "../ports/trading.ts";

/** Nothing is decided here, so nothing is asked and nothing is told. */
const SILENCE: ExchangeSink = { op: () => {}, report: () => {}, statement: () => {} };
const NOWHERE: ExchangeWorld = {
  instrument: () => undefined,
  view: () => undefined,
  confirms: false,
  rates: () => ({
    longMargin: ZERO_RATE,
    shortMargin: ZERO_RATE,
    openFee: ZERO_RATE,
    closeFee: ZERO_RATE,
    closeTodayFee: ZERO_RATE,
  }),
};

/**
 * Plays the journal. Positions are valued at the newest price that it knows, that of a fill or a settlement: what the market does
 * is not in it.
 */
export function readExchange(past: JournalPast): {
  readonly users: readonly string[];
  readonly books: TradingBooks;
} {
  const exchange = new Exchange(SILENCE, NOWHERE, new Accounts());
  exchange.replay(past);
  return { users: exchange.users(), books: exchange };
}
