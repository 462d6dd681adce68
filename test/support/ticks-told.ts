/** A market whose every tick the test knows: what was told, when, and in which order. */
import type { Book, Instrument, Snapshot, Trade } from "@tickwire/protocol/model";
import { Random } from "../../packages/gateway/src/feeds/sim/random.ts";
import type { Clock } from "../../packages/gateway/src/ports/clock.ts";
import type { Feed, FeedSink } from "../../packages/gateway/src/ports/feed.ts";
import { BLANK } from "./samples.ts";

/** One tick. `n` counts those of its instrument from 1: whoever gets it can tell it by its volume. */
export interface Tick {
  readonly id: string;
  readonly n: number;
  readonly time: number;
}

/** Mean gap between two ticks of an instrument. */
const MEAN_GAP_MS = 250;
const MIN_GAP_MS = 5;
/** Far above every tick size, far below every limit. */
const BASE_PRICE = 5_000;
/** Prices go up and down so many ticks. */
const SWING = 20;

/** Ticks at random moments, the same ones for the same seed. */
export class TickSource {
  /** Everything told, by instrument, ascending. */
  readonly told: ReadonlyMap<string, Tick[]>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #hear: (tick: Tick) => void;
  #stop: () => void = () => undefined;

  constructor(ids: readonly string[], clock: Clock, seed: number, hear: (tick: Tick) => void) {
    this.told = new Map(ids.map((id) => [id, []]));
    this.#clock = clock;
    this.#random = new Random(seed, "ticks");
    this.#hear = hear;
  }

  start(): void {
    const ids = [...this.told.keys()];
    const next = (): void => {
      const gap = MIN_GAP_MS + (this.#random.exponential() * MEAN_GAP_MS) / ids.length;
      this.#stop = this.#clock.after(Math.ceil(gap), () => {
        next();
        this.tell(ids[Math.floor(this.#random.uniform() * ids.length)]!);
      });
    };
    next();
  }

  stop(): void {
    this.#stop();
  }

  /** Tells one tick now. */
  tell(id: string): Tick {
    const list = this.told.get(id)!;
    const tick = { id, n: list.length + 1, time: this.#clock.now() };
    list.push(tick);
    this.#hear(tick);
    return tick;
  }
}

/** A feed that tells trades and books, as an AllTick service has them; or snapshots, as a CTP front has them. */
export class ToldFeed implements Feed {
  readonly name = "told";
  readonly timeline = "wall";
  readonly source: TickSource;
  readonly #instruments: ReadonlyMap<string, Instrument>;
  #sink: FeedSink | undefined;

  constructor(as: "trades" | "snapshots", instruments: readonly Instrument[], clock: Clock, seed: number) {
    this.#instruments = new Map(instruments.map((instrument) => [instrument.id, instrument]));
    const ids = [...this.#instruments.keys()];
    this.source = new TickSource(
      ids,
      clock,
      seed,
      as === "trades" ? (tick) => this.#trade(tick) : (tick) => this.#snap(tick),
    );
  }

  async start(sink: FeedSink): Promise<void> {
    for (const instrument of this.#instruments.values()) sink.instrument(instrument);
    this.#sink = sink;
    this.source.start();
  }

  async stop(): Promise<void> {
    this.source.stop();
    this.#sink = undefined;
  }

  status(): { state: "running"; detail: string; time: number } {
    return { state: "running", detail: "driven by the test", time: 0 };
  }

  want(): boolean {
    return false;
  }

  #trade(tick: Tick): void {
    const instrument = this.#instruments.get(tick.id)!;
    this.#sink?.trade(toTrade(tick, instrument));
    this.#sink?.book(toBook(tick, instrument));
    this.#sink?.advance(tick.time);
  }

  #snap(tick: Tick): void {
    this.#sink?.snapshot(toSnapshotOf(tick, this.#instruments.get(tick.id)!));
    this.#sink?.advance(tick.time);
  }
}

/** Its volume is the tick's number. */
export function toTrade({ id, n, time }: Tick, instrument: Instrument): Trade {
  const price = priceOf(n, instrument);
  return {
    id,
    seq: 0,
    time,
    price,
    volume: n,
    turnover: price * n * instrument.multiplier,
    direction: n % 2 === 0 ? 1 : 2,
  };
}

/** The volumes of its best levels are the tick's number. */
export function toBook({ id, n, time }: Tick, instrument: Instrument): Book {
  const price = priceOf(n, instrument);
  const bid = Number((price - instrument.priceTick).toFixed(instrument.priceDecimals));
  const bids = { prices: [bid], volumes: [n] };
  return { id, seq: 0, time, bids, asks: { prices: [price], volumes: [n] } };
}

/** The volume of the day is the tick's number, and so are those of its best levels. */
export function toSnapshotOf(tick: Tick, instrument: Instrument): Snapshot {
  const { id, n, time } = tick;
  const price = priceOf(n, instrument);
  const { bids, asks } = toBook(tick, instrument);
  const day = dayOf(time);
  return {
    ...BLANK,
    id,
    time,
    tradingDay: day,
    actionDay: day,
    last: price,
    preSettlement: BASE_PRICE,
    preClose: BASE_PRICE,
    open: BASE_PRICE,
    high: BASE_PRICE * 2,
    low: BASE_PRICE / 2,
    upperLimit: BASE_PRICE * 2,
    lowerLimit: BASE_PRICE / 2,
    openInterest: 1_000,
    volume: n,
    turnover: turnoverOf(n, instrument),
    bids,
    asks,
  };
}

/** Up and down again, so that no two ticks after each other have the same price. */
function priceOf(n: number, { priceTick, priceDecimals }: Instrument): number {
  const step = n % (2 * SWING);
  const ticks = step < SWING ? step : 2 * SWING - step;
  return Number((BASE_PRICE + ticks * priceTick).toFixed(priceDecimals));
}

/** Of the first `n` ticks, one lot each. */
function turnoverOf(n: number, instrument: Instrument): number {
  let sum = 0;
  for (let each = 1; each <= n; each++) sum += priceOf(each, instrument);
  return sum * instrument.multiplier;
}

/** `YYYYMMDD` in China; ticks of the tests come by day, when it is the trading day, too. */
function dayOf(time: number): string {
  return new Date(time + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll("-", "");
}
