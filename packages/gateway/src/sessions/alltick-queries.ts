/** Questions about instruments and the past, and what is answered: the `data` of a reply as JSON text, or an error. */
import {
  encodeTradePage,
  klineTypeOf,
  toWireInstrument,
  toWireLiveKline,
  type KlineHistoryRequest,
  type TradeHistoryRequest,
} from "@tickwire/protocol/alltick";
import type { AllTickError } from "@tickwire/protocol/errors";
import type { InstrumentSearch } from "../core/search.ts";
import type { Bars, History } from "../ports/history.ts";
import { isRefused, type Scope } from "./alltick-scope.ts";

/** Who is asked. */
export interface AllTickSources {
  readonly search: InstrumentSearch;
  readonly bars: Bars;
  readonly history: Pick<History, "readTrades">;
}

/** An answer that is on its way, or why there will be none. */
export type LateAnswer = { readonly later: () => Promise<string> } | AllTickError;

/** The `data` of 32009. */
export function findInstruments(search: InstrumentSearch, scope: Scope, query: string, limit: number): string {
  const found = search.search(query, limit, (instrument) => scope.shows(instrument));
  return JSON.stringify({ instrument_list: found.map(toWireInstrument) });
}

/** The `data` of 32011. */
export function readTrades(
  { history }: AllTickSources,
  scope: Scope,
  { code, from, to, after, limit }: TradeHistoryRequest,
): LateAnswer {
  const instrument = scope.find(code);
  if (isRefused(instrument)) return instrument;
  return {
    later: async () => {
      const { trades, more } = await history.readTrades(instrument.id, from, to, after, limit);
      return encodeTradePage(code, trades, more ? trades.at(-1) : undefined, instrument);
    },
  };
}

/** The `data` of 32013. */
export function readKlines(
  { bars }: AllTickSources,
  scope: Scope,
  { code, period, end, limit }: KlineHistoryRequest,
): LateAnswer {
  const instrument = scope.find(code);
  if (isRefused(instrument)) return instrument;
  return {
    later: async () => {
      const klines = await bars.bars(instrument.id, period, end, limit);
      const kline_list = klines.map((kline) => toWireLiveKline(kline, instrument));
      return JSON.stringify({ code, kline_type: klineTypeOf(period), kline_list });
    },
  };
}
