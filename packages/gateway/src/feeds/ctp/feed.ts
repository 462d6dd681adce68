/**
 * Market data from a gateway of CTP JSON: another tickwire, or one of its siblings before a real front. One session serves all
 * clients; it is subscribed to what they watch and to a standing list.
 */
import { CtpClient, type CtpClientOptions, type Hole } from "@tickwire/client";
import type { DepthMarketData } from "@tickwire/protocol/ctp";
import { makeIdFilter, type EpochMs, type Instrument, type Snapshot } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { Feed, FeedMemory, FeedSink, FeedStatus, Gap } from "../../ports/feed.ts";
import type { Tail } from "../../ports/history.ts";
import { SessionHours } from "../sessions.ts";
import { Catalogue } from "./catalogue.ts";
import { Continuity } from "./continuity.ts";
import { Listing } from "./listing.ts";
import { hasDblMax, toCtpSnapshot } from "./mapper.ts";
import { writeCtpSpec, type CtpFeedOptions } from "./options.ts";
import { MUTE, Subscriptions } from "./subscriptions.ts";
import { CtpTrader, type TradingClient } from "./trader.ts";
import { UpstreamTime } from "./upstream-time.ts";
import { upstreamsOf } from "./upstreams.ts";

/** A gateway that is back is found within seconds, however long it was gone. */
const BACK_OFF = { capMs: 4_000 };
/** How often the hub is told the time. */
const ADVANCE_MS = 100;
const MINUTE_MS = 60_000;
/** How often it is looked for mute streams, and for instruments that nobody watches any more. */
const LOOK_MS = 1_000;

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
  readonly #continuity = new Continuity();
  readonly #listing = new Listing({
    ask: () => this.#client!.query("ReqQryInstrument", { InstrumentID: "" }),
    take: (rows, now) => this.#take(rows, now),
    onFailure: () => this.#sink?.anomaly("ctp-no-instruments"),
  });
  #memory: FeedMemory | undefined;
  #client: CtpUpstream | undefined;
  #sink: FeedSink | undefined;
  #state: FeedStatus["state"] = "idle";
  #newest: EpochMs = 0;
  /** Trading day of the newest tick, and whether a frame with DBL_MAX in it is being read. */
  #day = "";
  #marked = false;
  readonly #cancels: (() => void)[] = [];

  constructor(options: CtpFeedOptions, deps: CtpFeedDeps) {
    this.name = writeCtpSpec(options);
    this.#options = options;
    this.#deps = deps;
    this.#clock = deps.clock;
    this.#catalogue = new Catalogue(makeIdFilter(options.instruments), new SessionHours(options.sessions));
    if (options.td !== "" || !/\/md\/?$/.test(options.url))
      this.trader = new CtpTrader((cause) => this.#sink?.anomaly(cause));
    this.#subscriptions = new Subscriptions({
      clock: deps.clock,
      stands: options.codes === undefined ? () => false : makeIdFilter(options.codes),
      instrument: (id) => this.#catalogue.get(id),
      client: () => this.#client,
      anomaly: (cause) => this.#sink?.anomaly(cause),
      onLeave: (ids, isTold) => (isTold ? this.#continuity.left(ids) : this.#continuity.leave(ids)),
    });
  }

  resume(memory: FeedMemory): void {
    this.#memory = memory;
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
    if (this.#state === "running") this.#state = "ended";
    // A hole that is open ends now, and is told.
    await this.#client?.close();
    this.#sink = undefined;
  }

  status(): FeedStatus {
    const upstreams = upstreamsOf(this.#options, this.#client?.statuses ?? {});
    const broken = upstreams.find(({ state }) => state !== "live");
    const why = broken === undefined ? "" : `; ${broken.name}: ${broken.state}${broken.cause && `, ${broken.cause}`}`;
    const detail = `relays ${this.#subscriptions.size} of ${this.#catalogue.size} instruments of ${new URL(this.#options.url).host}${why}`;
    const failed = upstreams.some(({ state }) => state === "failed") && this.#state === "running";
    return { state: failed ? "failed" : this.#state, detail, time: this.#newest, upstreams };
  }

  lasting(): readonly Gap[] {
    const { ids } = this.#subscriptions;
    const state = this.#client?.statuses.md?.state;
    if (this.#sink === undefined || state === "live" || this.#newest === 0 || ids.size === 0) return [];
    const to = Math.max(this.#newest, this.#time.holeEnd(this.#clock.now()));
    return [{ feed: this.name, from: this.#newest, to, codes: [...ids], cause: "connection", filledBy: "" }];
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
      onRefusal: (refusal) => this.trader?.hearRefusal(refusal),
      onPhase: (phase) => this.trader?.hearPhase(phase),
      // What cannot be read the mapper tells.
      onAnomaly: (cause) => cause !== "unreadable-tick" && sink.anomaly(`ctp-${cause}`),
    };
  }

  /** Announces an instrument; false when it belongs to another feed. */
  #admit(instrument: Instrument, sink: FeedSink): boolean {
    // It tells nothing of what is announced.
    const tail = this.#memory?.tail(instrument.id);
    if (!sink.instrument(instrument)) return false;
    if (tail !== undefined) this.#continuity.resume(instrument.id, endOf(tail));
    this.#catalogue.put(instrument);
    this.#subscriptions.serve(instrument.id, true);
    return true;
  }

  #onTick(tick: DepthMarketData, sink: FeedSink): void {
    if (this.#state !== "running") return;
    if (this.#marked) sink.anomaly("ctp-dbl-max");
    this.#marked = false;
    const instrument = this.#catalogue.get(tick.InstrumentID || tick.reserve1);
    if (instrument === undefined) return sink.anomaly("ctp-unknown-instrument");
    const snapshot = toCtpSnapshot(tick, instrument, sink.anomaly);
    if (snapshot === undefined) return;
    const now = this.#clock.now();
    const { time, tradingDay } = snapshot;
    if (time > this.#newest) this.#newest = time;
    if (tradingDay > this.#day) this.#onDay(tradingDay, now);
    this.#join(snapshot, now);
    sink.snapshot(snapshot);
  }

  /** Takes note of when a tick came, and tells of the hole that ends with it: the hub must know before it takes the tick. */
  #join(snapshot: Snapshot, now: EpochMs): void {
    const { id, time } = snapshot;
    const { before, apart, isNews, isAnew } = this.#continuity.note(snapshot, this.#subscriptions.has(id));
    if (isAnew) this.#time.restart();
    this.#time.note(time, now);
    const mute = this.#subscriptions.note(id, now, isNews);
    if (apart !== undefined) return this.#gap(before!, time, [id], apart);
    if (mute === undefined) return;
    const from = before ?? this.#time.eventTime(mute.since);
    // The same tick again says that the upstream speaks again, and not since when.
    this.#gap(from, time > from ? time : Math.max(from, this.#time.eventTime(now)), [id], MUTE);
  }

  /** A day brings other contracts. */
  #onDay(day: string, now: EpochMs): void {
    if (this.#day !== "") this.#listing.expire(now);
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
    this.#listing.expire(now);
    this.#listing.look(now);
  }

  #onHole({ from, to, codes, cause, filledBy = "" }: Hole): void {
    const end = Math.max(from, this.#time.holeEnd(to));
    this.#gap(from, end, codes, cause.includes(MUTE) ? MUTE : "connection", filledBy);
  }

  #gap(from: EpochMs, to: EpochMs, codes: readonly string[], cause: string, filledBy = ""): void {
    this.#sink?.gap({ feed: this.name, from, to, codes, cause, filledBy });
  }

  #look(now: EpochMs): void {
    this.#listing.look(now);
    this.#subscriptions.look(now);
  }

  /** Takes what the upstream lists; false: it may not be all of it yet. Where nobody answers that, the house's catalogue has to do. */
  #take(rows: readonly Readonly<Record<string, unknown>>[], now: EpochMs): boolean {
    const sink = this.#sink;
    if (sink === undefined) return true;
    const { told, gone, isWhole } = this.#catalogue.list(rows, now);
    for (const id of gone) this.#subscriptions.serve(id, false);
    for (const instrument of told) this.#admit(instrument, sink);
    return isWhole;
  }
}

/** Where the stored past of an instrument ends; 0: there is none. */
function endOf({ minutes, newest }: Tail): EpochMs {
  return Math.max(newest?.time ?? 0, (minutes.at(-1)?.time ?? -MINUTE_MS) + MINUTE_MS);
}
