/** A small market behind an AllTick door, with a clock and a far end that the test owns. */
import { ALLTICK_WS_PATHS, levelsOf } from "@tickwire/protocol/alltick";
import type { BookSide, Instrument, InstrumentKind, Market as MarketName } from "@tickwire/protocol/model";
import { Desk } from "../../packages/gateway/src/core/desk.ts";
import { Hub } from "../../packages/gateway/src/core/hub.ts";
import { Market } from "../../packages/gateway/src/core/market.ts";
import type { Credentials } from "../../packages/gateway/src/ports.ts";
import { DEFAULT_ALLTICK_CONFIG, type AllTickConfig } from "../../packages/gateway/src/sessions/alltick-config.ts";
import { AllTickDoor } from "../../packages/gateway/src/sessions/alltick-door.ts";
import { RecordingPeer } from "./recording-peer.ts";
import type { Refusal, Session } from "../../packages/gateway/src/sessions/session.ts";

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
    hours: { zone: "UTC", holidays: "NONE", day: [["00:00", "24:00"]], dayStart: "00:00" },
  };
}

/** Tokens are plan names: `free` has the plan `free`. */
const CREDENTIALS: Credentials = {
  token: (token) => (token.startsWith("bad") ? undefined : { name: token, plan: token.replace(/\d+$/, "") }),
  password: () => Promise.resolve(false),
};

/** A market with a door before it. */
export class AllTickFixture {
  /** The wall clock. */
  time = 1_786_012_345_000;
  readonly door: AllTickDoor;
  readonly hub = new Hub();
  readonly #feed;

  constructor(config: Partial<AllTickConfig> = {}) {
    const market = new Market(this.hub);
    this.#feed = market.sink();
    for (const [id, kind, name] of LISTED) this.#feed.instrument(makeInstrument(id, kind, name));
    const desk = new Desk(this.hub, market, { want: () => false, now: () => this.time });
    this.door = new AllTickDoor({
      desk,
      credentials: CREDENTIALS,
      now: () => this.time,
      config: { ...DEFAULT_ALLTICK_CONFIG, ...config },
    });
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
