/** The grid that prices lie on. */

/** Decimals that a price on the grid of `tick` needs (`0.05` → 2). */
export function decimalsOf(tick: number): number {
  let decimals = 0;
  while (Number(tick.toFixed(decimals)) !== tick) decimals++;
  return decimals;
}
