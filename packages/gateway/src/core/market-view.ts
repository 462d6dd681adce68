/** A feed's snapshots as the exchange sees them. Pure. */
import { PriceGrid, type Instrument, type Snapshot } from "@tickwire/protocol/model";
import type { MarketView } from "../ports/exchange.ts";

/** What the exchange sees of a feed's snapshot; `before`: the one before it, if any. */
export function toView(raw: Snapshot, before: Snapshot | undefined, instrument: Instrument): MarketView {
  const sameDay = before?.tradingDay === raw.tradingDay;
  const traded = before === undefined ? 0 : raw.volume - (sameDay ? before.volume : 0);
  return {
    time: raw.time,
    tradingDay: raw.tradingDay,
    bidPrices: raw.bids.prices,
    bidVolumes: raw.bids.volumes,
    askPrices: raw.asks.prices,
    askVolumes: raw.asks.volumes,
    last: raw.last,
    traded: traded > 0 ? traded : 0,
    preSettlement: raw.preSettlement,
    upperLimit: raw.upperLimit,
    lowerLimit: raw.lowerLimit,
    settlement: settlementOf(raw, instrument),
  };
}

/** The day's settlement price: the exchange's own, else the volume-weighted average of the day on the grid of prices. */
function settlementOf(raw: Snapshot, { multiplier, priceTick }: Instrument): number {
  if (!Number.isNaN(raw.settlement)) return raw.settlement;
  const average = raw.turnover / raw.volume / multiplier;
  if (!Number.isFinite(average)) return Number.isNaN(raw.last) ? raw.preSettlement : raw.last;
  return gridOf(priceTick).nearest(average);
}

/** Grids that were asked for, by their step: there are few, and each snapshot asks. */
const GRIDS = new Map<number, PriceGrid>();
const MAX_GRIDS = 1_000;

function gridOf(tick: number): PriceGrid {
  let grid = GRIDS.get(tick);
  if (grid === undefined) {
    if (GRIDS.size >= MAX_GRIDS) GRIDS.clear();
    GRIDS.set(tick, (grid = new PriceGrid(tick)));
  }
  return grid;
}
