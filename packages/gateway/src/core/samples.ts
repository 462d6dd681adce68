/** Test support: instruments, events and a listener for the core's tests. */
import { EMPTY_SIDE, type Book, type Instrument, type Snapshot, type Trade } from "@tickwire/protocol/model";
import { Hub, type Channel } from "./hub.ts";
import type { EventOf, Kind } from "../ports.ts";
import { Market } from "./market.ts";

const EVERY_DAY: Instrument["hours"] = {
  zone: "Asia/Shanghai",
  holidays: "NONE",
  day: [["00:00", "24:00"]],
  dayStart: "00:00",
};

/** The moment at which the samples' natural day 2026-03-02 begins in China. */
export const MIDNIGHT = Date.UTC(2026, 2, 1, 16);

/** Something that trades round the clock, on natural days in China, with a multiplier of 10. */
export function sampleInstrument(id: string): Instrument {
  return {
    id,
    kind: "crypto",
    market: "GLOBAL",
    exchange: "CRYPTO",
    product: id,
    name: id,
    priceTick: 1,
    priceDecimals: 0,
    volumeDecimals: 0,
    multiplier: 10,
    levels: 5,
    currency: "CNY",
    hours: EVERY_DAY,
  };
}

/** A snapshot of which a test states only what it is about. */
export function sampleSnapshot(stated: Partial<Snapshot> & Pick<Snapshot, "id" | "time">): Snapshot {
  return {
    tradingDay: "20260302",
    actionDay: "20260302",
    last: NaN,
    preSettlement: NaN,
    preClose: NaN,
    preOpenInterest: NaN,
    open: NaN,
    high: NaN,
    low: NaN,
    volume: 0,
    turnover: 0,
    openInterest: NaN,
    close: NaN,
    settlement: NaN,
    upperLimit: NaN,
    lowerLimit: NaN,
    preDelta: NaN,
    currDelta: NaN,
    average: NaN,
    bids: EMPTY_SIDE,
    asks: EMPTY_SIDE,
    ...stated,
  };
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
