/** Where an instrument stands when the simulation meets it: what its past has to lead to. */
import type { EpochMs } from "@tickwire/protocol/model";
import type { FeedSink } from "../../ports/feed.ts";

/** The first state that a ticker sends; `NaN` where it does not tell. */
export interface Anchor {
  time: EpochMs;
  /** First live price. */
  price: number;
  preClose: number;
  upperLimit: number;
  lowerLimit: number;
  /** The day so far, as a first snapshot tells it. */
  open: number;
  high: number;
  low: number;
  volume: number;
  turnover: number;
  openInterest: number;
}

/** A sink that hands everything on to `sink` and notes the first state in the anchor. */
export function noteAnchor(sink: FeedSink): { readonly sink: FeedSink; readonly anchor: Anchor } {
  const limits = { upperLimit: NaN, lowerLimit: NaN };
  const none = {
    ...limits,
    preClose: NaN,
    open: NaN,
    high: NaN,
    low: NaN,
    volume: NaN,
    turnover: NaN,
    openInterest: NaN,
  };
  const anchor: Anchor = { time: 0, price: NaN, ...none };
  const noting: FeedSink = {
    instrument: (instrument) => sink.instrument(instrument),
    trade: (trade) => {
      anchor.time = trade.time;
      anchor.price = trade.price;
      sink.trade(trade);
    },
    book: (book) => sink.book(book),
    snapshot: (snapshot) => {
      const { time, last: price, preClose, open, high, low, volume, turnover, openInterest } = snapshot;
      Object.assign(anchor, { time, price, preClose, open, high, low, volume, turnover, openInterest });
      sink.snapshot(snapshot);
    },
    reference: (id, reference) => {
      anchor.preClose = reference.preClose;
      anchor.upperLimit = reference.upperLimit;
      anchor.lowerLimit = reference.lowerLimit;
      sink.reference(id, reference);
    },
    advance: (now) => sink.advance(now),
    anomaly: (cause) => sink.anomaly(cause),
    gap: (gap) => sink.gap(gap),
  };
  return { sink: noting, anchor };
}
