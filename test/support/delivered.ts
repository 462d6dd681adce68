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

/** Ticks between the first and the last one that came which did not come themselves and lie in no gap: a line for each stretch. */
export function findUnadmitted(told: readonly Tick[], got: readonly number[], gaps: readonly AdmittedGap[]): string[] {
  const seen = new Set(got);
  const last = Math.max(...got);
  const isAdmitted = ({ id, time }: Tick): boolean =>
    gaps.some((gap) => isWithin(time, gap) && (gap.codes.length === 0 || gap.codes.includes(id)));
  const stretches: Tick[][] = [];
  for (const tick of told) {
    if (tick.n <= got[0]! || tick.n >= last || seen.has(tick.n) || isAdmitted(tick)) continue;
    if (stretches.at(-1)?.at(-1)?.n === tick.n - 1) stretches.at(-1)!.push(tick);
    else stretches.push([tick]);
  }
  return stretches.map((ticks) => {
    const [from, to] = [ticks[0]!, ticks.at(-1)!];
    return `${from.n} to ${to.n} are missing, told from ${from.time} to ${to.time}`;
  });
}

function isWithin(time: number, { from, to }: AdmittedGap): boolean {
  return from <= time && time <= to;
}
