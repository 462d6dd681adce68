/** Which of AllTick's two endpoints serves what, under which names, and how deep. */
import type { InstrumentKind, Market } from "../model/instrument.ts";

/** `stock`: stocks and market indices. `general`: forex, metals, energy, commodities, crypto, CFD indices. */
export type AllTickEndpoint = "stock" | "general";

/** WebSocket path of each endpoint (alltick.md 1). */
export const ALLTICK_WS_PATHS: Readonly<Record<AllTickEndpoint, string>> = {
  stock: "/quote-stock-b-ws-api",
  general: "/quote-b-ws-api",
};

/** Other names under which clients ask for an instrument; what is pushed carries the name that was asked for (alltick.md 8). */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["XAUUSD", "GOLD"],
  ["XAGUSD", "Silver"],
]);

/** Codes of the stock endpoint end in their market. */
const STOCK_SUFFIX = /\.(?:US|HK|SH|SZ)$/;

/** The code that `code` is another name for, or undefined. */
export function findAlias(code: string): string | undefined {
  return ALIASES.get(code);
}

/** Whether `endpoint` serves instruments of `kind`. Futures, which AllTick itself does not have, are served on both. */
export function servesKind(endpoint: AllTickEndpoint, kind: InstrumentKind): boolean {
  if (kind === "future") return true;
  return (kind === "stock" || kind === "index") === (endpoint === "stock");
}

/** The endpoint to ask for `code`, judged by its spelling alone: for clients, which have no instrument table. */
export function endpointOfCode(code: string): AllTickEndpoint {
  return STOCK_SUFFIX.test(code) ? "stock" : "general";
}

/**
 * Most levels per side that AllTick shows for such an instrument (alltick.md 3.2). Market indices have no book; five for
 * futures, as on CTP. An instrument's own `levels` is what counts: this is the rule that it follows.
 */
export function levelsOf(kind: InstrumentKind, market: Market): number {
  if (kind === "index") return 0;
  if (kind === "crypto" || kind === "future") return 5;
  if (kind !== "stock") return 1;
  return market === "HK" ? 10 : market === "CN" ? 5 : 1;
}

/** Whether the missing levels of a side are written as zeros; elsewhere they are left out (alltick.md 11.8). */
export function fillsLevels(kind: InstrumentKind): boolean {
  return kind === "stock";
}

/** Whether the real feed gives every trade of such an instrument direction 1 (alltick.md 11.7). */
export function hasFixedDirection(kind: InstrumentKind): boolean {
  return kind === "forex" || kind === "metal" || kind === "energy" || kind === "commodity";
}

/** Least decimals of a turnover where it has more than its price. */
const TURNOVER_DECIMALS = 6;

/**
 * Decimals of a turnover on the wire: six for stocks, indices and crypto, those of the price for the rest, as the
 * captures show (alltick.md 7: `20119.000000` for AAPL.US, `12304.05` for GOLD).
 */
export function turnoverDecimals(kind: InstrumentKind, priceDecimals: number): number {
  const wide = kind === "stock" || kind === "index" || kind === "crypto";
  return wide ? Math.max(TURNOVER_DECIMALS, priceDecimals) : priceDecimals;
}
