/** Bars and tickers as iterators: by push where the service has tickwire's extensions, else by polling and from trades. */
import type { Kline, Period, Ticker } from "@tickwire/protocol/model";
import type { AllTickLink } from "./alltick.ts";
import type { KlineOptions, StreamOptions } from "./alltick-client-options.ts";
import type { AllTickHttp } from "./alltick-http.ts";
import type { Stream, Streams } from "./alltick-streams.ts";
import { ClientError, type Timers } from "./connection.ts";
import { DerivedTicker } from "./derived-tickers.ts";
import { readKlines, type AskKlines } from "./kline-history.ts";
import type { KlinePoller } from "./kline-poller.ts";
import { KlineStream } from "./kline-stream.ts";
import type { Hole } from "./status.ts";

/** What these iterators need of their client. */
export interface LiveSource {
  open<E>(codes: readonly string[], options: StreamOptions, limit?: number): Stream<E>;
  readonly streams: Streams;
  readonly http: AllTickHttp;
  readonly poller: KlinePoller;
  readonly timers: Timers;
  readonly now: () => number;
  /** Whether the service has the extensions; asked over the connection that has `code`. */
  readonly extensions: (code: string) => Promise<boolean>;
  /** The connection that has `code`, if it is live and has the extensions. */
  readonly liveLink: (code: string) => AllTickLink | undefined;
  /** The connection that has `code`, if everything that is wanted was answered on it. */
  readonly settledLink: (code: string) => AllTickLink | undefined;
  /** Tells of the connection that has `code`: that it is up to date, or (undefined) that it broke, and why. */
  readonly watch: (code: string, hear: (link: AllTickLink | undefined, cause: string) => void) => () => void;
  readonly onHole: (hole: Hole) => void;
}

/** Bars that wait for their consumer: the past comes at once. */
const KLINE_LIMIT = 1_000_000;
const ASK_AGAIN_MS = 100;

/** See `AllTickClient.klines`. */
export function openKlines(
  source: LiveSource,
  code: string,
  period: Period,
  options: KlineOptions,
): AsyncIterableIterator<Kline, undefined> {
  const { from, count, to = Infinity, live = to === Infinity } = options;
  const stream = source.open<Kline>([code], options, KLINE_LIMIT);
  const { queue } = stream;
  const ask: AskKlines = (limit, end) =>
    source.liveLink(code)?.klines(code, period, limit, end) ?? source.http.kline({ code, period, count: limit, end });
  const past = async (): Promise<void> => {
    for (const bar of await readKlines(ask, from, to, count)) queue.push(bar);
    queue.end();
  };
  const present = async (): Promise<void> => {
    const pushed = await hasExtensions(source, code);
    if (queue.ended) return;
    const filledBy = "kline";
    const onHole = (hole: Pick<Hole, "from" | "to" | "cause">): void => {
      const told = { ...hole, codes: [code], filledBy };
      source.onHole(told);
      options.onHole?.(told);
    };
    const series = new KlineStream({ ask, timers: source.timers, now: source.now, onHole }, queue, from, count);
    stream.onEnd(() => series.stop());
    if (pushed) followPushes(source, stream, series, code, period);
    else await followPolls(source, stream, series, code, period);
  };
  run(stream, live ? present : past);
  return queue;
}

function followPushes(
  source: LiveSource,
  stream: Stream<Kline>,
  series: KlineStream,
  code: string,
  period: Period,
): void {
  let filledOn: AllTickLink | undefined;
  let cause = "";
  const settle = (): void => {
    const link = source.settledLink(code);
    if (link === undefined || link === filledOn) return;
    filledOn = link;
    void series.refill(cause);
    cause = "";
  };
  stream.onEnd(source.streams.klines.add([code], (bar) => bar.period === period && series.take(bar)));
  stream.onEnd(
    source.watch(code, (link, why) => {
      if (link !== undefined) return settle();
      series.pause();
      if (filledOn !== undefined && cause === "") cause = why;
    }),
  );
  stream.want("klines", { klines: [{ code, period }] });
  settle();
}

async function followPolls(
  source: LiveSource,
  stream: Stream<Kline>,
  series: KlineStream,
  code: string,
  period: Period,
): Promise<void> {
  let trouble = "";
  await series.refill();
  const onBars = (bars: readonly Kline[]): void => {
    const [first] = bars;
    if (first === undefined) return;
    // Where the newest bar is not among them there may be others between. A question that waits is not put again.
    const skips = series.newest !== undefined && first.time > series.newest;
    if (skips && !series.isFilling) void series.refill(trouble);
    else for (const bar of bars) series.take(bar);
    trouble = "";
  };
  const onError = (error: unknown): void => {
    trouble = error instanceof Error ? error.message : String(error);
    if (!isTemporary(error)) stream.queue.end(error as Error);
  };
  stream.onEnd(source.poller.watch(code, period, { onBars, onError }));
}

/** See `AllTickClient.ticker`. */
export function openTickers(
  source: LiveSource,
  codes: readonly string[],
  options: StreamOptions,
): AsyncIterableIterator<Ticker, undefined> {
  const stream = source.open<Ticker>(codes, options);
  run(stream, async () => {
    const [first] = codes;
    if (first === undefined) return;
    const pushed = await hasExtensions(source, first);
    if (stream.queue.ended) return;
    if (pushed) {
      stream.onEnd(source.streams.tickers.add(codes, (ticker) => stream.queue.push(ticker)));
      stream.want("tickers", { tickers: codes });
    } else await deriveTickers(source, stream, codes);
  });
  return stream.queue;
}

async function deriveTickers(source: LiveSource, stream: Stream<Ticker>, codes: readonly string[]): Promise<void> {
  const days = new Map(codes.map((code) => [code, new DerivedTicker(code)]));
  const pass = (ticker: Ticker | undefined): void => {
    if (ticker !== undefined) stream.queue.push(ticker);
  };
  stream.onEnd(source.streams.trades.add(codes, (trade) => pass(days.get(trade.id)?.takeTrade(trade))));
  stream.want("trades", { trades: codes });
  for (const { code, bars } of await source.http.batchKline(
    codes.map((each) => ({ code: each, period: "1d" as const })),
  )) {
    pass(days.get(code)?.takeBars(bars));
  }
  const onError = (error: unknown): void => {
    if (!isTemporary(error)) stream.queue.end(error as Error);
  };
  for (const [code, day] of days) {
    stream.onEnd(source.poller.watch(code, "1d", { onBars: (bars) => pass(day.takeBars(bars)), onError }));
  }
}

/** A service to which there is no WebSocket connection pushes nothing; HTTP may work all the same. */
async function hasExtensions(source: LiveSource, code: string): Promise<boolean> {
  for (;;) {
    try {
      return await source.extensions(code);
    } catch (error) {
      if (!isTemporary(error)) return false;
      // The connection broke meanwhile; the next one is asked, until there is none or the client knows.
      await new Promise<void>((resolve) => source.timers.after(ASK_AGAIN_MS, resolve));
    }
  }
}

function isTemporary(error: unknown): boolean {
  return error instanceof ClientError && error.temporary;
}

/** What goes wrong ends the iterator. */
function run<E>({ queue }: Stream<E>, begin: () => Promise<void>): void {
  begin().catch((error: unknown) => queue.end(error instanceof Error ? error : new Error(String(error))));
}
