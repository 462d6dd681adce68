/** What the market publishes, and who sees it first. */
import type { Book, EpochMs, Instrument, Kline, Period, Snapshot, Trade } from "@tickwire/protocol/model";
import type { FeedSink, Gap } from "./feed.ts";

/** The events an instrument has, by kind. Bars are a kind for each period. */
export type EventOf = { readonly trade: Trade; readonly book: Book; readonly snapshot: Snapshot } & {
  readonly [K in `kline:${Period}`]: Kline;
};

/** A kind of event. */
export type Kind = keyof EventOf;

/** The kinds that come from feeds, or stand for what they would have sent. */
export type TickKind = "trade" | "book" | "snapshot";

/**
 * Sees everything that the market publishes, before any client does: bars and the recorder are made of it. Called on the
 * tick path: it returns at once, does not throw and does not call back.
 */
export interface MarketTap {
  /** An instrument was announced, or announced again; `owner` stands for the feed that did. */
  instrument(instrument: Instrument, owner: FeedSink): void;
  /** An event. `derived`: made by the market from what the feed sent, not sent itself. */
  tick<K extends TickKind>(kind: K, event: EventOf[K], instrument: Instrument, derived: boolean): void;
  /** The time of a feed has come to `now`. */
  advance(now: EpochMs, owner: FeedSink): void;
  /** A feed tells of a hole in its data. */
  gap?(gap: Gap, owner: FeedSink): void;
}
