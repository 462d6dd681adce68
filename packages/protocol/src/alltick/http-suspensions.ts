/** Suspension lists: their own items and their own envelope (alltick.md 5.4). */
import { list, record, text, textOrNull, type Shape } from "./schema.ts";

/** The exchanges that have a list. */
export const SUSPENSION_EXCHANGES = ["sse", "nyse", "nasdaq"] as const;

/** An exchange with a suspension list. */
export type SuspensionExchange = (typeof SUSPENSION_EXCHANGES)[number];

/** Items on a page where only the page is asked for, and at most. */
const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 500;

const symbol = text("Symbol without suffix", { example: "600416" });
const common = {
  symbolName: textOrNull("Name"),
  haltReason: textOrNull("Why"),
  haltDate: textOrNull("Since which day, yyyy-MM-dd"),
  haltTime: textOrNull("Since when, HH:mm:ss"),
} as const;
const resume = {
  resumeDate: textOrNull("Until which day, yyyy-MM-dd"),
  resumeTime: textOrNull("Until when, HH:mm:ss"),
} as const;
const publishDate = text("When it was published, yyyy-MM-dd HH:mm:ss", { example: "2026-08-04 18:30:00" });

const american = {
  symbol,
  ...common,
  haltDateTime: textOrNull("haltDate and haltTime"),
  ...resume,
  resumeDateTime: textOrNull("resumeDate and resumeTime"),
  sourceExchange: textOrNull("Exchange that published it"),
} as const;

/** An item of a list; an unknown text is empty. */
export type Suspension = Readonly<Record<string, string>> & { readonly symbol: string; readonly publishDate: string };

/** What an item of each list is: all texts, all but symbol and publishDate may be null. */
export const SUSPENSION_ITEMS: Readonly<Record<SuspensionExchange, Shape<Suspension>>> = {
  sse: record("SseSuspension", "A halt in Shanghai.", {
    symbol,
    ...common,
    haltPeriod: textOrNull("For how long"),
    ...resume,
    publishDate,
  }),
  nyse: record("NyseSuspension", "A halt on the NYSE.", { ...american, publishDate }),
  nasdaq: record("NasdaqSuspension", "A halt on Nasdaq.", {
    ...american,
    pauseThresholdPrice: textOrNull("Price band that was hit"),
    publishDate,
  }),
};

/** The lists of all exchanges, as an operator writes them. */
export type Suspensions = Readonly<Record<SuspensionExchange, readonly Suspension[]>>;

const NO_ITEMS: readonly Suspension[] = [];

/** Reads `{"sse":[…],"nyse":[…],"nasdaq":[…]}`, any of them left out; undefined when an item lacks its shape. */
export function readSuspensions(value: unknown): Suspensions | undefined {
  const lists = record("Suspensions", "", {
    sse: orEmpty("sse"),
    nyse: orEmpty("nyse"),
    nasdaq: orEmpty("nasdaq"),
  });
  return lists.read(value);
}

function orEmpty(exchange: SuspensionExchange) {
  return { ...list("", SUSPENSION_ITEMS[exchange]), fallback: NO_ITEMS };
}

/** Which page of a list; the parameters as they came, undefined where they are missing. */
export interface SuspensionPage {
  readonly page: string | null;
  readonly size: string | null;
}

/**
 * The whole answer, newest first. `timestamp` is `yyyy-MM-ddTHH:mm:ss`. With neither page nor size it is the whole list; an
 * unreadable page is the first, an unreadable size {@link DEFAULT_PAGE_SIZE}.
 */
export function encodeSuspensions(
  exchange: SuspensionExchange,
  items: readonly Suspension[],
  { page, size }: SuspensionPage,
  timestamp: string,
): string {
  const newest = items.toSorted((a, b) => (a.publishDate < b.publishDate ? 1 : a.publishDate > b.publishDate ? -1 : 0));
  const head = { success: true, timestamp, totalCount: items.length };
  if (page === null && size === null) return JSON.stringify({ ...head, data: newest.map(toWire(exchange)) });
  const currentPage = bounded(page, 1, Number.MAX_SAFE_INTEGER);
  const perPage = bounded(size, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE);
  const data = newest.slice((currentPage - 1) * perPage, currentPage * perPage);
  const totalPages = Math.ceil(items.length / perPage);
  return JSON.stringify({
    ...head,
    totalPages,
    currentPage,
    currentSize: data.length,
    data: data.map(toWire(exchange)),
  });
}

/** The answer where the list cannot be had; its HTTP status is 500. */
export function encodeSuspensionError(error: string): string {
  return JSON.stringify({ success: false, error });
}

function bounded(value: string | null, fallback: number, most: number): number {
  const number = Number(value ?? NaN);
  return Number.isInteger(number) && number >= 1 ? Math.min(number, most) : fallback;
}

/** Every key of the exchange's items, null where nothing is known. */
function toWire(exchange: SuspensionExchange): (item: Suspension) => Record<string, string | null> {
  const keys = Object.keys(SUSPENSION_ITEMS[exchange].json.properties ?? {});
  return (item) => Object.fromEntries(keys.map((key) => [key, item[key] || null]));
}
