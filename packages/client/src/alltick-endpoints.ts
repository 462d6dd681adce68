/** The connections of an AllTick client, one for each endpoint: what is wanted of them, how they are doing, and who hears of it. */
import { ALLTICK_WS_PATHS, findPlan, type AllTickEndpoint } from "@tickwire/protocol/alltick";
import { SPACING_SLACK_MS, connectAllTick, type AllTickLink } from "./alltick.ts";
import type { AllTickClientOptions, AllTickRefusal, AllTickSubscriptions } from "./alltick-client-options.ts";
import { linkOptions } from "./alltick-dispatch.ts";
import { Demands } from "./alltick-demands.ts";
import { Family } from "./alltick-family.ts";
import { Streams } from "./alltick-streams.ts";
import { joinStatuses } from "./client-status.ts";
import type { ClientError, Timers } from "./connection.ts";
import { ExtensionProbe } from "./extension-probe.ts";
import { tell } from "./keeper.ts";
import { laneRule, Pacer } from "./pacer.ts";
import type { ClientStatus, Hole } from "./status.ts";

/** What the connections need besides their client's options. */
export interface EndpointParts {
  readonly timers: Timers;
  readonly now: () => number;
  /** Base of the WebSocket doors. */
  readonly base: string;
  /** Why the service refuses connections of an endpoint, as far as it can be found out. */
  readonly explain: (endpoint: AllTickEndpoint) => Promise<ClientError | undefined>;
}

/** Hears that an endpoint's connection is up to date, or (undefined) that it broke, and why. */
type Watcher = (link: AllTickLink | undefined, cause: string) => void;

const ENDPOINTS = ["general", "stock"] as const satisfies readonly AllTickEndpoint[];
const DEBOUNCE_MS = 200;
/** The service hears of the end of a connection later than this side, from which it counts the gap to the next. */
const GAP_SLACK_MS = 250;

/** See the file's head. */
export class Endpoints {
  /** The iterators that are open. */
  readonly streams: Streams;
  readonly #options: AllTickClientOptions;
  readonly #parts: EndpointParts;
  readonly #demands: Demands;
  readonly #families: Readonly<Record<AllTickEndpoint, Family>>;
  readonly #watchers: Readonly<Record<AllTickEndpoint, Set<Watcher>>> = { general: new Set(), stock: new Set() };
  readonly #probe: ExtensionProbe;
  #closed = false;

  constructor(options: AllTickClientOptions, parts: EndpointParts) {
    this.#options = options;
    this.#parts = parts;
    this.#probe = new ExtensionProbe(options.extensions);
    const plan = findPlan(options.plan ?? "free");
    this.#demands = new Demands(plan);
    this.streams = new Streams(this.#demands, () => this.#want());
    const rule = laneRule<object>(slackened(plan.requestSpacingMs), slackened(plan.crossSpacingMs));
    const pacer = new Pacer(rule, parts.timers, parts.now);
    this.#families = { general: this.#makeFamily("general", pacer), stock: this.#makeFamily("stock", pacer) };
  }

  /** All of them together, as far as something was wanted of them: the worst. */
  get status(): ClientStatus {
    const started = ENDPOINTS.filter((endpoint) => this.#families[endpoint].keeper.started);
    return joinStatuses((started.length === 0 ? ENDPOINTS : started).map((each) => this.#families[each].keeper.status));
  }

  /** Of one of them; undefined when nothing was ever wanted of it. */
  statusOf(endpoint: AllTickEndpoint): ClientStatus | undefined {
    const { keeper } = this.#families[endpoint];
    return keeper.started ? keeper.status : undefined;
  }

  /** What is wanted besides the iterators' wants. Throws as {@link Demands.stand} does. */
  stand(subscriptions: AllTickSubscriptions): void {
    if (this.#closed) return;
    this.#demands.stand(subscriptions);
    this.#want();
  }

  /** Whether the service has tickwire's extensions; asked once. */
  async extensions(endpoint: AllTickEndpoint): Promise<boolean> {
    return this.#probe.known ?? this.#probe.ask(await this.ready(endpoint));
  }

  /** The connection of an endpoint, made if need be, when everything flows. */
  ready(endpoint: AllTickEndpoint): Promise<AllTickLink> {
    return this.#families[endpoint].keeper.ready();
  }

  /** The connection of an endpoint, if it is live and has the extensions. */
  extendedLink(endpoint: AllTickEndpoint): AllTickLink | undefined {
    return this.#probe.known === true ? this.#families[endpoint].keeper.live : undefined;
  }

  /** The connection of an endpoint, if everything that is wanted was answered on it. */
  settledLink(endpoint: AllTickEndpoint): AllTickLink | undefined {
    const family = this.#families[endpoint];
    return family.settled ? family.keeper.live : undefined;
  }

  /** Tells `hear` of an endpoint's connection; the function that is returned ends it. */
  watch(endpoint: AllTickEndpoint, hear: Watcher): () => void {
    this.#watchers[endpoint].add(hear);
    return () => void this.#watchers[endpoint].delete(hear);
  }

  /** Ends the connection of an endpoint because it is no good; another one follows. */
  reconnect(endpoint: AllTickEndpoint, cause: string): void {
    this.#families[endpoint].keeper.drop(cause);
  }

  /** Ends the iterators and the connections; idempotent. Resolves when none is open. */
  async close(): Promise<void> {
    this.#closed = true;
    this.streams.close();
    await Promise.all(ENDPOINTS.map((endpoint) => this.#families[endpoint].close()));
  }

  #want(): void {
    if (this.#closed) return;
    for (const endpoint of ENDPOINTS) this.#families[endpoint].want(this.#demands.of(endpoint));
  }

  #makeFamily(endpoint: AllTickEndpoint, pacer: Pacer<object>): Family {
    const { token, backOff, random, debounceMs = DEBOUNCE_MS } = this.#options;
    const { reconnectGapMs } = findPlan(this.#options.plan ?? "free");
    const gapMs = reconnectGapMs === 0 ? 0 : reconnectGapMs + GAP_SLACK_MS;
    return new Family({
      endpoint,
      timers: this.#parts.timers,
      now: this.#parts.now,
      debounceMs,
      random,
      backOff: { gapMs, ...backOff },
      connect: (signal) => {
        const url = this.#parts.base + ALLTICK_WS_PATHS[endpoint];
        return connectAllTick({
          ...linkOptions(this.#options, this.#families[endpoint], this.streams),
          url,
          token,
          endpoint,
          pacer,
          signal,
        });
      },
      explain: () => this.#parts.explain(endpoint),
      extensions: (link) => this.#probe.ask(link),
      onStatus: (status) => this.#onStatus(endpoint, status),
      onHole: (hole) => this.#onHole(hole),
      onRefusal: (refused) => this.#onRefusal(refused),
      onSubscribed: (link) => this.#onSubscribed(endpoint, link),
    });
  }

  #onStatus(endpoint: AllTickEndpoint, status: ClientStatus): void {
    const { failure } = this.#families[endpoint].keeper;
    if (status.state !== "live") for (const hear of this.#watchers[endpoint]) hear(undefined, status.cause);
    if (failure !== undefined) this.streams.fail(endpoint, failure);
    tell(() => this.#options.onEndpointStatus?.(endpoint, status));
    tell(() => this.#options.onStatus?.(this.status));
  }

  #onSubscribed(endpoint: AllTickEndpoint, link: AllTickLink): void {
    for (const hear of this.#watchers[endpoint]) hear(link, "");
    tell(() => this.#options.onSubscribed?.(endpoint));
  }

  #onHole(hole: Hole): void {
    tell(() => this.#options.onHole?.(hole));
    tell(() => this.streams.tell(hole));
  }

  #onRefusal(refused: AllTickRefusal): void {
    tell(() => this.#options.onRefusal?.(refused));
    this.streams.refuse(refused);
  }
}

function slackened(ms: number): number {
  return ms === 0 ? 0 : ms + SPACING_SLACK_MS;
}
