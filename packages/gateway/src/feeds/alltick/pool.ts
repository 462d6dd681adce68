/** The tokens of one upstream, a client for each: deals the codes out to them and knows how each connection is doing. */
import type { AllTickRefusal, ClientStatus, Hole } from "@tickwire/client";
import type { AllTickEndpoint, AllTickPlanName } from "@tickwire/protocol/alltick";
import type { Book, EpochMs, Instrument, Trade } from "@tickwire/protocol/model";
import type { Clock } from "../../ports/clock.ts";
import type { UpstreamStatus } from "../../ports/feed.ts";
import type { MuteReport } from "../watchdog.ts";
import { deal } from "./demand.ts";
import { judgeRefusal, makeLane, type Lane } from "./lane.ts";
import type { MakeClient, UpstreamClient } from "./upstream-client.ts";

/** The two families of the upstream's doors. */
export const ENDPOINTS: readonly AllTickEndpoint[] = ["stock", "general"];

/** What a pool is made of. */
export interface PoolParts {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly plan: AllTickPlanName;
  readonly clock: Clock;
  readonly makeClient: MakeClient;
  onTrade(trade: Trade): void;
  onBook(book: Book): void;
  /** A stretch in which events of these codes may be missing is over. */
  onHole(hole: Hole): void;
  /** Codes flow that did not before. */
  onFlow(codes: readonly string[]): void;
  /** What is to be asked for has changed by what the upstream answered. */
  onChange(): void;
  anomaly(cause: string): void;
}

/** An upstream that is back is not waited for any longer than this, or than the plan's gap. */
const BACK_OFF = { capMs: 5_000 };

/** A code that is not asked for any more where it was; `failed`: its connection has failed for good. */
export interface Stopped {
  readonly code: string;
  readonly failed: boolean;
}

interface Member {
  readonly name: string;
  readonly client: UpstreamClient;
  readonly lanes: Readonly<Record<AllTickEndpoint, Lane>>;
}

/** See the file's head. */
export class Pool {
  readonly #parts: PoolParts;
  readonly #members: readonly Member[];
  /** Where a code's events are counted. */
  readonly #laneOf = new Map<string, Lane>();

  constructor(parts: PoolParts) {
    this.#parts = parts;
    const host = new URL(parts.url).host;
    this.#members = parts.tokens.map((token, at) => {
      const lanes = { stock: makeLane("stock", parts.plan), general: makeLane("general", parts.plan) };
      const name = parts.tokens.length === 1 ? host : `${host} #${at + 1}`;
      return { name, client: this.#makeClient(token, lanes), lanes };
    });
  }

  /** How many codes of an endpoint can be asked for at a time: those of clients for which there is hope. */
  capacity(endpoint: AllTickEndpoint): number {
    return this.#members.reduce((sum, member) => sum + capacityOf(member, endpoint), 0);
  }

  /** Asks for these codes of an endpoint, at most its {@link capacity}, instead of those before. */
  ask(endpoint: AllTickEndpoint, codes: readonly string[]): void {
    const lanes = this.#members.map((member) => member.lanes[endpoint]);
    const capacities = this.#members.map((member) => capacityOf(member, endpoint));
    const before = lanes.map((lane) => lane.share);
    for (const [at, share] of deal(codes, before, capacities).entries()) lanes[at]!.share = share;
  }

  /** Sends what is asked for to the clients, which send on what has changed. Answers the codes that flow no longer. */
  send(instrumentOf: (code: string) => Instrument | undefined): readonly Stopped[] {
    const now = this.#parts.clock.now();
    const stopped: Stopped[] = [];
    this.#laneOf.clear();
    for (const member of this.#members) {
      const { client, lanes } = member;
      const trades: string[] = [];
      const levelled: string[] = [];
      for (const endpoint of ENDPOINTS) {
        const lane = lanes[endpoint];
        const asked = lane.admission.ask(lane.share, now);
        const books = asked.filter((code) => instrumentOf(code)?.levels !== 0);
        lane.books = lane.bookAdmission.ask(books, now);
        lane.refused = lane.booksRefused = false;
        trades.push(...asked);
        levelled.push(...lane.books);
        const failed = hasFailed(member, endpoint);
        for (const code of this.#watch(lane, asked, instrumentOf, now)) stopped.push({ code, failed });
      }
      client.setSubscriptions({ trades, books: levelled });
    }
    return stopped;
  }

  /** The codes that flowed on each connection that is broken. */
  broken(): readonly ReadonlySet<string>[] {
    return this.#members.flatMap(({ client, lanes }) =>
      ENDPOINTS.filter((endpoint) => client.statusOf(endpoint)?.state !== "live").map((at) => lanes[at].flowing),
    );
  }

  /** Codes that the upstream does not give, as far as is known. */
  refused(endpoint: AllTickEndpoint): readonly string[] {
    const now = this.#parts.clock.now();
    return this.#members.flatMap(({ lanes }) => lanes[endpoint].admission.refused(now));
  }

  /** When one of them may be asked for again; Infinity: there are none. */
  get due(): EpochMs {
    const lanes = this.#members.flatMap((member) => Object.values(member.lanes));
    return Math.min(Infinity, ...lanes.flatMap(({ admission, bookAdmission }) => [admission.due, bookAdmission.due]));
  }

  /** An event of a code was received. Answers the silence of that code that ended with it, where it was strange. */
  note(code: string, id: string, now: EpochMs): MuteReport | undefined {
    return this.#laneOf.get(code)?.watchdog.note(id, now);
  }

  /** Breaks off what is open but mute. */
  check(now: EpochMs): void {
    for (const { client, lanes } of this.#members) {
      for (const lane of Object.values(lanes)) {
        if (client.statusOf(lane.endpoint)?.state !== "live") continue;
        for (const { id } of lane.watchdog.check(now)) {
          this.#parts.anomaly(id === "" ? "alltick-mute" : "alltick-mute-code");
          if (id === "") client.reconnect(lane.endpoint, "mute");
        }
      }
    }
  }

  /** A client for requests over HTTP, each in its turn; `turn` counts. A token that one endpoint refuses is the last resort for the other. */
  client(turn: number): UpstreamClient | undefined {
    const whole = this.#members.filter((member) => !ENDPOINTS.some((endpoint) => hasFailed(member, endpoint)));
    const some = this.#members.filter((member) => !ENDPOINTS.every((endpoint) => hasFailed(member, endpoint)));
    const able = whole.length > 0 ? whole : some;
    return able[turn % Math.max(1, able.length)]?.client;
  }

  /** How each connection is doing: those that were ever needed. */
  status(): UpstreamStatus[] {
    return this.#members.flatMap(({ name, client }) =>
      ENDPOINTS.flatMap((endpoint) => {
        const status = client.statusOf(endpoint);
        return status === undefined ? [] : [toUpstream(`${name} ${endpoint}`, status)];
      }),
    );
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ client }) => client.close()));
  }

  #makeClient(token: string, lanes: Member["lanes"]): UpstreamClient {
    const { url, plan, clock, onTrade, onBook, onHole, anomaly, makeClient } = this.#parts;
    return makeClient({
      url,
      token,
      plan,
      timers: clock,
      now: () => clock.now(),
      backOff: BACK_OFF,
      onTrade,
      onBook,
      onHole,
      onRefusal: (refusal) => this.#onRefusal(lanes[refusal.endpoint], refusal),
      onSubscribed: (endpoint) => this.#onSubscribed(lanes[endpoint]),
      onEndpointStatus: (endpoint, { state }) => this.#onStatus(lanes[endpoint], state),
      onMalformed: () => anomaly("alltick-malformed"),
    });
  }

  /** The codes that were asked for and are not any more. */
  #watch(
    lane: Lane,
    codes: readonly string[],
    instrumentOf: (code: string) => Instrument | undefined,
    now: EpochMs,
  ): readonly string[] {
    const asked = new Set(codes);
    const stopped = [...lane.watched].filter((code) => !asked.has(code));
    for (const code of lane.watched) {
      const instrument = instrumentOf(code);
      if (!asked.has(code) && instrument !== undefined) lane.watchdog.unwatch(instrument.id);
    }
    lane.watched = asked;
    lane.flowing = new Set([...lane.flowing].filter((code) => asked.has(code)));
    for (const code of codes) {
      this.#laneOf.set(code, lane);
      const instrument = instrumentOf(code);
      if (instrument !== undefined) lane.watchdog.watch(instrument, now);
    }
    return stopped;
  }

  #onRefusal(lane: Lane, refusal: AllTickRefusal): void {
    if (refusal.kind !== "trades" && refusal.kind !== "books") return;
    const { anomaly, onChange, clock } = this.#parts;
    const { anomalies, changes } = judgeRefusal(lane, refusal, clock.now());
    for (const cause of anomalies) anomaly(cause);
    if (changes) onChange();
  }

  #onSubscribed(lane: Lane): void {
    if (!lane.booksRefused && lane.bookAdmission.accepted()) this.#parts.onChange();
    if (lane.refused) return;
    const { asked } = lane.admission;
    const fresh = asked.filter((code) => !lane.flowing.has(code));
    lane.flowing = new Set(asked);
    if (lane.admission.accepted()) this.#parts.onChange();
    if (fresh.length > 0) this.#parts.onFlow(fresh);
  }

  #onStatus(lane: Lane, state: ClientStatus["state"]): void {
    // Everything is asked for anew on another connection, and its first ticks come before it is live.
    if (state === "connecting") lane.refused = lane.booksRefused = false;
    if (state === "connecting" || state === "live") lane.watchdog.restart(this.#parts.clock.now());
    if (state === "failed") this.#parts.onChange();
  }
}

function capacityOf(member: Member, endpoint: AllTickEndpoint): number {
  return hasFailed(member, endpoint) ? 0 : member.lanes[endpoint].capacity;
}

function hasFailed({ client }: Member, endpoint: AllTickEndpoint): boolean {
  return client.statusOf(endpoint)?.state === "failed";
}

function toUpstream(name: string, { state, cause, lastMessage, connections }: ClientStatus): UpstreamStatus {
  return { name, state, cause, lastMessage, connections };
}
