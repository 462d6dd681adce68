/** A recording played at full speed through the real market, and the same file read independently of the product. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { makeBookEncoder, makeTradeEncoder } from "@tickwire/protocol/alltick";
import { makeTickEncoder } from "@tickwire/protocol/ctp";
import type { Book, Instrument, Snapshot, Trade } from "@tickwire/protocol/model";
import { Hub, type Encoding } from "../../packages/gateway/src/core/hub.ts";
import type { EventOf, Kind, MarketTap } from "../../packages/gateway/src/ports/market.ts";
import { Market } from "../../packages/gateway/src/core/market.ts";
import { makeReplayFeed } from "../../packages/gateway/src/feeds/replay/feed.ts";
import { readReplayOptions } from "../../packages/gateway/src/feeds/replay/options.ts";
import type { FeedSink, FeedStatus } from "../../packages/gateway/src/ports/feed.ts";
import { makeSystemClock } from "../../packages/gateway/src/system-clock.ts";

/** Everything that a replay brought about. */
export interface Replayed {
  readonly instruments: readonly Instrument[];
  readonly trades: readonly Trade[];
  readonly books: readonly Book[];
  readonly snapshots: readonly Snapshot[];
  readonly anomalies: Readonly<Record<string, number>>;
  readonly status: FeedStatus;
  /** Every text that the dialects wrote for it. */
  readonly texts: readonly string[];
}

/** Plays `files` to the end at full speed, with a subscriber to every topic in every dialect; `tapOf` makes a tap of the market. */
export async function replay(files: readonly string[], tapOf?: (hub: Hub) => MarketTap): Promise<Replayed> {
  const hub = new Hub();
  const market = new Market(hub);
  if (tapOf !== undefined) market.tap(tapOf(hub));
  const events = { trade: [] as Trade[], book: [] as Book[], snapshot: [] as Snapshot[] };
  const texts: string[] = [];
  const listen = <K extends Kind>(id: string, kind: K, name: string, encode: Encoding<K>["encode"]): void => {
    hub
      .channel(id)
      .subscribe({ key: name, kind, conflate: false, encode }, { deliver: ({ text }) => texts.push(text) }, false);
  };
  const watch = (instrument: Instrument): void => {
    const { id } = instrument;
    const keep = <K extends Kind>(kind: K, list: EventOf[K][]): void =>
      listen(id, kind, "keep", (event) => (list.push(event), ""));
    keep("trade", events.trade);
    keep("book", events.book);
    keep("snapshot", events.snapshot);
    listen(id, "trade", "alltick", makeTradeEncoder(id));
    listen(id, "book", "alltick", makeBookEncoder(id, 0));
    for (const dialect of ["seed", "classic"] as const) listen(id, "snapshot", dialect, makeTickEncoder(dialect));
  };
  const into = market.sink();
  const sink: FeedSink = {
    ...into,
    instrument: (instrument) => {
      const owned = into.instrument(instrument);
      watch(instrument);
      return owned;
    },
  };
  const feed = makeReplayFeed(
    readReplayOptions(new URLSearchParams({ file: files.join(","), speed: "max" })),
    makeSystemClock(),
  );
  await feed.start(sink);
  while (feed.status().state === "running") await new Promise(setImmediate);
  await feed.stop();
  return {
    instruments: [...market.instruments()],
    trades: events.trade,
    books: events.book,
    snapshots: events.snapshot,
    anomalies: Object.fromEntries(market.anomalies),
    status: feed.status(),
    texts,
  };
}

/** Causes under which a row is left out; all others only note that it was strange. */
const LEFT_OUT = ["malformed-row", "duplicate-row", "unknown-product", "time-jump", "snapshot-time-back"];

/** How many rows were left out. */
export function countLeftOut({ anomalies }: Replayed): number {
  return LEFT_OUT.reduce((sum, cause) => sum + (anomalies[cause] ?? 0), 0);
}

/** The rows of a file by column name. */
export function readCsv(file: string): Readonly<Record<string, string>>[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString().replaceAll('"', "");
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line !== "");
  const names = header!.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ""]));
  });
}
