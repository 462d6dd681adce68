/** A small market behind an AllTick door, with a clock and a far end that the test owns. */
import {
  ALLTICK_WS_PATHS,
  HEARTBEAT_TIMEOUT_MS,
  levelsOf,
  type Suspension,
  type SuspensionExchange,
} from "@tickwire/protocol/alltick";
import { listingOf } from "@tickwire/protocol/catalog";
import { ALLTICK_ERRORS } from "@tickwire/protocol/errors";
import {
  makeIdFilter,
  type BookSide,
  type Instrument,
  type InstrumentKind,
  type Market as MarketName,
} from "@tickwire/protocol/model";
import { Desk } from "../../packages/gateway/src/core/desk.ts";
import { Hub } from "../../packages/gateway/src/core/hub.ts";
import { Market } from "../../packages/gateway/src/core/market.ts";
import { InstrumentSearch } from "../../packages/gateway/src/core/search.ts";
import { TokenUsage } from "../../packages/gateway/src/core/usage.ts";
import type { Credentials, GrantEnd, TokenGrant } from "../../packages/gateway/src/ports/credentials.ts";
import type { Bars } from "../../packages/gateway/src/ports/history.ts";
import type { AllTickConfig } from "../../packages/gateway/src/sessions/alltick-config.ts";
import { AllTickDoor } from "../../packages/gateway/src/sessions/alltick-door.ts";
import { AllTickHttp } from "../../packages/gateway/src/sessions/alltick-http.ts";
import type { AllTickSources } from "../../packages/gateway/src/sessions/alltick-queries.ts";
import { CRYPTO_HOURS } from "./hours.ts";
import { RecordingPeer } from "./recording-peer.ts";
import type { Refusal, Session } from "../../packages/gateway/src/sessions/session.ts";

/** What holds where nothing is configured. */
export const DEFAULT_ALLTICK_CONFIG: AllTickConfig = Object.freeze({
  malformedRet: ALLTICK_ERRORS.headerInvalid.ret,
  overLimit: "truncate",
  pacing: "generous",
  heartbeat: "strict",
  heartbeatTimeoutMs: HEARTBEAT_TIMEOUT_MS,
  heartbeatGraceMs: 3_000,
  dayBars: "exchange",
  zone: "Asia/Shanghai",
});

/** What the fixture's market trades. */
export const LISTED: readonly (readonly [id: string, kind: InstrumentKind, market: MarketName])[] = [
  ["BTCUSDT", "crypto", "GLOBAL"],
  ["ETHUSDT", "crypto", "GLOBAL"],
  ["SOLUSDT", "crypto", "GLOBAL"],
  ["XRPUSDT", "crypto", "GLOBAL"],
  ["EURUSD", "forex", "GLOBAL"],
  ["GBPUSD", "forex", "GLOBAL"],
  ["USDJPY", "forex", "GLOBAL"],
  ["GOLD", "metal", "GLOBAL"],
  ["Silver", "metal", "GLOBAL"],
  ["USOIL", "energy", "GLOBAL"],
  ["AAPL.US", "stock", "US"],
  ["TSLA.US", "stock", "US"],
  ["700.HK", "stock", "HK"],
  ["9988.HK", "stock", "HK"],
  ["600519.SH", "stock", "CN"],
  ["000858.SZ", "stock", "CN"],
  [".DJI.US", "index", "US"],
  ["HSI.HK", "index", "HK"],
  ["rb2605", "future", "CN-FUTURES"],
];

/** The instrument of one row of {@link LISTED}. */
export function makeInstrument(id: string, kind: InstrumentKind, market: MarketName): Instrument {
  return {
    id,
    kind,
    market,
    exchange: "TEST",
    product: id,
    name: id,
    priceTick: 0.01,
    priceDecimals: kind === "stock" ? 6 : 2,
    volumeDecimals: 0,
    multiplier: 1,
    levels: levelsOf(kind, market),
    currency: "USD",
    hours: CRYPTO_HOURS,
  };
}

/** A market with a door before it. */
export class AllTickFixture {
  /** The wall clock. */
  time = 1_786_012_345_000;
  readonly door: AllTickDoor;
  readonly http: AllTickHttp;
  readonly hub = new Hub();
  readonly usage = new TokenUsage();
  /** What the door reported as failed. */
  readonly errors: unknown[] = [];
  /** Who is asked about the past; a test may put its own in place. */
  past: Pick<AllTickSources, "bars" | "history"> = {
    bars: { bars: () => Promise.resolve([]) },
    history: { readTrades: () => Promise.resolve({ trades: [], more: false }) },
  };
  /** The halts that are told; a test may put its own in place. */
  suspensions: (exchange: SuspensionExchange) => Promise<readonly Suspension[]> = () => Promise.resolve([]);
  readonly #feed;
  readonly #grants = new Map<string, TokenGrant>();
  readonly #ended = new Map<string, GrantEnd>();
  readonly #codes: readonly string[];

  /** `codes`: what its tokens may ask for; empty: everything. */
  constructor(config: Partial<AllTickConfig> = {}, codes: readonly string[] = []) {
    this.#codes = codes;
    const market = new Market(this.hub);
    const search = new InstrumentSearch((text) => text);
    market.tap(search);
    this.#feed = market.sink();
    for (const [id, kind, name] of LISTED) this.#feed.instrument(makeInstrument(id, kind, name));
    const desk = new Desk(this.hub, market, { want: () => false, now: () => this.time });
    const credentials = this.#credentials();
    const bars: Bars = { bars: (...question) => this.past.bars.bars(...question) };
    const { usage } = this;
    this.http = new AllTickHttp({
      desk,
      credentials,
      usage,
      search,
      bars,
      listingOf,
      suspensions: (exchange) => this.suspensions(exchange),
      config: { ...DEFAULT_ALLTICK_CONFIG, ...config },
    });
    this.door = new AllTickDoor({
      desk,
      credentials,
      usage,
      sources: {
        search,
        bars,
        history: { readTrades: (...question) => this.past.history.readTrades(...question) },
      },
      onError: (error) => void this.errors.push(error),
      now: () => this.time,
      config: { ...DEFAULT_ALLTICK_CONFIG, ...config },
    });
  }

  /** Tokens are plan names: `free` and `free2` have the plan `free`. One that begins with `bad` is none. */
  #credentials(): Credentials {
    const makeGrant = (token: string): TokenGrant => ({
      name: token,
      plan: token.replace(/\d+$/, ""),
      allows: makeIdFilter(this.#codes),
      use: () => this.#ended.get(token),
    });
    return {
      token: (token) => {
        if (token.startsWith("bad") || this.#ended.has(token)) return undefined;
        const grant = this.#grants.get(token) ?? makeGrant(token);
        this.#grants.set(token, grant);
        return grant;
      },
      password: () => Promise.resolve("wrong"),
      changePassword: () => Promise.resolve("wrong"),
    };
  }

  /** From now on the token holds no more. */
  endGrant(token: string, end: GrantEnd): void {
    this.#ended.set(token, end);
  }

  /** Asks over HTTP: a path with its query, and a body that is posted. */
  async ask(target: string, body?: string): Promise<{ readonly status: number; readonly text: string }> {
    const { pathname, searchParams, search } = new URL(target, "http://localhost");
    const answer = await this.http.answer({
      method: body === undefined ? "GET" : "POST",
      path: pathname,
      query: searchParams,
      rawQuery: search.slice(1),
      body: body ?? "",
      now: this.time,
    });
    return { status: answer.status, text: answer.body };
  }

  /** Shakes hands; the refusal, or the connection. */
  shake(target: string): Refusal | AllTickClient {
    const { pathname, searchParams } = new URL(target, "http://localhost");
    const admission = this.door.admit({ path: pathname, query: searchParams, protocols: [] }, this.time);
    if ("refuse" in admission) return admission.refuse;
    const peer = new RecordingPeer();
    return new AllTickClient(peer, admission.open(peer));
  }

  /** Connects; throws when refused. */
  connect(token = "professional", endpoint: keyof typeof ALLTICK_WS_PATHS = "general"): AllTickClient {
    const client = this.shake(`${ALLTICK_WS_PATHS[endpoint]}?token=${token}`);
    if (client instanceof AllTickClient) return client;
    throw new Error(client.body);
  }

  /** A trade of `id`. */
  trade(id: string, price = 100): void {
    this.#feed.trade({ id, seq: 0, time: this.time, price, volume: 1, turnover: price, direction: 1 });
  }

  /** A book of `id` with `levels` levels on each side. */
  book(id: string, levels = 10): void {
    const side = (step: number): BookSide => ({
      prices: Array.from({ length: levels }, (_, i) => 100 + step * (i + 1)),
      volumes: Array.from({ length: levels }, () => 5),
    });
    this.#feed.book({ id, seq: 0, time: this.time, bids: side(-1), asks: side(1) });
  }
}

/** What a test reads of a frame. */
export interface SeenFrame {
  readonly ret?: number;
  readonly msg?: string;
  readonly cmd_id: number;
  readonly seq_id?: number;
  readonly trace?: string;
  readonly data: { readonly code?: string; readonly bids?: readonly unknown[]; readonly asks?: readonly unknown[] };
}

/** The client's end of a connection. */
export class AllTickClient {
  readonly peer: RecordingPeer;
  readonly session: Session;

  constructor(peer: RecordingPeer, session: Session) {
    this.peer = peer;
    this.session = session;
  }

  /** Sends a text and returns the frames that came since the last call. */
  raw(text: string): SeenFrame[] {
    this.session.receive(text);
    return this.seen();
  }

  /** Sends a request, {@link raw} otherwise. */
  ask(cmd_id: number, data: unknown, seq_id = 1): SeenFrame[] {
    return this.raw(JSON.stringify({ cmd_id, seq_id, trace: "t", data }));
  }

  /** Subscribes to trades of `codes`. */
  trades(...codes: readonly string[]): SeenFrame[] {
    return this.ask(22004, { symbol_list: codes.map((code) => ({ code })) });
  }

  /** Subscribes to books: `code` or `code:levels`. */
  books(...entries: readonly string[]): SeenFrame[] {
    const symbol_list = entries.map((entry) => {
      const [code, level] = entry.split(":");
      return level === undefined ? { code } : { code, depth_level: Number(level) };
    });
    return this.ask(22002, { symbol_list });
  }

  /** The frames that came since the last look. */
  seen(): SeenFrame[] {
    return this.peer.take() as SeenFrame[];
  }
}
