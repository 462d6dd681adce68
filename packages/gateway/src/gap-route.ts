/** `GET /gaps`: the gap ledger for operators, and for `tickwire gaps --url`. */
import type { Market } from "./core/market.ts";
import { isAsked } from "./history/gap-query.ts";
import { reportGaps } from "./history/gap-report.ts";
import type { HttpRoute } from "./net/http.ts";
import type { Feed } from "./ports/feed.ts";
import type { GapQuery, History } from "./ports/history.ts";
import type { HttpAnswer, HttpRequest } from "./sessions/session.ts";

/** What is reported where the request does not say from when on. */
const DEFAULT_RANGE_MS = 86_400_000;
const NAMES = ["from", "to", "feed", "code"];

/** What it is made of. */
export interface GapSources {
  readonly feeds: readonly Pick<Feed, "lasting">[];
  readonly history: Pick<History, "readGaps">;
  readonly market: Pick<Market, "instrument">;
}

/**
 * Makes the route: `from` and `to` in milliseconds since 1970 or ISO 8601 (the last day where they are missing), `feed`, `code`.
 * Answers a `GapReport`, which has the gaps that are not over, too; 400 names a parameter that is wrong, 503 says that the history cannot be read.
 */
export function makeGapRoute({ history, market, feeds }: GapSources): HttpRoute {
  const handle = async (request: HttpRequest): Promise<HttpAnswer> => {
    const query = readQuery(request);
    if (typeof query === "string") return answer(400, { error: query });
    try {
      const lasting = feeds.flatMap((feed) => feed.lasting?.() ?? []).filter((gap) => isAsked(gap, query));
      const gaps = [...(await history.readGaps(query)), ...lasting].toSorted((a, b) => a.from - b.from);
      return answer(
        200,
        reportGaps(gaps, query, (code) => market.instrument(code)?.hours),
      );
    } catch (error) {
      return answer(503, { error: error instanceof Error ? error.message : String(error) });
    }
  };
  return { handle };
}

/** The query, or what is wrong with it. */
function readQuery({ query, now }: HttpRequest): GapQuery | string {
  for (const name of query.keys()) {
    if (!NAMES.includes(name)) return `${name}: no such parameter, expected one of ${NAMES.join(", ")}`;
  }
  const to = readTime(query.get("to"), now);
  const from = readTime(query.get("from"), to - DEFAULT_RANGE_MS);
  for (const [name, time] of [
    ["from", from],
    ["to", to],
  ] as const) {
    if (Number.isNaN(time)) return `${name}: expected milliseconds since 1970 or an ISO 8601 time`;
  }
  if (!(from < to)) return "from: it is not before to";
  const [feed, code] = [query.get("feed"), query.get("code")];
  return { from, to, ...(feed === null ? {} : { feed }), ...(code === null ? {} : { code }) };
}

function readTime(text: string | null, otherwise: number): number {
  if (text === null) return otherwise;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  return /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : NaN;
}

function answer(status: number, body: object): HttpAnswer {
  return { status, type: "application/json", body: `${JSON.stringify(body)}\n` };
}
