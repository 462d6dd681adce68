/** Where a gateway's sides are: on one socket or on two (ctp.md a.4). */
import type { Dialect } from "@tickwire/protocol/ctp";
import { ctpUrl } from "./ctp.ts";

/** The addresses of a gateway's sides; equal where one socket serves both, undefined where there is no such side. */
export interface CtpAddresses {
  readonly md: string | undefined;
  readonly td: string | undefined;
}

/**
 * The addresses that are meant by `url` and `td`. Without `td` the path of `url` tells: `/md/` and `/td/` are one side each, any
 * other serves both; the classic dialect has two where there is no path. Throws a `ClientError` for what is no address.
 */
export function ctpAddresses(url: string, td: string | undefined, dialect: Dialect | "auto"): CtpAddresses {
  const md = ctpUrl(url, dialect);
  if (td !== undefined) return { md, td: tradingUrl(td, dialect) };
  const path = new URL(md).pathname.replace(/\/$/, "");
  if (path.endsWith("/td")) return { md: undefined, td: md };
  if (!path.endsWith("/md")) return { md, td: md };
  return { md, td: new URL(md).href === new URL(url).href ? undefined : tradingUrl(url, dialect) };
}

function tradingUrl(url: string, dialect: Dialect | "auto"): string {
  const given = ctpUrl(url, dialect, "td");
  if (dialect !== "classic" || given === new URL(url).href) return given;
  return new URL("/td/", given).href;
}
