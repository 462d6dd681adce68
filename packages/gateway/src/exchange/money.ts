/** Arithmetic of money: whole fen, every charge rounded once, half away from zero. Pure. */
import { FEN_PER_YUAN, type Fen, type Rate } from "@tickwire/protocol/model";

/**
 * What binary noise may take from a half, relative to the number and at least. It is less than any decimal that rates of six places make
 * of charges up to ten million yuan: up to there every charge is the exact one, beyond it may be one fen off at a half.
 */
const NOISE = 4e-16;
const LEAST_NOISE = 1e-9;

/** The whole number next to `value`, halves away from zero; a half that binary noise has made smaller is one still. */
export function roundFen(value: number): Fen {
  const size = Math.abs(value);
  const whole = Math.floor(size + 0.5 + size * NOISE + LEAST_NOISE);
  return value < 0 ? 0 - whole : whole;
}

/** What one lot is worth at a price: the turnover of one lot. On the price grids of the exchanges it is whole fen anyway. */
export function lotValue(price: number, multiplier: number): Fen {
  return roundFen(price * multiplier * FEN_PER_YUAN);
}

/** A charge for `volume` lots worth `value` each, not rounded yet: money × `byMoney` + lots × `byVolume` (ctp.md d.7). */
export function rawCharge(rate: Rate, value: Fen, volume: number): number {
  return value * volume * rate.byMoney + volume * rate.byVolume * FEN_PER_YUAN;
}

/** A charge for `volume` lots worth `value` each. */
export function charge(rate: Rate, value: Fen, volume: number): Fen {
  return roundFen(rawCharge(rate, value, volume));
}

/**
 * The most lots that `money` pays for, when so many cost `cost(volume)` (never less for more lots). `perLot` is what one of them
 * costs, not rounded; where that is nothing there is no most: `free` then.
 */
export function affordable(money: Fen, perLot: number, cost: (volume: number) => Fen, free: number): number {
  if (money < 0) return 0;
  if (!(perLot > 0)) return free;
  let volume = Math.floor(money / perLot);
  while (volume > 0 && cost(volume) > money) volume--;
  while (cost(volume + 1) <= money) volume++;
  return volume;
}

/** An amount as text in yuan, with two decimals. */
export function formatFen(fen: Fen): string {
  const size = Math.abs(fen);
  const whole = Math.floor(size / FEN_PER_YUAN);
  return `${fen < 0 ? "-" : ""}${whole}.${String(size % FEN_PER_YUAN).padStart(2, "0")}`;
}
