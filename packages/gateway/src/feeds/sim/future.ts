/** A simulated futures contract: it ticks snapshots as CTP does (ctp.md d.10). */
import {
  localDate,
  tradingDaySpan,
  type EpochMs,
  type Instrument,
  type TradingDaySpan,
} from "@tickwire/protocol/model";
import type { FeedSink } from "../../ports/feed.ts";
import type { Character } from "./curve.ts";
import type { Grid } from "./grid.ts";
import type { Quote } from "./quote.ts";
import type { Random } from "./random.ts";
import type { Resumed } from "./resume.ts";
import type { Ticker } from "./ticker.ts";
import type { Trades } from "./trades.ts";

/** Open interest at the start in days' volumes, and how far it may drift from there. */
const OPEN_INTEREST_DAYS = 1.5;
const MIN_OPEN_INTEREST = 10;
const OPEN_INTEREST_DRIFT = 0.5;
/** The day that is under way at the start has gone this far beyond its open and last price, as a part of the limit. */
const EARLIER_RANGE = 0.05;

/** What a contract is made from. */
export interface FutureParts {
  readonly instrument: Instrument;
  readonly character: Character;
  readonly grid: Grid;
  readonly quote: Quote;
  readonly trades: Trades;
  readonly random: Random;
}

/** Prices are steps of the grid; a day always has a first trade, so open, high, low and last are never missing. */
export class FutureTicker implements Ticker {
  readonly instrument: Instrument;
  readonly #grid: Grid;
  readonly #quote: Quote;
  readonly #trades: Trades;
  readonly #random: Random;
  readonly #limitRate: number;
  readonly #usualOpenInterest: number;
  readonly #dailyVolume: number;
  #span: TradingDaySpan = { day: "", start: 0, end: -Infinity };
  #preSettlement = 0;
  #preClose = 0;
  #preOpenInterest = 0;
  #openInterest = 0;
  #low = 0;
  #high = 0;
  #lowerLimit = 0;
  #upperLimit = 0;
  #open = 0;
  #last = 0;
  #volume = 0;
  /** Sum of steps × lots: turnover without the noise of adding doubles. */
  #stepLots = 0;

  constructor({ instrument, character, grid, quote, trades, random }: FutureParts) {
    this.instrument = instrument;
    this.#grid = grid;
    this.#quote = quote;
    this.#trades = trades;
    this.#random = random;
    this.#limitRate = character.profile.limitRate;
    this.#dailyVolume = character.dailyVolume;
    this.#usualOpenInterest = Math.max(MIN_OPEN_INTEREST, Math.round(character.dailyVolume * OPEN_INTEREST_DAYS));
    this.#preSettlement = this.#preClose = grid.steps(character.level);
  }

  /** Begins in the middle of a trading day, as if it had traded since the day began. */
  begin(simulated: number, time: EpochMs, sink: FeedSink, resumed: Resumed | undefined): void {
    if (resumed !== undefined) return this.#goOn(simulated, time, sink, resumed);
    this.#openInterest = this.#usualOpenInterest;
    this.#startDay(time);
    this.#quote.move(simulated);
    const { start, end } = this.#span;
    this.#last = this.#trades.steps(this.#quote);
    this.#open = this.#between(this.#preSettlement, this.#last);
    this.#low = this.#between(Math.min(this.#open, this.#last), this.#lowerLimit);
    this.#high = this.#between(Math.max(this.#open, this.#last), this.#upperLimit);
    this.#volume = Math.max(1, Math.floor((this.#dailyVolume * (time - start)) / (end - start)));
    this.#stepLots = this.#volume * Math.round((this.#open + this.#last) / 2);
    this.#send(time, sink);
  }

  /** Goes on where it was; of a trading day that it has not seen yet first the empty state is sent, then the first trade. */
  #goOn(simulated: number, time: EpochMs, sink: FeedSink, resumed: Resumed): void {
    const { last, today, openInterest, preOpenInterest } = resumed;
    const stepsOf = (price: number, other: number): number => (price > 0 ? this.#grid.steps(price) : other);
    const steps = stepsOf(last, this.#preClose);
    this.#openInterest = openInterest >= 0 ? openInterest : this.#usualOpenInterest;
    this.#preClose = stepsOf(resumed.preClose, steps);
    this.#preSettlement = stepsOf(resumed.preSettlement, this.#preClose);
    this.#startDay(time);
    if (preOpenInterest >= 0) this.#preOpenInterest = preOpenInterest;
    this.#quote.goOn(steps, simulated);
    this.#quote.move(simulated);
    if (today !== undefined && today.volume > 0) {
      this.#last = steps;
      this.#open = this.#grid.steps(today.open);
      this.#high = this.#grid.steps(today.high);
      this.#low = this.#grid.steps(today.low);
      this.#volume = today.volume;
      this.#stepLots = Math.round(today.turnover / this.#grid.money(1));
    } else {
      this.#volume = this.#stepLots = 0;
      this.#open = this.#high = this.#low = this.#last = NaN;
      this.#send(time, sink);
      this.#open = this.#high = this.#low = this.#trades.steps(this.#quote);
      this.#trade();
    }
    this.#send(time, sink);
  }

  tick(simulated: number, time: EpochMs, sink: FeedSink): void {
    if (time >= this.#span.end) this.#roll(simulated, time);
    else if (this.#trades.happens()) this.#trade();
    this.#quote.move(simulated);
    this.#send(time, sink);
  }

  /** Ends the day: its average is the settlement, from which the next day's limits come; then the next day's first trade. */
  #roll(simulated: number, time: EpochMs): void {
    this.#preSettlement = Math.round(this.#stepLots / this.#volume);
    this.#preClose = this.#last;
    this.#startDay(time);
    this.#quote.move(simulated);
    this.#volume = this.#stepLots = 0;
    this.#open = this.#high = this.#low = this.#trades.steps(this.#quote);
    this.#trade();
  }

  #startDay(time: EpochMs): void {
    this.#span = tradingDaySpan(this.instrument.hours, time);
    this.#preOpenInterest = this.#openInterest;
    // "cut to the tick" (ctp.md d.10); the small part keeps an exact limit from being cut by binary noise.
    this.#lowerLimit = Math.max(1, Math.floor(this.#preSettlement * (1 - this.#limitRate) + 1e-6));
    this.#upperLimit = Math.floor(this.#preSettlement * (1 + this.#limitRate) + 1e-6);
    this.#quote.setLimits(this.#lowerLimit, this.#upperLimit);
  }

  #trade(): void {
    const steps = this.#trades.steps(this.#quote);
    const lots = this.#trades.units();
    this.#last = steps;
    if (steps > this.#high) this.#high = steps;
    if (steps < this.#low) this.#low = steps;
    this.#volume += lots;
    this.#stepLots += steps * lots;
    // Of the lots traded between nobody and all open or close a position on both sides.
    const change = Math.round((this.#random.uniform() * 2 - 1) * lots);
    const usual = this.#usualOpenInterest;
    const next = this.#openInterest + change;
    if (Math.abs(next - usual) <= usual * OPEN_INTEREST_DRIFT) this.#openInterest = next;
  }

  /** A price between two, near the first. */
  #between(from: number, to: number): number {
    return from + Math.round((to - from) * this.#random.uniform() * EARLIER_RANGE);
  }

  #send(time: EpochMs, sink: FeedSink): void {
    const grid = this.#grid;
    const turnover = grid.money(this.#stepLots);
    sink.snapshot({
      id: this.instrument.id,
      time,
      tradingDay: this.#span.day,
      actionDay: localDate(this.instrument.hours.zone, time),
      last: grid.price(this.#last),
      preSettlement: grid.price(this.#preSettlement),
      preClose: grid.price(this.#preClose),
      preOpenInterest: this.#preOpenInterest,
      open: grid.price(this.#open),
      high: grid.price(this.#high),
      low: grid.price(this.#low),
      volume: this.#volume,
      turnover,
      openInterest: this.#openInterest,
      close: NaN,
      settlement: NaN,
      upperLimit: grid.price(this.#upperLimit),
      lowerLimit: grid.price(this.#lowerLimit),
      preDelta: NaN,
      currDelta: NaN,
      average: turnover / this.#volume / this.instrument.multiplier,
      bids: this.#quote.bids(),
      asks: this.#quote.asks(),
    });
  }
}
