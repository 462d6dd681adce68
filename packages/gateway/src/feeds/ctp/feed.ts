/**
 * Market data from a gateway of CTP JSON: another tickwire, or one of its siblings before a real front. One session serves all
 * clients; it is subscribed to what they watch and to a standing list.
 */
import { CtpClient, type ClientStatus, type CtpClientOptions, type Hole } from "@tickwire/client";
import type { DepthMarketData } from "@tickwire/protocol/ctp";
import { makeIdFilter, type EpochMs, type Instrument } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { Feed, FeedSink, FeedStatus, UpstreamStatus } from "../../ports/feed.ts";
import { Catalogue } from "./catalogue.ts";
import { hasDblMax, toCtpSnapshot } from "./mapper.ts";
import { writeCtpSpec, type CtpFeedOptions } from "./options.ts";
import { MUTE, Subscriptions } from "./subscriptions.ts";
import { CtpTrader, type TradingClient } from "./trader.ts";
import { UpstreamTime } from "./upstream-time.ts";

/** A gateway that is back is found within seconds, however long it was gone. */
const BACK_OFF = { capMs: 4_000 };
/** How often the hub is told the time. */
const ADVANCE_MS = 100;
/** How often it is looked for mute streams, and for instruments that nobody watches any more. */
const LOOK_MS = 1_000;
/** After this long a list of instruments that could not be had is asked for again. */
const RELIST_MS = 60_000;

/** The part of a client that is used. */
export type CtpUpstream = TradingClient &
  Pick<CtpClient, "start" | "statuses" | "subscribe" | "unsubscribe" | "query" | "reconnect" | "close">;

/** What the feed is made with. */
export interface CtpFeedDeps {
  readonly clock: Clock;
  /** What the reference to the password stands for. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Takes the place of the SDK's client: tests have their own. */
  readonly makeClient?: (options: CtpClientOptions) => CtpUpstream;
}

/** Makes the feed; see {@link CtpFeedOptions}. Its `start` rejects when it is not known what the password stands for. */
export function makeCtpFeed(options: CtpFeedOptions, deps: CtpFeedDeps): Feed {
  return new CtpFeed(options, deps);
}

class CtpFeed implements Feed {
  readonly name: string;
  readonly timeline = "wall";
  /** Undefined where only the market-data side is named. */
  readonly trader: CtpTrader | undefined;
  readonly #options: CtpFeedOptions;
  readonly #deps: CtpFeedDeps;
  readonly #clock: Clock;
  readonly #catalogue: Catalogue;
  readonly #subscriptions: Subscriptions;
  readonly #time = new UpstreamTime();
  #client: CtpUpstream | undefined;
  #sink: FeedSink | undefined;
  #state: FeedStatus["state"] = "idle";
  #newest: EpochMs = 0;
  /** Trading day of the newest tick, and whether a frame with DBL_MAX in it is being read. */
  #day = "";
  #marked = false;
  /** When the list of instruments is to be asked for (again). */
  #listAt: EpochMs = Infinity;
  #listing = false;
  readonly #cancels: (() => void)[] = [];

  constructor(options: CtpFeedOptions, deps: CtpFeedDeps) {
    this.name = writeCtpSpec(options);
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock;
    this.#catalogue = new Catalogue(makeIdFilter(options.instruments));
    if (options.td !== "" || !/\/md\/?$/.test(options.url))
      this.trader = new CtpTrader((cause) => this.#sink?.anomaly(cause));
    this.#subscriptions = new Subscriptions({
      clock: deps.clock,
      stands: options.codes === undefined ? () => false : makeIdFilter(options.codes),
      instrument: (id) => this.#catalogue.get(id),
      client: () => this.#client,
      anomaly: (cause) => this.#sink?.anomaly(cause),
    });
  }

  async start(sink: FeedSink): Promise<void> {
    if (this.#state !== "idle") throw new Error(`${this.name} has been started before`);
    const { makeClient = (options) => new CtpClient(options) } = this.#deps;
    this.#client = makeClient(this.#clientOptions(sink));
    this.trader?.attach(this.#client);
    this.#sink = sink;
    this.#state = "running";
    // What is named in full is known before the upstream has listed it.
    for (const code of this.#options.codes ?? []) if (!code.includes("*")) this.want(code);
    this.#cancels.push(
      this.#clock.every(ADVANCE_MS, () => sink.advance(this.#time.settled(this.#clock.now()))),
      this.#clock.every(LOOK_MS, () => this.#look(this.#clock.now())),
    );
    this.#client.start();
    sink.advance(this.#clock.now());
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#subscriptions.stop();
    this.#sink = undefined;
    if (this.#state === "running") this.#state = "ended";
    await this.#client?.close();
  }

  status(): FeedStatus {
    const upstreams = this.#upstreams();
    const broken = upstreams.find(({ state }) => state !== "live");
    const why = broken === undefined ? "" : `; ${broken.name}: ${broken.state}${broken.cause && `, ${broken.cause}`}`;
    const detail = `relays ${this.#subscriptions.size} of ${this.#catalogue.size} instruments of ${new URL(this.#options.url).host}${why}`;
    const failed = upstreams.some(({ state }) => state === "failed") && this.#state === "running";
    return { state: failed ? "failed" : this.#state, detail, time: this.#newest, upstreams };
  }

  want(id: string): boolean {
    const sink = this.#sink;
    if (sink === undefined) return false;
    if (this.#catalogue.has(id)) return true;
    const instrument = this.#catalogue.make(id, this.#clock.now());
    return instrument !== undefined && this.#admit(instrument, sink);
  }

  watch(id: string, watched: boolean): void {
    this.#subscriptions.watch(id, watched);
  }

  #clientOptions(sink: FeedSink): CtpClientOptions {
    const { url, td, user, password: reference, broker, dialect, queryGapMs } = this.#options;
    const password = reference === "" ? "" : this.#deps.secrets.get(reference);
    if (password === undefined) throw new Error(`password: it is not known what ${reference} stands for`);
    return {
      url,
      ...(td === "" ? {} : { td }),
      user,
      password,
      ...(broker === "" ? {} : { brokerId: broker }),
      dialect,
      queryGapMs,
      backOff: BACK_OFF,
      timers: this.#clock,
      now: () => this.#clock.now(),
      terms: (id) => this.#catalogue.get(id),
      onFrame: (direction, text) => {
        this.#marked = direction === "received" && hasDblMax(text);
      },
      onTick: (tick) => this.#onTick(tick, sink),
      onHole: (hole) => this.#onHole(hole),
      onLogin: (reply, side) => {
        if (side !== "md") this.trader?.hearLogin(reply);
        this.#onLogin(side);
      },
      onOrder: (order) => this.trader?.hearOrder(order),
      onFill: (fill) => this.trader?.hearFill(fill),
      // What cannot be read the mapper tells.
      onAnomaly: (cause) => cause !== "unreadable-tick" && sink.anomaly(`ctp-${cause}`),
    };
  }

  /** Announces an instrument; false when it belongs to another feed. */
  #admit(instrument: Instrument, sink: FeedSink): boolean {
    if (!sink.instrument(instrument)) return false;
    this.#catalogue.put(instrument);
    this.#subscriptions.serve(instrument.id, true);
    return true;
  }

  #onTick(tick: DepthMarketData, sink: FeedSink): void {
    if (this.#sink === undefined) return;
    if (this.#marked) sink.anomaly("ctp-dbl-max");
    this.#marked = false;
    const instrument = this.#catalogue.get(tick.InstrumentID || tick.reserve1);
    if (instrument === undefined) return sink.anomaly("ctp-unknown-instrument");
    const snapshot = toCtpSnapshot(tick, instrument, sink.anomaly);
    if (snapshot === undefined) return;
    const now = this.#clock.now();
    const { id, time, tradingDay } = snapshot;
    if (time > this.#newest) this.#newest = time;
    if (tradingDay > this.#day) this.#onDay(tradingDay, now);
    this.#time.note(time, now);
    const mute = this.#subscriptions.note(id, now);
    if (mute !== undefined) this.#gap(this.#time.eventTime(mute.since), now, [id], MUTE);
    sink.snapshot(snapshot);
  }

  /** A day brings other contracts. */
  #onDay(day: string, now: EpochMs): void {
    if (this.#day !== "") this.#listAt = now;
    this.#day = day;
  }

  #onLogin(side: "md" | "td" | "all"): void {
    const now = this.#clock.now();
    if (side !== "td") {
      this.#subscriptions.restart();
      this.#time.restart();
    }
    // A market-data side alone lists nothing (ctp.md a.4).
    if (side === "md") return;
    if (this.#listing) this.#listAt = now;
    else void this.#list(now);
  }

  #onHole({ from, to, codes, cause, filledBy = "" }: Hole): void {
    this.#gap(from, to, codes, cause.includes(MUTE) ? MUTE : "connection", filledBy);
  }

  #gap(from: EpochMs, to: EpochMs, codes: readonly string[], cause: string, filledBy = ""): void {
    this.#sink?.gap({ feed: this.name, from, to, codes, cause, filledBy });
  }

  #look(now: EpochMs): void {
    if (now >= this.#listAt && !this.#listing) void this.#list(now);
    this.#subscriptions.look(now);
  }

  /** Asks the upstream what it lists. Where nobody answers that, the house's catalogue has to do. */
  async #list(now: EpochMs): Promise<void> {
    this.#listAt = Infinity;
    this.#listing = true;
    try {
      const rows = await this.#client!.query("ReqQryInstrument", { InstrumentID: "" });
      const sink = this.#sink;
      if (sink === undefined) return;
      const { told, gone } = this.#catalogue.list(rows, now);
      for (const id of gone) this.#subscriptions.serve(id, false);
      for (const instrument of told) this.#admit(instrument, sink);
    } catch {
      this.#sink?.anomaly("ctp-no-instruments");
      this.#listAt = Math.min(this.#listAt, now + RELIST_MS);
    } finally {
      this.#listing = false;
    }
  }

  #upstreams(): UpstreamStatus[] {
    const { md, td } = this.#client?.statuses ?? {};
    const { url, td: trading, dialect } = this.#options;
    const isSplit = trading !== "" || (dialect === "classic" && new URL(url).pathname === "/");
    if (!isSplit) return md === undefined ? [] : [toUpstream(new URL(url).host, md)];
    return [
      ...(md === undefined ? [] : [toUpstream(`${new URL(url).host} md`, md)]),
      ...(td === undefined ? [] : [toUpstream(`${new URL(trading || url).host} td`, td)]),
    ];
  }
}

function toUpstream(name: string, { state, cause, lastMessage, connections }: ClientStatus): UpstreamStatus {
  return { name, state, cause, lastMessage, connections };
}
