/** Test support: a CTP feed whose client the test plays. */
import assert from "node:assert/strict";
import type { ClientStatus, CtpClientOptions } from "@tickwire/client";
import { readDepthMarketData, type LoginReply } from "@tickwire/protocol/ctp";
import type { Instrument, Snapshot } from "@tickwire/protocol/model";
import { FakeClock } from "./fake-clock.ts";
import type { Feed, FeedSink, Gap } from "../../packages/gateway/src/ports/feed.ts";
import { makeCtpFeed, type CtpUpstream } from "../../packages/gateway/src/feeds/ctp/feed.ts";
import { readCtpOptions } from "../../packages/gateway/src/feeds/ctp/options.ts";

/** A connection over which everything flows. */
export const STATUS: ClientStatus = {
  state: "live",
  since: 0,
  attempt: 0,
  cause: "",
  retryAt: 0,
  lastMessage: 7,
  connections: 1,
};

/** Lets promises that are resolved have their effect. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const never = (): never => assert.fail("a CTP feed has snapshots only");

/** A feed whose client the test plays. */
export class Stage {
  readonly clock = new FakeClock();
  readonly feed: Feed;
  readonly asked: string[] = [];
  readonly gaps: Gap[] = [];
  readonly snapshots: Snapshot[] = [];
  readonly instruments = new Map<string, Instrument>();
  readonly anomalies: string[] = [];
  readonly foreign = new Set<string>();
  /** What came, in order. */
  readonly order: string[] = [];
  onClose: () => void = () => undefined;
  rows: readonly Record<string, unknown>[] | Error = [];
  status: ClientStatus = STATUS;
  client!: CtpClientOptions;
  time = 0;

  constructor(spec = "url=ws://h:1/&user=u&password=env:P") {
    this.feed = makeCtpFeed(readCtpOptions(new URLSearchParams(spec)), {
      clock: this.clock,
      secrets: new Map([["env:P", "secret"]]),
      makeClient: (options) => this.#makeClient(options),
    });
  }

  async start(): Promise<this> {
    const sink: FeedSink = {
      instrument: (instrument) => {
        if (this.foreign.has(instrument.id)) return false;
        this.instruments.set(instrument.id, instrument);
        return true;
      },
      trade: never,
      book: never,
      reference: never,
      snapshot: (snapshot) => {
        this.snapshots.push(snapshot);
        this.order.push("snapshot");
      },
      advance: (now) => void (this.time = now),
      anomaly: (cause) => this.anomalies.push(cause),
      gap: (gap) => {
        this.gaps.push(gap);
        this.order.push("gap");
      },
    };
    await this.feed.start(sink);
    return this;
  }

  /** The upstream grants a login and answers what is asked. */
  async login(side: "md" | "td" | "all" = "all"): Promise<void> {
    this.client.onLogin?.({ frontId: 1, sessionId: 1, tradingDay: "20260311" } as LoginReply, side);
    await settle();
    await this.pass(50);
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await settle();
  }

  tick(fields: Readonly<Record<string, unknown>> = {}, text = "{}"): void {
    this.client.onFrame?.("received", text);
    const second = Math.floor(this.clock.now() / 1_000) * 1_000;
    const UpdateTime = new Date(second + 8 * 3_600_000).toISOString().slice(11, 19);
    const stamp = { TradingDay: "20260311", ActionDay: "20260311", UpdateTime, LastPrice: 4_000, Volume: 1 };
    this.client.onTick?.(readDepthMarketData({ InstrumentID: "rb2605", ...stamp, ...fields }));
  }

  takeAsked(): string[] {
    return this.asked.splice(0);
  }

  #makeClient(options: CtpClientOptions): CtpUpstream {
    this.client = options;
    const note = (what: string): void => void this.asked.push(what);
    const statuses = (): CtpUpstream["statuses"] => ({ md: this.status, td: this.status });
    return {
      start: () => note("start"),
      get statuses() {
        return statuses();
      },
      subscribe: async (codes: readonly string[]) => {
        note(`+${codes.join()}`);
        return codes.map((id) => ({ id, errorId: 0, errorMsg: "" }));
      },
      unsubscribe: async (codes: readonly string[]) => note(`-${codes.join()}`),
      query: async (request: string) => {
        note(request);
        if (this.rows instanceof Error) throw this.rows;
        return this.rows;
      },
      reconnect: (side: string, cause: string) => note(`reconnect ${side} ${cause}`),
      close: async () => {
        note("close");
        this.onClose();
      },
    } as unknown as CtpUpstream;
  }
}
