/** Positions and lot details as the model has them (ctp.md d.6). */
import type { Position, PositionDetail, TradingDay } from "@tickwire/protocol/model";
import { gain, type Lot } from "./lots.ts";
import type { Holding, Part } from "./positions.ts";
import type { Stake } from "./stake.ts";

/** The day that rows are of. */
export interface RowDay {
  readonly tradingDay: TradingDay;
  readonly settlementId: number;
}

/** The sums of a part that a row shows as they are. */
const SUMS = [
  "openVolume",
  "closeVolume",
  "openAmount",
  "closeAmount",
  "openCost",
  "margin",
  "frozenMargin",
  "frozenCommission",
  "commission",
  "closeProfitByDate",
  "closeProfitByTrade",
] as const;

/**
 * The rows of a stake: where today's and older lots are closed by different offsets one each, else one per side and hedge flag.
 * A row stays until settlement once something was held or opened today.
 */
export function positionRows(stake: Stake, day: RowDay): Position[] {
  const rows: Position[] = [];
  for (const holding of stake.holdings) {
    const { yesterday, today } = holding;
    if (!stake.contract.terms.history) {
      if (yesterday > 0 || today.openVolume > 0) rows.push(toRow(stake, holding, "both", day));
      continue;
    }
    if (yesterday > 0) rows.push(toRow(stake, holding, "history", day));
    if (today.openVolume > 0) rows.push(toRow(stake, holding, "today", day));
  }
  return rows;
}

function toRow(stake: Stake, holding: Holding, which: "today" | "history" | "both", day: RowDay): Position {
  const { contract } = stake;
  const { side, hedge, today, history } = holding;
  const parts = which === "both" ? [today, history] : [holding[which]];
  const old = which !== "today";
  const volume = sum(parts, "volume");
  const cost = sum(parts, "cost");
  const frozen = sum(parts, "frozen");
  const frozenAmount = sum(parts, "frozenAmount");
  // Sell orders close long positions, buy orders short ones.
  const selling = side === "long";
  return {
    user: stake.user,
    instrument: contract.terms.instrument,
    exchange: contract.terms.exchange,
    side,
    hedge,
    date: which === "history" ? "history" : "today",
    volume,
    today: which === "history" ? 0 : today.volume,
    yesterday: old ? holding.yesterday : 0,
    longFrozen: selling ? 0 : frozen,
    shortFrozen: selling ? frozen : 0,
    longFrozenAmount: selling ? 0 : frozenAmount,
    shortFrozenAmount: selling ? frozenAmount : 0,
    ...sums(parts),
    positionCost: cost,
    preMargin: old ? holding.preMargin : 0,
    positionProfit: gain(side, cost, contract.value * volume),
    preSettlement: contract.preSettlement,
    settlement: contract.price,
    marginRate: contract.marginRate(side),
    ...day,
  };
}

/** Lot details of a stake, older lots first; those closed today are among them, empty. */
export function detailRows(stake: Stake, day: RowDay): PositionDetail[] {
  return stake.holdings.flatMap((holding) =>
    [...holding.history.lots, ...holding.today.lots].map((lot) => toDetail(stake, holding, lot, day)),
  );
}

function toDetail({ user, contract }: Stake, { side, hedge }: Holding, lot: Lot, day: RowDay): PositionDetail {
  const { openDate, tradeId, volume, openPrice, closeVolume, closeAmount, closeProfitByDate, closeProfitByTrade } = lot;
  return {
    user,
    instrument: contract.terms.instrument,
    exchange: contract.terms.exchange,
    side,
    hedge,
    openDate,
    tradeId,
    volume,
    openPrice,
    closeVolume,
    closeAmount,
    closeProfitByDate,
    closeProfitByTrade,
    positionProfitByDate: gain(side, lot.basis * volume, contract.value * volume),
    positionProfitByTrade: gain(side, lot.openValue * volume, contract.value * volume),
    margin: lot.margin,
    marginRate: contract.marginRate(side),
    lastSettlement: contract.preSettlement,
    settlement: contract.price,
    ...day,
  };
}

type Summed = (typeof SUMS)[number] | "volume" | "cost" | "frozen" | "frozenAmount";

function sum(parts: readonly Part[], of: Summed): number {
  let all = 0;
  for (const part of parts) all += part[of];
  return all;
}

function sums(parts: readonly Part[]): Pick<Position, (typeof SUMS)[number]> {
  return Object.fromEntries(SUMS.map((of) => [of, sum(parts, of)])) as Pick<Position, (typeof SUMS)[number]>;
}
