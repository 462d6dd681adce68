/** One side of a public book from two: the feed's levels and the users' orders. Pure. */
import type { BookSide } from "@tickwire/protocol/model";

/** Lots by price. */
export type Levels = ReadonlyMap<number, number>;

/**
 * The best `limit` levels of `raw` less what was `taken` from them and `own` together, best first. Own levels at or beyond `against`,
 * the best price of the other side, are left out. `up`: 1 where prices rise from the best (asks), -1 where they fall (bids).
 */
export function mergeSide(
  raw: BookSide,
  own: Levels,
  taken: Levels | undefined,
  against: number | undefined,
  up: 1 | -1,
  limit: number,
): BookSide {
  const mine = [...own.keys()]
    .filter((price) => against === undefined || (price - against) * up > 0)
    .toSorted((a, b) => (a - b) * up);
  const prices: number[] = [];
  const volumes: number[] = [];
  let at = 0;
  for (let i = 0; prices.length < limit && (i < raw.prices.length || at < mine.length);) {
    const theirs = raw.prices[i];
    const ours = mine[at];
    const first = theirs === undefined ? ours! : ours === undefined || (ours - theirs) * up > 0 ? theirs : ours;
    let volume = 0;
    if (theirs === first) volume += Math.max(0, raw.volumes[i++]! - (taken?.get(first) ?? 0));
    if (ours === first) {
      volume += own.get(first)!;
      at++;
    }
    if (volume <= 0) continue;
    prices.push(first);
    volumes.push(volume);
  }
  return { prices, volumes };
}
