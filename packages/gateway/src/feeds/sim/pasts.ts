/** The pasts of a simulation's instruments. */
import { tradingDaySpan, type EpochMs, type Instrument, type Kline } from "@tickwire/protocol/model";
import type { DaySoFar } from "../../ports/feed.ts";
import type { Anchor } from "./anchor.ts";
import { characterOf } from "./curve.ts";
import { Grid } from "./grid.ts";
import { DayMinutes } from "./past-day.ts";
import { Past } from "./past.ts";
import { foldDay, ofBar } from "./resume.ts";

const MINUTES_A_DAY = 1_440;
/** Pasts whose days are remembered; another one makes its days again when it is asked again. */
const REMEMBERED = 64;

interface Known {
  readonly instrument: Instrument;
  readonly anchor: Anchor;
  readonly seed: number;
}

/** Makes the past of an instrument when it is first asked for. */
export class Pasts {
  readonly #scratch = new DayMinutes();
  readonly #anchors = new Map<string, Known>();
  /** Those asked last, last. */
  readonly #pasts = new Map<string, Past>();

  /** Takes an instrument with the state that its past leads to, and the seed of it. */
  add(instrument: Instrument, anchor: Anchor, seed: number): void {
    this.#anchors.set(instrument.id, { instrument, anchor, seed });
  }

  /** What the past says of the anchor's trading day; undefined where that has no minutes before the anchor's. */
  today(id: string): DaySoFar | undefined {
    const known = this.#anchors.get(id);
    if (known === undefined) return undefined;
    const { start } = tradingDaySpan(known.instrument.hours, known.anchor.time);
    const minutes = this.bars(id, "1m", Infinity, MINUTES_A_DAY);
    return foldDay(minutes.filter(({ time }) => time >= start).map(ofBar));
  }

  /** See `Feed.past`; none for an instrument that was not added. */
  bars(id: string, period: "1m" | "1d", end: EpochMs, limit: number): Kline[] {
    const past = this.#pasts.get(id) ?? this.#make(id);
    if (past === undefined) return [];
    this.#pasts.delete(id);
    this.#pasts.set(id, past);
    if (this.#pasts.size > REMEMBERED) this.#pasts.delete(this.#pasts.keys().next().value!);
    return past.bars(period, end, limit);
  }

  #make(id: string): Past | undefined {
    const known = this.#anchors.get(id);
    const character = known === undefined ? undefined : characterOf(known.instrument, known.seed);
    if (known === undefined || character === undefined) return undefined;
    const grid = new Grid(known.instrument);
    return new Past({ ...known, character, grid, scratch: this.#scratch });
  }
}
