/** What the gateway's thread and the database's thread tell each other. */
import type { EpochMs, Instrument, Kline, Period } from "@tickwire/protocol/model";
import type { Gap } from "../ports/feed.ts";
import type { GapQuery, TradeMark, TradePage } from "../ports/history.ts";
import type { Batch } from "./batch.ts";
import type { DatabaseOptions } from "./database.ts";
import type { StoreError } from "./errors.ts";
import type { Retention } from "./retention.ts";
import type { StoredTails } from "./tail.ts";

/** What the database's thread is started with. */
export interface StoreSettings {
  readonly database: DatabaseOptions;
  readonly retention: Retention;
}

/** Questions to the store, by method: parameters and answer. */
export interface Questions {
  readBars(id: string, period: "1m" | "1d", from: EpochMs, to: EpochMs, limit: number): Promise<Kline[]>;
  readMerged(instrument: Instrument, period: Period, end: EpochMs, limit: number): Promise<Kline[]>;
  readTrades(id: string, from: EpochMs, to: EpochMs, after: TradeMark | undefined, limit: number): Promise<TradePage>;
  readGaps(query: GapQuery): Promise<Gap[]>;
  readTails(): Promise<StoredTails>;
}

/** A question as it travels. */
export type Call = {
  readonly [M in keyof Questions]: {
    readonly kind: "call";
    readonly number: number;
    readonly method: M;
    readonly parameters: Parameters<Questions[M]>;
  };
}[keyof Questions];

/** To the database's thread. One batch is under way at a time. */
export type Order = { readonly kind: "write"; readonly batch: Batch } | Call | { readonly kind: "close" };

/** From the database's thread. */
export type News =
  | { readonly kind: "opened"; readonly codes: readonly (readonly [number, string])[]; readonly bytes: number }
  | { readonly kind: "unopened"; readonly reason: StoreError["reason"]; readonly message: string }
  /** The batch is committed. */
  | { readonly kind: "written"; readonly bytes: number }
  /** A write has failed and is tried again; without `failure`: it works again. */
  | { readonly kind: "state"; readonly failure: string }
  | { readonly kind: "answer"; readonly number: number; readonly value: unknown }
  | { readonly kind: "refusal"; readonly number: number; readonly message: string }
  | { readonly kind: "closed" };
