/** AllTick's WebSocket messages as data: what a client asks, what a server answers and pushes (alltick.md 2, 3). */
import type { Kline } from "../model/kline.ts";
import type { Ticker } from "../model/ticker.ts";
import type { Book, Trade } from "../model/ticks.ts";
import type { ExtensionRequest } from "./extensions.ts";
import type { JsonObject } from "./scalars.ts";

/** The `cmd_id` of each request and push; a reply carries the request's plus one. */
export const ALLTICK_COMMANDS = {
  heartbeat: 22000,
  subscribeDepth: 22002,
  subscribeTrade: 22004,
  cancel: 22006,
  tradePush: 22998,
  depthPush: 22999,
} as const;

/** What 22006 clears: 0 everything, 1 depth, 2 trades, 3 exchange rates, which nothing subscribes (alltick.md 3.4). */
export type CancelType = 0 | 1 | 2 | 3;

/** One entry of a depth subscription. */
export interface DepthSymbol {
  readonly code: string;
  /** Levels per side; 0: as many as there are. */
  readonly level: number;
}

/** What a client asks. A subscription replaces the whole list of its kind (alltick.md 3.5). */
export type AllTickRequest =
  | { readonly kind: "heartbeat" }
  | { readonly kind: "subscribe-depth"; readonly symbols: readonly DepthSymbol[] }
  | { readonly kind: "subscribe-trade"; readonly codes: readonly string[] }
  | { readonly kind: "cancel"; readonly cancelType: CancelType }
  | ExtensionRequest;

/** The part of a request that its reply repeats. */
export interface RequestHeader {
  readonly cmdId: number;
  /** `seq_id` as the JSON text in which it came, so that numbers past 2^53 and numeric strings are echoed unchanged. */
  readonly seqText: string;
  readonly trace: string;
}

/** A request as the server read it; `fault` says which part could not be read. */
export type DecodedRequest =
  | { readonly fault: "none"; readonly header: RequestHeader; readonly request: AllTickRequest }
  | { readonly fault: "data"; readonly header: RequestHeader }
  | { readonly fault: "header" };

/** A reply as the client reads it. */
export interface AllTickReply {
  readonly kind: "reply";
  /** 200 is success, everything else an error. */
  readonly ret: number;
  readonly msg: string;
  /** The request's `cmd_id` plus one; 0 when the server could not read the request's header. */
  readonly cmdId: number;
  readonly seqId: number;
  readonly trace: string;
  /** Empty but for the extensions, see `extension-replies.ts`. */
  readonly data: JsonObject;
}

/** What a client receives. `id` of a trade, book, bar or ticker is the code as it was subscribed. */
export type AllTickFrame =
  | AllTickReply
  | { readonly kind: "trade"; readonly trade: Trade }
  | { readonly kind: "book"; readonly book: Book }
  | { readonly kind: "kline"; readonly kline: Kline }
  | { readonly kind: "ticker"; readonly ticker: Ticker }
  | { readonly kind: "malformed"; readonly text: string };

/** `ret` of a success. */
export const ALLTICK_OK = 200;
