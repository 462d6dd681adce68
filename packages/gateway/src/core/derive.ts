/** What a pair of snapshots says that neither says alone. Pure. */
import type { Aggressor, Instrument, Snapshot, Trade } from "@tickwire/protocol/model";

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
