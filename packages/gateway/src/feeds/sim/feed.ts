/**
 * The simulator: a market from nothing but a seed and a clock. Futures tick snapshots, everything else trades and books.
 * One timer drives all instruments; the same seed and the same clock readings give the same events.
 */
import { futureOf } from "@tickwire/protocol/catalog";
import {
  isOpen,
  makeIdFilter,
  nextOpen,
  sessionsOf,
  tradingDaySpan,
  type EpochMs,
  type Instrument,
  type Kline,
} from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { DaySoFar, Feed, FeedMemory, FeedSink, FeedStatus } from "../../ports/feed.ts";
import type { Tail } from "../../ports/history.ts";
import { SessionHours } from "../sessions.ts";
import { noteAnchor, type Anchor } from "./anchor.ts";
import { chooseInstruments } from "./choice.ts";
import { characterOf } from "./curve.ts";
import { Drift } from "./drift.ts";
import { FutureTicker } from "./future.ts";
import { Grid } from "./grid.ts";
import { writeSimSpec, type SimOptions } from "./options.ts";
import { makePace, type Pace } from "./pace.ts";
import { Pasts } from "./pasts.ts";
import { Quote } from "./quote.ts";
import { Random } from "./random.ts";
import { readNote, resumeFrom, writeNote } from "./resume.ts";
import { Schedule } from "./schedule.ts";
import { SecurityTicker } from "./security.ts";
import type { Ticker } from "./ticker.ts";
import { Trades } from "./trades.ts";

/** How often the timer runs. */
const TURN_MS = 20;
/** What a turn makes up for at most; what lies further back is left out. */
const MAX_ELAPSED_MS = 200;
/** Wall time and events after which a turn ends, so that a process that cannot keep up still serves its sockets. */
const TURN_BUDGET_MS = 40;
const TURN_BUDGET_EVENTS = 100_000;
/** Events between two looks at the clock. */
const CLOCK_EVERY = 256;
/** Contracts made on demand beyond the listed ones. */
const MAX_EXTRA = 2_000;
/** A closed instrument looks again after this long at the latest: simulated time may have fallen behind the clock. */
const RECHECK_MS = 30_000;
const DAY_SECONDS = 86_400;

interface Entry {
  readonly ticker: Ticker;
  readonly pace: Pace;
  /** Time on its newest event. */
  stamp: EpochMs;
}

/** Makes a simulator; see {@link SimOptions}. `start` rejects when an instrument is asked for that it cannot make. */
export function makeSimFeed(options: SimOptions, clock: Clock): Feed {
  return new SimFeed(options, clock);
}

class SimFeed implements Feed {
  readonly name: string;
  readonly timeline = "wall";
  readonly #options: SimOptions;
  readonly #clock: Clock;
  readonly #accepts: (id: string) => boolean;
  readonly #drifts = new Map<string, Drift>();
  readonly #known = new Set<string>();
  readonly #pasts: Pasts;
  /** Hours as announced: an exchange of sessions `open` never closes, and keeps its trading days. */
  readonly #hours: SessionHours;
  readonly #schedule = new Schedule<Entry>();
  #memory: FeedMemory | undefined;
  #sink: FeedSink | undefined;
  #state: FeedStatus["state"] = "idle";
  #cancel: (() => void) | undefined;
  #extra = 0;
  /** Clock at the last turn. */
  #wall = 0;
  /** Simulated milliseconds since the start, at the last turn. */
  #simulated = 0;
  #newest: EpochMs = 0;

  constructor(options: SimOptions, clock: Clock) {
    this.name = writeSimSpec(options);
    this.#options = options;
    this.#hours = new SessionHours(options.sessions);
    this.#clock = clock;
    this.#accepts = makeIdFilter(options.instruments);
    this.#pasts = new Pasts();
  }

  resume(memory: FeedMemory): void {
    this.#memory = memory;
  }

  async start(sink: FeedSink): Promise<void> {
    if (this.#state !== "idle") throw new Error(`${this.name} has been started before`);
    const instruments = chooseInstruments(this.#options, this.#clock.now());
    this.#sink = sink;
    this.#state = "running";
    this.#wall = Math.floor(this.#clock.now());
    for (const instrument of instruments) this.#admit(instrument, sink);
    this.#cancel = this.#clock.every(TURN_MS, () => this.#turn(sink));
    sink.advance(this.#wall);
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    this.#sink = undefined;
    if (this.#state === "running") this.#state = "ended";
  }

  status(): FeedStatus {
    const { rate, seed, sessions } = this.#options;
    const detail = `simulates ${this.#known.size} instruments, ${rate} ticks a second each, seed ${seed}, sessions ${sessions}`;
    return { state: this.#state, detail, time: this.#newest };
  }

  want(id: string): boolean {
    if (this.#sink === undefined) return false;
    if (this.#known.has(id)) return true;
    if (!this.#accepts(id)) return false;
    const instrument = futureOf(id, this.#clock.now());
    if (instrument === undefined) return false;
    if (this.#extra >= MAX_EXTRA) {
      this.#sink.anomaly("sim-full");
      return false;
    }
    const admitted = this.#admit(instrument, this.#sink);
    if (admitted) this.#extra++;
    return admitted;
  }

  past(id: string, period: "1m" | "1d", end: EpochMs, limit: number): readonly Kline[] {
    return this.#pasts.bars(id, period, end, limit);
  }

  /** Announces an instrument, sends its first state and schedules its ticks; false when it belongs to another feed. */
  #admit(listed: Instrument, sink: FeedSink): boolean {
    const instrument = this.#hours.apply(listed);
    const random = new Random(this.#options.seed, instrument.id);
    const ticker = this.#makeTicker(instrument, random);
    const tail = this.#memory?.tail(instrument.id);
    if (ticker === undefined || !sink.instrument(instrument)) return false;
    this.#known.add(instrument.id);
    const now = Math.max(this.#wall, Math.floor(this.#clock.now()));
    const pace = makePace(random, this.#options.rate, instrument.kind === "future");
    const entry = { ticker, pace, stamp: pace.stamp(now, now) };
    this.#begin(entry, tail, sink);
    this.#newest = Math.max(this.#newest, entry.stamp);
    this.#schedule.add(this.#simulated + now - this.#wall + pace.first(now), entry);
    return true;
  }

  /** Lets an instrument begin, or go on from what is stored of it. What its past leads to stays as it was at first. */
  #begin({ ticker, stamp }: Entry, tail: Tail | undefined, sink: FeedSink): void {
    const { instrument } = ticker;
    const { seed } = this.#options;
    const origin = tail === undefined ? undefined : readNote(tail.note);
    const resumed = tail === undefined ? undefined : resumeFrom(tail, origin, instrument, stamp);
    const { sink: noting, anchor } = noteAnchor(sink);
    ticker.begin(this.#simulated, stamp, noting, resumed);
    this.#pasts.add(instrument, origin?.anchor ?? anchor, origin?.seed ?? seed);
    if (this.#memory === undefined || origin !== undefined) return;
    const soFar = resumed === undefined ? this.#dayBefore(instrument, anchor, sink) : undefined;
    this.#memory.keepNote(instrument.id, writeNote({ seed, anchor, soFar }));
  }

  /** What was traded in the day before the anchor: a future's first snapshot tells it, of the others it is told now. */
  #dayBefore({ id, kind }: Instrument, anchor: Anchor, sink: FeedSink): DaySoFar | undefined {
    if (kind === "future") return { ...anchor, last: anchor.price };
    const soFar = this.#pasts.today(id);
    if (soFar === undefined) return undefined;
    const { time, preClose, upperLimit, lowerLimit } = anchor;
    sink.reference(id, { time, preClose, preSettlement: NaN, upperLimit, lowerLimit, soFar });
    return soFar;
  }

  #makeTicker(instrument: Instrument, random: Random): Ticker | undefined {
    const { seed, rate } = this.#options;
    const character = characterOf(instrument, seed);
    if (character === undefined) return undefined;
    const { product } = instrument;
    let drift = this.#drifts.get(product);
    if (drift === undefined) {
      const path = new Random(seed, `path ${product}`);
      this.#drifts.set(product, (drift = new Drift(path, character.profile.volatility, this.#simulated)));
    }
    const grid = new Grid(instrument);
    const quote = new Quote(instrument, character, grid, drift, random);
    const future = instrument.kind === "future";
    const trades = new Trades(character, grid, random, { rate, daySeconds: this.#daySeconds(instrument) }, !future);
    const parts = { instrument, character, grid, quote, trades, random };
    return future ? new FutureTicker(parts) : new SecurityTicker(parts);
  }

  #daySeconds({ hours }: Instrument): number {
    if (this.#options.sessions === "open") return DAY_SECONDS;
    const { day } = tradingDaySpan(hours, this.#wall);
    return sessionsOf(hours, day).reduce((sum, [start, end]) => sum + (end - start) / 1_000, 0);
  }

  /** Delivers what has come due since the last turn, within the budget; what does not fit is left out, never made up for. */
  #turn(sink: FeedSink): void {
    const now = Math.floor(this.#clock.now());
    const elapsed = Math.max(0, now - this.#wall);
    const until = this.#simulated + Math.min(elapsed, MAX_ELAPSED_MS);
    this.#wall = now;
    this.#simulated = this.#run(until, now, sink);
    if (elapsed > MAX_ELAPSED_MS || this.#simulated < until) sink.anomaly("sim-late");
    sink.advance(now);
  }

  /** Returns the simulated time that was reached: `until`, or that of the first tick that was too much. */
  #run(until: number, now: EpochMs, sink: FeedSink): number {
    const schedule = this.#schedule;
    const real = this.#options.sessions === "real";
    for (let count = 1; schedule.due <= until; count++) {
      if (count > TURN_BUDGET_EVENTS || this.#isLate(count, now))
        return Math.max(this.#simulated, Math.floor(schedule.due));
      const entry = schedule.next;
      const { due } = schedule;
      const time = Math.max(entry.stamp, entry.pace.stamp(due + now - until, now));
      const { hours } = entry.ticker.instrument;
      if (real && !isOpen(hours, time)) {
        schedule.postpone(due + entry.pace.pause(Math.min(nextOpen(hours, time) - time, RECHECK_MS)));
        continue;
      }
      entry.stamp = time;
      if (time > this.#newest) this.#newest = time;
      // Before the tick goes out: whoever hears of it may want another contract, which changes the schedule.
      schedule.postpone(due + entry.pace.gap());
      entry.ticker.tick(due, time, sink);
    }
    return until;
  }

  #isLate(count: number, now: EpochMs): boolean {
    return count % CLOCK_EVERY === 0 && this.#clock.now() - now > TURN_BUDGET_MS;
  }
}
