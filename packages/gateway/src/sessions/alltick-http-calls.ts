/** What each HTTP call answers: `data` as JSON text, or an error (alltick.md 5). */
import {
  encodeBatchKlines,
  encodeDepthTicks,
  encodeInstruments,
  encodeKlines,
  encodeStaticInfo,
  encodeTickers,
  encodeTradeTicks,
  fromBarStamp,
  klineEnd,
  MAX_BATCH_KLINES,
  MAX_KLINES,
  periodOfKlineType,
  type AllTickHttpPlan,
  type HttpCall,
  type HttpData,
  type KlineGroup,
  type KlineQuery,
  type Named,
} from "@tickwire/protocol/alltick";
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import type { Instrument, Listing } from "@tickwire/protocol/model";
import type { Desk } from "../core/desk.ts";
import { MAX_SEARCH_RESULTS, type InstrumentSearch } from "../core/search.ts";
import type { Bars } from "../ports/history.ts";
import type { EventOf, TickKind } from "../ports/market.ts";
import type { AllTickConfig } from "./alltick-config.ts";
import { isRefused, type Scope } from "./alltick-scope.ts";

/** Groups of a batch that are asked for at once. */
const BATCH_WIDTH = 8;

/** Whom the calls ask. */
export interface HttpSources {
  readonly desk: Desk;
  readonly bars: Bars;
  readonly search: InstrumentSearch;
  /** Facts of a listed security, undefined for what is not listed. */
  readonly listingOf: (instrument: Instrument) => Listing | undefined;
}

/** What one request goes by. */
export interface HttpTerms {
  readonly sources: HttpSources;
  readonly config: AllTickConfig;
  /** What the token may see on this endpoint. */
  readonly scope: Scope;
  readonly plan: AllTickHttpPlan;
}

/** The answer's `data` as JSON text, or why there is none. */
export type HttpOutcome = string | AllTickError;

/** Answers each call. A rejection means that a store is down. */
export const HTTP_ANSWERS: {
  readonly [C in HttpCall]: (terms: HttpTerms, data: HttpData[C]) => HttpOutcome | Promise<HttpOutcome>;
} = {
  kline: answerKline,
  "batch-kline": answerBatch,
  "trade-tick": (terms, data) => answerTicks(terms, data, "trade", encodeTradeTicks),
  "depth-tick": (terms, data) => answerTicks(terms, data, "book", encodeDepthTicks),
  static_info: answerStaticInfo,
  ticker: (terms, data) => answerTicks(terms, data, "snapshot", encodeTickers),
  instruments: answerInstruments,
};

async function answerKline(terms: HttpTerms, query: KlineQuery): Promise<HttpOutcome> {
  const instrument = terms.scope.find(query.code);
  if (isRefused(instrument)) return instrument;
  return encodeKlines(await readGroup(terms, query, instrument, MAX_KLINES), terms.config.dayBars);
}

async function answerBatch(terms: HttpTerms, { data_list }: HttpData["batch-kline"]): Promise<HttpOutcome> {
  const asked = pick(terms, data_list, terms.plan.groups);
  if ("ret" in asked) return asked;
  const groups: KlineGroup[] = [];
  for (let at = 0; at < asked.length; at += BATCH_WIDTH) {
    const some = asked.slice(at, at + BATCH_WIDTH);
    groups.push(
      ...(await Promise.all(
        some.map(({ entry, instrument }) => readGroup(terms, entry, instrument, MAX_BATCH_KLINES)),
      )),
    );
  }
  return encodeBatchKlines(groups, terms.config.dayBars);
}

async function readGroup(
  { sources, config }: HttpTerms,
  query: KlineQuery,
  instrument: Instrument,
  most: number,
): Promise<KlineGroup> {
  const period = periodOfKlineType(query.kline_type)!;
  const end = fromBarStamp(klineEnd(query), period, instrument, config.dayBars);
  const bars = await sources.bars.bars(instrument.id, period, end, Math.min(query.query_kline_num, most));
  return { code: query.code, period, instrument, bars };
}

/** The last event of each code; a code that has had none is left out. */
function answerTicks<K extends TickKind>(
  terms: HttpTerms,
  { symbol_list }: HttpData["ticker"],
  kind: K,
  encode: (ticks: readonly Named<EventOf[K]>[]) => string,
): HttpOutcome {
  const asked = pick(terms, symbol_list, terms.plan.codes);
  if ("ret" in asked) return asked;
  const ticks: Named<EventOf[K]>[] = [];
  for (const { entry, instrument } of asked) {
    const event = terms.sources.desk.last(instrument.id, kind);
    if (event !== undefined) ticks.push({ code: entry.code, event, instrument });
  }
  return encode(ticks);
}

function answerStaticInfo(terms: HttpTerms, { symbol_list }: HttpData["static_info"]): HttpOutcome {
  const asked = pick(terms, symbol_list, terms.plan.codes);
  if ("ret" in asked) return asked;
  const listings = asked.flatMap(({ entry: { code }, instrument }) => {
    const listing = terms.sources.listingOf(instrument);
    return listing === undefined ? [] : [{ code, listing }];
  });
  return encodeStaticInfo(listings);
}

/** A search tells its best results only, so the pages of one end there. */
function answerInstruments({ sources, scope }: HttpTerms, query: HttpData["instruments"]): HttpOutcome {
  const { q, kind, exchange, page, size } = query;
  const accepts = (instrument: Instrument): boolean =>
    (kind === "" || instrument.kind === kind) &&
    (exchange === "" || instrument.exchange === exchange) &&
    scope.shows(instrument);
  const all =
    q.trim() === ""
      ? [...sources.desk.instruments()].filter(accepts)
      : sources.search.search(q, MAX_SEARCH_RESULTS, accepts);
  return encodeInstruments(all.slice((page - 1) * size, page * size), all.length);
}

/** An entry of a list with what it stands for. */
interface Picked<T> {
  readonly entry: T;
  readonly instrument: Instrument;
}

/**
 * The entries that can be answered, in their order: codes that are not known or not allowed are passed over, 600 or 604
 * when none is left (alltick.md 11.9). Past `most` the rest is left out, or the list refused with 603.
 */
function pick<T extends { readonly code: string }>(
  { scope, config }: HttpTerms,
  entries: readonly T[],
  most: number,
): readonly Picked<T>[] | AllTickError {
  const picked: Picked<T>[] = [];
  let nothing: AllTickError = ALLTICK_ERRORS.codeInvalid;
  for (const entry of entries) {
    const instrument = scope.find(entry.code);
    if (isRefused(instrument)) {
      if (instrument === ALLTICK_ERRORS.codeUnauthorized) nothing = instrument;
      continue;
    }
    if (picked.length === most) {
      if (config.overLimit === "reject") return ALLTICK_ERRORS.overPlan;
      break;
    }
    picked.push({ entry, instrument });
  }
  return picked.length === 0 ? nothing : picked;
}
