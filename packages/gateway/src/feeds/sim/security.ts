/** A simulated stock, index, currency, commodity or coin: it ticks trades and books. */
import { EMPTY_SIDE, tradingDaySpan, type Aggressor, type EpochMs, type Instrument } from "@tickwire/protocol/model";
import type { FeedSink } from "../../ports/feed.ts";
import type { Character } from "./curve.ts";
import type { Grid } from "./grid.ts";
import type { Quote } from "./quote.ts";
import type { Resumed } from "./resume.ts";
import type { Ticker } from "./ticker.ts";
import type { Trades } from "./trades.ts";

/** What a security is made from. */
export interface SecurityParts {
  readonly instrument: Instrument;
  readonly character: Character;
  readonly grid: Grid;
  readonly quote: Quote;
  readonly trades: Trades;
}

/** Each tick is a trade against the book that stands, then the book as it is after it. An index has neither volume nor book. */
export class SecurityTicker implements Ticker {
  readonly instrument: Instrument;
  readonly #grid: Grid;
  readonly #quote: Quote;
  readonly #trades: Trades;
  readonly #limitRate: number;
  readonly #isFigure: boolean;
  readonly #oneWay: boolean;
  #dayEnd: EpochMs = -Infinity;
  #last: number;

  constructor({ instrument, character, grid, quote, trades }: SecurityParts) {
    this.instrument = instrument;
    this.#grid = grid;
    this.#quote = quote;
    this.#trades = trades;
    this.#limitRate = character.profile.limitRate;
    this.#isFigure = instrument.levels === 0;
    // Over the counter every trade is the dealer's and reported as bought (alltick.md 3.3).
    this.#oneWay = instrument.market === "GLOBAL" && instrument.kind !== "crypto";
    this.#last = grid.steps(character.level);
  }

  begin(simulated: number, time: EpochMs, sink: FeedSink, resumed: Resumed | undefined): void {
    if (resumed !== undefined) {
      this.#last = this.#grid.steps(resumed.last);
      this.#quote.goOn(this.#last, simulated);
    }
    this.#startDay(simulated, time, sink, resumed);
    if (this.#isFigure) sink.book({ id: this.instrument.id, seq: 0, time, bids: EMPTY_SIDE, asks: EMPTY_SIDE });
    else this.#book(time, sink);
    this.#trade(time, sink);
  }

  tick(simulated: number, time: EpochMs, sink: FeedSink): void {
    if (time >= this.#dayEnd) this.#startDay(simulated, time, sink);
    this.#trade(time, sink);
    this.#quote.move(simulated);
    if (!this.#isFigure) this.#book(time, sink);
  }

  /** The last price becomes the previous close where no other is known, the limits of the day come from it, and the book obeys them. */
  #startDay(simulated: number, time: EpochMs, sink: FeedSink, resumed?: Resumed): void {
    this.#dayEnd = tradingDaySpan(this.instrument.hours, time).end;
    const { preClose = NaN, today } = resumed ?? {};
    const base = preClose > 0 ? this.#grid.steps(preClose) : this.#last;
    const low = Math.round(base * (1 - this.#limitRate));
    const high = Math.round(base * (1 + this.#limitRate));
    const limited = this.#limitRate > 0;
    if (limited) this.#quote.setLimits(Math.max(1, low), high);
    sink.reference(this.instrument.id, {
      time,
      preClose: this.#grid.price(base),
      preSettlement: NaN,
      upperLimit: limited ? this.#grid.price(high) : NaN,
      lowerLimit: limited ? this.#grid.price(low) : NaN,
      ...(today === undefined ? {} : { soFar: today }),
    });
    this.#quote.move(simulated);
  }

  #trade(time: EpochMs, sink: FeedSink): void {
    const quote = this.#quote;
    const steps = this.#trades.steps(quote);
    const units = this.#isFigure ? 0 : this.#trades.units();
    this.#last = steps;
    sink.trade({
      id: this.instrument.id,
      seq: 0,
      time,
      price: this.#grid.price(steps),
      volume: this.#grid.volume(units),
      turnover: this.#grid.money(steps * units),
      direction: this.#direction(steps),
    });
  }

  #direction(steps: number): Aggressor {
    if (this.#isFigure) return 0;
    if (this.#oneWay) return 1;
    return steps === this.#quote.ask ? 1 : 2;
  }

  #book(time: EpochMs, sink: FeedSink): void {
    sink.book({ id: this.instrument.id, seq: 0, time, bids: this.#quote.bids(), asks: this.#quote.asks() });
  }
}
