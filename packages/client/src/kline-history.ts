/** Bars of the past and of the present as one series. */
import { MAX_KLINES } from "@tickwire/protocol/alltick";
import type { EpochMs, Kline } from "@tickwire/protocol/model";

/** Asks for the newest `limit` bars that begin at `end` or earlier, ascending. */
export type AskKlines = (limit: number, end: EpochMs) => Promise<readonly Kline[]>;

/** Most pages of one question for the past: some years of minutes. */
const MAX_PAGES = 2_000;

/**
 * The bars with `from <= time <= to`, ascending; without `from` the newest `count` of them, one page at most. It asks page after page,
 * from the newest.
 */
export async function readKlines(
  ask: AskKlines,
  from: EpochMs | undefined,
  to: EpochMs,
  count = MAX_KLINES,
): Promise<Kline[]> {
  const limit = from === undefined ? Math.min(count, MAX_KLINES) : MAX_KLINES;
  const pages: (readonly Kline[])[] = [];
  let end = to;
  let oldest = Infinity;
  for (let asked = 0; asked < MAX_PAGES; asked++) {
    // A service that does not look at `end` gives the same page again (alltick.md 5.1: stocks): that is all there is.
    const page = (await ask(limit, end)).filter(({ time }) => time < oldest && time <= to);
    if (page.length === 0) break;
    pages.unshift(page);
    oldest = page[0]!.time;
    if (from === undefined || oldest <= from) break;
    end = oldest - 1;
  }
  const bars = pages.flat();
  return from === undefined ? bars : bars.filter(({ time }) => time >= from);
}

/** Whether a bar tells more than the newest one that was told. A bar that was closed is only revised, never formed again. */
export function isNewBar(bar: Kline, newest: Kline | undefined): boolean {
  if (newest === undefined || bar.time > newest.time || bar.revised) return true;
  if (bar.time < newest.time) return false;
  if (newest.closed || bar.closed) return bar.closed && !newest.closed;
  return !(bar.volume < newest.volume) && (bar.volume !== newest.volume || bar.close !== newest.close);
}
