/** Which gaps are the same, and which ones a query asks for. Pure. */
import type { Gap } from "../ports/feed.ts";
import type { GapQuery } from "../ports/history.ts";

/** Whether a gap is one that a query asks for. */
export function isAsked({ feed, from, to, codes }: Gap, query: GapQuery): boolean {
  if (!(to >= query.from && from < query.to)) return false;
  if (query.feed !== undefined && feed !== query.feed) return false;
  return query.code === undefined || codes.length === 0 || codes.includes(query.code);
}

/** Whether one gap takes the place of the other. */
export function isSameGap(a: Gap, b: Gap): boolean {
  if (a.feed !== b.feed || a.from !== b.from || a.cause !== b.cause) return false;
  return a.codes.length === b.codes.length && a.codes.every((code, at) => code === b.codes[at]);
}
