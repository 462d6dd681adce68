/** The trades and books that snapshots tell of. Pure. */
import {
  sameSide,
  type Aggressor,
  type Book,
  type Instrument,
  type Snapshot,
  type Trade,
} from "@tickwire/protocol/model";

/**
 * The trades between two snapshots as one: volume and turnover are the differences of the cumulative fields, so that
 * the trades of a day add up to the day exactly. The first snapshot of a new trading day is counted from zero.
 * Undefined when nothing was traded. `strange` is told of cumulative fields that went back. Where turnover does not tell
 * (unknown, fallen, or rounded away by a recorder), price × volume × multiplier stands in.
 */
export function tradeBetween(
  previous: Snapshot,
  snapshot: Snapshot,
  instrument: Instrument,
  strange: (cause: string) => void,
): Trade | undefined {
  const sameDay = snapshot.tradingDay === previous.tradingDay;
  const volume = sameDay ? snapshot.volume - previous.volume : snapshot.volume;
  if (volume < 0) strange("volume-back");
  if (!(volume > 0) || Number.isNaN(snapshot.last)) return undefined;
  let turnover = sameDay ? snapshot.turnover - previous.turnover : snapshot.turnover;
  if (!(turnover > 0)) {
    if (!Number.isNaN(turnover)) strange("turnover-back");
    turnover = snapshot.last * volume * instrument.multiplier;
  }
  const direction = aggressor(snapshot.last, previous, snapshot);
  return { id: snapshot.id, seq: 0, time: snapshot.time, price: snapshot.last, volume, turnover, direction };
}

/** All that was traded from a day's beginning to its first snapshot, as one trade of no direction. */
export function tradeFromZero({ id, time, last, volume, turnover }: Snapshot, { multiplier }: Instrument): Trade {
  const money = turnover > 0 ? turnover : last * volume * multiplier;
  return { id, seq: 0, time, price: last, volume, turnover: money, direction: 0 };
}

/** A first snapshot's price as a trade without volume: where a day is joined midway nobody knows the last trade's size. */
export function priceAlone({ id, time, last }: Snapshot, seq: number): Trade {
  return { id, seq, time, price: last, volume: 0, turnover: 0, direction: 0 };
}

/** Whether a snapshot's book is the newest one again. */
export function showsBook({ bids, asks }: Snapshot, newest: Book | undefined): boolean {
  return newest !== undefined && sameSide(newest.bids, bids) && sameSide(newest.asks, asks);
}

/** A snapshot's book. */
export function bookOf({ id, time, bids, asks }: Snapshot, seq: number): Book {
  return { id, seq, time, bids, asks };
}

/** Who crossed: judged by the quote that stood before the trade, and by the one after it where that one does not tell. */
function aggressor(price: number, before: Snapshot, after: Snapshot): Aggressor {
  for (const quote of [before, after]) {
    const ask = quote.asks.prices[0];
    const bid = quote.bids.prices[0];
    if (ask !== undefined && price >= ask) return 1;
    if (bid !== undefined && price <= bid) return 2;
  }
  return 0;
}
