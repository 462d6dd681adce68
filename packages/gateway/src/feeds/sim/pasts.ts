/** The pasts of a simulation's instruments. */
import type { EpochMs, Instrument, Kline } from "@tickwire/protocol/model";
import type { Anchor } from "./anchor.ts";
import { characterOf } from "./curve.ts";
import { Grid } from "./grid.ts";
import { DayMinutes } from "./past-day.ts";
import { Past } from "./past.ts";

/** Pasts whose days are remembered; another one makes its days again when it is asked again. */
const REMEMBERED = 64;

/** Makes the past of an instrument when it is first asked for. */
export class Pasts {
  readonly #seed: number;
  readonly #scratch = new DayMinutes();
  readonly #anchors = new Map<string, { readonly instrument: Instrument; readonly anchor: Anchor }>();
  /** Those asked last, last. */
  readonly #pasts = new Map<string, Past>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Takes an instrument with the state that its past leads to. */
  add(instrument: Instrument, anchor: Anchor): void {
    this.#anchors.set(instrument.id, { instrument, anchor });
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
    const character = known === undefined ? undefined : characterOf(known.instrument, this.#seed);
    if (known === undefined || character === undefined) return undefined;
    const grid = new Grid(known.instrument);
    return new Past({ ...known, character, grid, seed: this.#seed, scratch: this.#scratch });
  }
}
