/** Test support: instruments, events and a listener for the core's tests. */
import { epochOf, type Book, type Instrument, type Snapshot, type Trade } from "@tickwire/protocol/model";
import { BLANK, BTCUSDT } from "./samples.ts";
import { Hub, type Channel } from "../../packages/gateway/src/core/hub.ts";
import type { EventOf, Kind } from "../../packages/gateway/src/ports/market.ts";
import { Market } from "../../packages/gateway/src/core/market.ts";

const CHINA = "Asia/Shanghai";

/** The moment at which the samples' natural day 2026-03-02 begins in China. */
export const MIDNIGHT = epochOf(CHINA, "20260302", "00:00");

/** Something that trades round the clock, on natural days in China, in whole units, with a multiplier of 10. */
export function sampleInstrument(id: string): Instrument {
  const whole = { priceTick: 1, priceDecimals: 0, volumeDecimals: 0, multiplier: 10 };
  return { ...BTCUSDT, ...whole, id, product: id, name: id, hours: { ...BTCUSDT.hours, zone: CHINA } };
}

/** A snapshot of which a test states only what it is about. */
export function sampleSnapshot(stated: Partial<Snapshot> & Pick<Snapshot, "id" | "time">): Snapshot {
  return { ...BLANK, tradingDay: "20260302", actionDay: "20260302", ...stated };
}

/** A trade at `price`, its turnover with the samples' multiplier, for the hub to number. */
export function sampleTrade(id: string, time: number, price: number, volume: number): Trade {
  return { id, seq: 0, time, price, volume, turnover: price * volume * 10, direction: 0 };
}

/** A book with one level a side, for the hub to number. */
export function sampleBook(id: string, time: number, bid: number, ask: number): Book {
  return { id, seq: 0, time, bids: { prices: [bid], volumes: [1] }, asks: { prices: [ask], volumes: [1] } };
}

/** Subscribes to a topic and returns the list into which its events go as they come. */
export function listen<K extends Kind>(channel: Channel, kind: K): EventOf[K][] {
  const events: EventOf[K][] = [];
  const encode = (event: EventOf[K]): string => {
    events.push(event);
    return "";
  };
  channel.subscribe({ key: "listen", kind, conflate: false, encode }, { deliver: () => {} }, false);
  return events;
}

/** A market with the instrument `a`, announced by one feed, and everything it publishes. */
export function openMarket() {
  const hub = new Hub();
  const market = new Market(hub);
  const sink = market.sink();
  sink.instrument(sampleInstrument("a"));
  const channel = hub.channel("a");
  const trades = listen(channel, "trade");
  const books = listen(channel, "book");
  const snapshots = listen(channel, "snapshot");
  return { hub, market, sink, channel, trades, books, snapshots };
}
