/** Which gaps a query asks for. Pure. */
import type { Gap, GapQuery } from "../ports.ts";

/** Whether a gap is one that a query asks for. */
export function isAsked({ feed, from, to, codes }: Gap, query: GapQuery): boolean {
  if (!(to >= query.from && from < query.to)) return false;
  if (query.feed !== undefined && feed !== query.feed) return false;
  return query.code === undefined || codes.length === 0 || codes.includes(query.code);
}
