/** Upstreams as strict as the services that tickwire takes its data from, and whose every tick the test knows. */
import { ALLTICK_HTTP_PLANS, ALLTICK_PLANS, ALLTICK_WS_PATHS, endpointOfCode } from "@tickwire/protocol/alltick";
import { futureOf, securities } from "@tickwire/protocol/catalog";
import type { Clock } from "../../packages/gateway/src/ports/clock.ts";
import { REFUSALS } from "./chaos-http.ts";
import type { ChaosProxy } from "./chaos-proxy.ts";
import { ClassicSibling } from "./classic-sibling.ts";
import { findAllTickBreaches, findCtpBreaches, type Seen } from "./conduct.ts";
import { openGateway } from "./gateway.ts";
import { ToldFeed, type TickSource } from "./ticks-told.ts";

/** A service to take data from. */
export interface Upstream {
  /** Port of loopback that it listens on. */
  readonly port: number;
  readonly source: TickSource;
  /** What a feed's SPEC and the environment have to be for a tickwire that reaches it at `host`. */
  config(host: string): Readonly<Record<string, string>>;
  /** From now on the client's credentials are no good; answers the path on which that counts. */
  refuse(proxy: ChaosProxy): string;
  /** What a client did that the service does not allow, by what was seen of it. */
  breaches(seen: Seen): string[];
  close(): Promise<void>;
}

/** A kind of upstream. */
export interface UpstreamKind {
  readonly name: "alltick" | "ctp";
  readonly ids: readonly string[];
  /** What a tick of its feed is to a client, and so what must not be missing. */
  readonly tells: "trades" | "snapshots";
  /** Paths whose connections are never silent: what is mute there can be found out. */
  readonly talks: readonly string[];
  /** Whether clients send so often that they find out when nothing arrives, and the service lets go of those who do not. */
  readonly beats: boolean;
  /** What its rules add to the time that a client needs to be back. */
  readonly gapsMs: number;
  open(clock: Clock, seed: number): Promise<Upstream>;
}

const PLAN = "basic";
const TOKEN = "demo";
const { reconnectGapMs, requestSpacingMs, crossSpacingMs } = ALLTICK_PLANS[PLAN];
const CODES = ["BTCUSDT", "ETHUSDT", "EURUSD", "GOLD", "700.HK", "600519.SH"] as const;
const FUTURES = ["rb2605", "au2606", "TA605", "j2605", "IF2606"] as const;

/** A tickwire that enforces the vendor's rules for its plan Basic: one connection for each of the two families. */
export const ALLTICK_UPSTREAM: UpstreamKind = {
  name: "alltick",
  ids: CODES,
  tells: "trades",
  talks: Object.values(ALLTICK_WS_PATHS),
  beats: true,
  // The two families take turns: a connection, a request, and one of the other family.
  gapsMs: reconnectGapMs + requestSpacingMs + crossSpacingMs,
  async open(clock, seed) {
    const known = new Map(securities().map((instrument) => [instrument.id, instrument]));
    const instruments = CODES.map((id) => known.get(id)!);
    const feed = new ToldFeed("trades", instruments, clock, seed);
    const env = { TICKWIRE_ALLTICK_PACING: "vendor", TICKWIRE_ALLTICK_OVER_LIMIT: "reject" };
    const { gateway } = await openGateway(env, [feed], { clock, plan: PLAN });
    return {
      port: gateway.addresses[0]!.port,
      source: feed.source,
      config: (host) => ({
        TICKWIRE_FEED: `alltick?token=env:CHAOS_TOKEN&plan=${PLAN}&codes=${CODES.join(",")}&url=http://${host}`,
        CHAOS_TOKEN: TOKEN,
      }),
      refuse: (proxy) => {
        proxy.refuse(REFUSALS[401]);
        return ALLTICK_WS_PATHS.general;
      },
      breaches: (seen) => findAllTickBreaches(seen, ALLTICK_PLANS[PLAN], ALLTICK_HTTP_PLANS[PLAN]),
      close: () => gateway.close(),
    };
  },
};

/** A sibling of the classic dialect, see {@link ClassicSibling}. */
export const CTP_UPSTREAM: UpstreamKind = {
  name: "ctp",
  ids: FUTURES,
  tells: "snapshots",
  talks: ["/md/"],
  beats: false,
  gapsMs: 0,
  async open(clock, seed) {
    const instruments = FUTURES.map((id) => futureOf(id, clock.now())!);
    const sibling = await ClassicSibling.open(instruments, clock, seed);
    return {
      port: sibling.port,
      source: sibling.source,
      config: (host) => ({
        TICKWIRE_FEED: `ctp?url=ws://${host}/md/&td=ws://${host}/td/&user=demo&password=env:CHAOS_PASSWORD&dialect=auto`,
        CHAOS_PASSWORD: "secret",
      }),
      refuse: () => {
        sibling.refuses = true;
        return "/td/";
      },
      breaches: (seen) => [...findCtpBreaches(seen), ...sibling.complaints],
      close: () => sibling.close(),
    };
  },
};

/** Which of AllTick's two paths has the code. */
export function pathOf(code: string): string {
  return ALLTICK_WS_PATHS[endpointOfCode(code)];
}
