/** What is published about the listed securities of this catalogue, in the terms of alltick.md 5.3. */
import type { Instrument, Listing } from "../model/mod.ts";
import { LISTINGS } from "./listings-table.ts";
import { profileOf } from "./profiles.ts";

const BY_ID = new Map(LISTINGS.map((row) => [row[0], row]));

/** Venues under the names that static_info gives them. */
const EXCHANGES: Readonly<Record<string, string>> = { HKEX: "SEHK", NASDAQ: "NASD" };

/** Boards of Shenzhen and Shanghai that are not the main one. */
const GROWTH_BOARD = /^30/;
const STAR_BOARD = /^688/;

/** Boards of indices by market; stocks depend on their code as well. */
const INDEX_BOARDS: Readonly<Record<string, string>> = { CN: "CNIX", HK: "HKHS", US: "USIX" };

/**
 * The listing of a stock or market index, undefined for any other instrument. Of one that the catalogue does not know it
 * holds what the instrument itself tells.
 */
export function listingOf(instrument: Instrument): Listing | undefined {
  const { id, kind, name } = instrument;
  if (kind !== "stock" && kind !== "index") return undefined;
  const [, nameCn = name, nameEn = name, nameHk = name, total = "", circulating = "", inHongKong = ""] =
    BY_ID.get(id) ?? [];
  return {
    id,
    nameCn,
    nameEn,
    nameHk,
    exchange: EXCHANGES[instrument.exchange] ?? instrument.exchange,
    board: boardOf(instrument),
    currency: instrument.currency,
    lotSize: lotSizeOf(instrument),
    totalShares: total,
    circulatingShares: circulating,
    hkShares: inHongKong,
    eps: "",
    epsTtm: "",
    bps: "",
    dividendYield: "",
  };
}

function boardOf({ id, kind, market, exchange }: Instrument): string {
  if (kind === "index") return INDEX_BOARDS[market] ?? "";
  if (market === "US") return "USMain";
  if (market === "HK") return "HKEquity";
  if (exchange === "SSE") return STAR_BOARD.test(id) ? "SHSTAR" : "SHMainConnect";
  return GROWTH_BOARD.test(id) ? "SZGEMConnect" : "SZMainConnect";
}

/** An A-share's lot is its multiplier: its volumes count lots. */
function lotSizeOf(instrument: Instrument): string {
  if (instrument.kind === "index") return "";
  if (instrument.market === "CN") return String(instrument.multiplier);
  const lot = profileOf(instrument)?.lot;
  return lot === undefined ? "" : String(lot);
}
