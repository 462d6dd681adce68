/** Whether what a client got is what was told: nothing twice, nothing out of order, nothing missing without a word. Pure. */
import type { Tick } from "./ticks-told.ts";

/** A hole that was admitted, as the gap ledger keeps it. */
export interface AdmittedGap {
  readonly from: number;
  readonly to: number;
  /** Empty: every instrument. */
  readonly codes: readonly string[];
}

/** Ticks, by their numbers, that came again or after a later one. */
export function findMisplaced(got: readonly number[]): string[] {
  const seen = new Set<number>();
  let most = -Infinity;
  return got.flatMap((n) => {
    const why = seen.has(n) ? "twice" : n < most ? `after ${most}` : undefined;
    seen.add(n);
    most = Math.max(most, n);
    return why === undefined ? [] : [`${n} came ${why}`];
  });
}

/** Ticks that nobody told of. */
export function findInvented(told: readonly Tick[], got: readonly number[]): string[] {
  return got.filter((n) => told[n - 1] === undefined).map((n) => `${n} was never told`);
}

/** Ticks between the first and the last one that came which did not come themselves and lie in no gap. */
export function findUnadmitted(told: readonly Tick[], got: readonly number[], gaps: readonly AdmittedGap[]): string[] {
  const seen = new Set(got);
  const last = Math.max(...got);
  const missing = told.filter(({ n }) => n > got[0]! && n < last && !seen.has(n));
  return missing
    .filter(
      ({ id, time }) => !gaps.some((gap) => isWithin(time, gap) && (gap.codes.length === 0 || gap.codes.includes(id))),
    )
    .map(({ id, n, time }) => `${id} ${n} of ${new Date(time).toISOString()} is missing`);
}

function isWithin(time: number, { from, to }: AdmittedGap): boolean {
  return from <= time && time <= to;
}
