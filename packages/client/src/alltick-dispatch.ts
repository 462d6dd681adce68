/** From a connection to whoever listens: the hot path, synchronous, and without a promise. */
import type { Book, Kline, Ticker, Trade } from "@tickwire/protocol/model";
import type { AllTickLinkOptions } from "./alltick.ts";
import type { AllTickClientOptions } from "./alltick-client-options.ts";
import type { Family } from "./alltick-family.ts";
import type { Streams } from "./alltick-streams.ts";

/** What a client's connection takes besides its address: callbacks hear first, then iterators. */
export function linkOptions(
  options: AllTickClientOptions,
  family: Family,
  streams: Streams,
): Omit<AllTickLinkOptions, "url" | "token" | "endpoint"> {
  const { WebSocket, timers, now, onFrame, muteMs, onTrade, onBook, onKline, onTicker, onMalformed } = options;
  return {
    WebSocket,
    timers,
    now,
    onFrame,
    muteMs,
    onTrade: (trade: Trade): void => {
      if (!family.isNewTrade(trade)) return;
      onTrade?.(trade);
      streams.trades.tell(trade);
    },
    onBook: (book: Book): void => {
      if (!family.isNewBook(book)) return;
      onBook?.(book);
      streams.books.tell(book);
    },
    onKline: (kline: Kline): void => {
      onKline?.(kline);
      streams.klines.tell(kline);
    },
    onTicker: (ticker: Ticker): void => {
      onTicker?.(ticker);
      streams.tickers.tell(ticker);
    },
    onMalformed: (text: string): void => onMalformed?.(text),
  };
}
