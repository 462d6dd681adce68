/** The rules of offsets: which position an order works on, which lots it closes, by which fee (ctp.md d.6, d.7). */
import type { CtpErrorName } from "@tickwire/protocol/errors";
import type { Fen, Offset, OrderSide, PositionSide, Rate } from "@tickwire/protocol/model";
import type { Contract } from "./contract.ts";
import { rawCharge } from "./money.ts";
import type { Holding, PartName } from "./positions.ts";

/** The side of the position that an order opens or closes. */
export function sideOf(side: OrderSide, offset: Offset): PositionSide {
  return (side === "buy") === (offset === "open") ? "long" : "short";
}

/**
 * The part whose sums an order's frozen things are kept with: where today's and older lots are closed by different offsets that
 * of the lots which it closes, else always `today`.
 */
export function partOf(contract: Contract, offset: Offset): PartName {
  return contract.terms.history && (offset === "close" || offset === "close-yesterday") ? "history" : "today";
}

/** Lots that can be closed with this offset: those that are there less those that orders hold already. */
export function closable(contract: Contract, holding: Holding | undefined, offset: Offset): number {
  if (holding === undefined) return 0;
  if (!contract.terms.history) return holding.volume - holding.today.frozen;
  const part = holding[partOf(contract, offset)];
  return part.volume - part.frozen;
}

/** Why there is not enough to close. */
export function shortage(contract: Contract, offset: Offset): CtpErrorName {
  if (!contract.terms.history) return "overClosePosition";
  return offset === "close-today" ? "overCloseToday" : "overCloseYesterday";
}

/**
 * The fee that an order's commission is frozen by. Where it is not known which lots a closing one will find, the dearer one as
 * soon as today's lots are among them.
 */
export function feeRate(contract: Contract, holding: Holding | undefined, offset: Offset, value: Fen): Rate {
  const { openFee, closeFee, closeTodayFee, history } = contract.terms;
  if (offset === "open") return openFee;
  if (history) return offset === "close-today" ? closeTodayFee : closeFee;
  if (holding === undefined || holding.today.volume === 0) return closeFee;
  return rawCharge(closeTodayFee, value, 1) > rawCharge(closeFee, value, 1) ? closeTodayFee : closeFee;
}

/** How many of `volume` lots that are closed come from the older ones: where any may be closed, the oldest go first. */
export function fromHistory(contract: Contract, holding: Holding, offset: Offset, volume: number): number {
  if (contract.terms.history) return partOf(contract, offset) === "history" ? volume : 0;
  return Math.min(volume, holding.history.volume);
}
