/** What the kline engine is told. */
import type { EpochMs, Instrument, Kline, Period, Trade } from "@tickwire/protocol/model";
import type { EventOf, TickKind } from "../ports/market.ts";

/** Why a tick is in no bar: outside its sessions, later than the window, or without a price. */
export type QuarantineCause = "outside-session" | "late" | "no-price";

/** What an engine is told; every part may be left out. */
export interface KlineOptions {
  /** How long after its end a bar takes ticks that belong to it, in milliseconds, 0 to 30,000; 5,000 when left out. */
  readonly latenessMs?: number;
  /** Finished 1m bars kept in memory per instrument; 1,500 when left out. */
  readonly keep?: number;
  /** Gets every `1m` and `1d` bar that closes, and again when it is revised: `History.appendBar`. */
  keepBar?(bar: Kline): void;
  /** Gets every tick of a feed that is in no bar. */
  quarantine?<K extends TickKind>(cause: QuarantineCause, kind: K, event: EventOf[K]): void;
  /** Whether data of a bar is known to be missing (see `GapBook.covers`): the bar says so. */
  covers?(instrument: Instrument, period: Period, time: EpochMs): boolean;
  /** Bars from before the feed began (see `Feed.past`): the first bars of the longer periods begin with them. */
  past?(id: string, period: "1m" | "1d", end: EpochMs, limit: number): readonly Kline[];
}

/** What a store has of an instrument; see `KlineEngine.restore`. */
export interface Restored {
  readonly minutes: readonly Kline[];
  readonly days: readonly Kline[];
  readonly trades: readonly Trade[];
}
