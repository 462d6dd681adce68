/** One series of bars, from the past into the present: pushed where the service pushes, else asked for. */
import type { EpochMs, Kline } from "@tickwire/protocol/model";
import { ClientError, type Timers } from "./connection.ts";
import { isNewBar, readKlines, type AskKlines } from "./kline-history.ts";
import type { EventQueue } from "./queue.ts";
import type { Hole } from "./status.ts";

/** What a series needs of its client. */
export interface KlineSource {
  readonly ask: AskKlines;
  readonly timers: Timers;
  readonly now: () => number;
  /** Hears of stretches in which bars were not heard of, once they were asked for. */
  readonly onHole: (hole: Pick<Hole, "from" | "to" | "cause">) => void;
}

/** What pushes or polls tell meanwhile is kept for as long as the past is asked for, but not for ever. */
const MAX_EARLY = 10_000;
/** Between two questions for the past, where the first was not answered. */
const RETRY_MS = 3_000;

/**
 * Joins the past with what comes. Bars are passed on in order: first the past, then whatever is newer. After a break, `refill` asks for
 * the past from the newest bar on, so that there is no hole.
 */
export class KlineStream {
  readonly #source: KlineSource;
  readonly #queue: EventQueue<Kline>;
  #newest: Kline | undefined;
  #from: EpochMs | undefined;
  readonly #count: number | undefined;
  #early: Kline[] = [];
  #filling = true;
  #round = 0;
  #cancelRetry: () => void = () => undefined;

  /** It begins with the bars from `from` on, else with the newest `count`; nothing is passed on before the first `refill`. */
  constructor(source: KlineSource, queue: EventQueue<Kline>, from: EpochMs | undefined, count: number | undefined) {
    this.#count = count;
    this.#source = source;
    this.#queue = queue;
    this.#from = from;
  }

  /** When the newest bar begins that was passed on; undefined: none was. */
  get newest(): EpochMs | undefined {
    return this.#newest?.time;
  }

  /** Whether the past is still asked for: bars that come meanwhile wait for it. */
  get isFilling(): boolean {
    return this.#filling;
  }

  /** A bar came. */
  take(bar: Kline): void {
    if (!this.#filling) return this.#pass(bar);
    if (this.#early.length < MAX_EARLY) this.#early.push(bar);
  }

  /** Asks for what came since the newest bar, and passes it on. `cause`: why there is a hole; empty: there is none. */
  async refill(cause = ""): Promise<void> {
    this.#cancelRetry();
    const round = ++this.#round;
    this.#filling = true;
    const from = this.#newest?.time ?? this.#from;
    try {
      const bars = await readKlines(this.#source.ask, from, Infinity, this.#count);
      if (round === this.#round && !this.#queue.ended) this.#fill(bars, from, cause);
    } catch (error) {
      if (round === this.#round && !this.#queue.ended) this.#retry(error, cause);
    }
  }

  /** What comes from here on waits for the next `refill`: something may be missing before it. */
  pause(): void {
    this.stop();
    this.#filling = true;
  }

  /** Nothing more is asked for. */
  stop(): void {
    this.#round++;
    this.#cancelRetry();
  }

  #fill(bars: readonly Kline[], from: EpochMs | undefined, cause: string): void {
    for (const bar of bars) this.#pass(bar);
    this.#filling = false;
    for (const bar of this.#early.splice(0)) this.#pass(bar);
    if (cause !== "" && from !== undefined) this.#source.onHole({ from, to: this.#source.now(), cause });
  }

  #retry(error: unknown, cause: string): void {
    if (!(error instanceof ClientError) || !error.temporary) {
      return this.#queue.end(error instanceof Error ? error : new Error(String(error)));
    }
    this.#cancelRetry = this.#source.timers.after(RETRY_MS, () => void this.refill(cause));
  }

  #pass(bar: Kline): void {
    if (!isNewBar(bar, this.#newest)) return;
    if (this.#newest === undefined || bar.time >= this.#newest.time) this.#newest = bar;
    this.#queue.push(bar);
  }
}
