/** The vendor's AllTick service as far as a client can tell: no network, time that the test moves, faults that the test scripts. */
import type { AllTickEndpoint } from "@tickwire/protocol/alltick";
import type { Fetch } from "../../packages/client/src/alltick-client-options.ts";
import type { WebSocketConstructor, WebSocketLike } from "../../packages/client/src/connection.ts";
import { FakeTimers } from "./fake-service.ts";

/** When the service's clock begins. */
export const EPOCH = 1_786_012_320_000;
const MINUTE = 60_000;

interface Request {
  readonly cmd_id: number;
  readonly seq_id: number;
  readonly trace: string;
  readonly data: {
    readonly symbol_list?: readonly { code: string; kline_type?: number }[];
    readonly cancel_type?: number;
  };
}

interface Listeners {
  open: () => void;
  error: (event: { readonly message?: unknown }) => void;
  message: (event: { readonly data: unknown }) => void;
  close: (event: { readonly code: number; readonly reason: string }) => void;
}

/** Lists by the commands that set them, and those that clear them by command and type. */
const LISTS: Readonly<Record<number, "books" | "trades" | "klines" | "tickers">> = {
  22002: "books",
  22004: "trades",
  32000: "klines",
  32002: "tickers",
};
const CANCELS: Readonly<Record<string, "books" | "trades" | "klines" | "tickers">> = {
  "22006 1": "books",
  "22006 2": "trades",
  "32004 1": "klines",
  "32004 2": "tickers",
};

/** One connection, from its handshake to its end. */
export class UpstreamConnection implements WebSocketLike {
  binaryType = "blob";
  readonly endpoint: AllTickEndpoint;
  readonly since: number;
  state: "opening" | "open" | "ended" = "opening";
  /** When it ended. */
  until = Infinity;
  /** Every request, heartbeats apart, and when it came. */
  readonly requests: { readonly at: number; readonly request: Request }[] = [];
  readonly lists = { trades: [] as string[], books: [] as string[], klines: [] as string[], tickers: [] as string[] };
  /** Nothing comes from it any more, and nothing reaches it. */
  mute = false;
  readonly #upstream: Upstream;
  readonly #listeners: { [K in keyof Listeners]: Listeners[K][] } = { open: [], error: [], message: [], close: [] };

  constructor(upstream: Upstream, url: string) {
    this.#upstream = upstream;
    this.endpoint = url.includes("/quote-stock-b-ws-api") ? "stock" : "general";
    this.since = upstream.now;
    queueMicrotask(() => this.#shake());
  }

  addEventListener<K extends keyof Listeners>(type: K, listener: Listeners[K]): void {
    this.#listeners[type].push(listener);
  }

  send(text: string): void {
    const request = JSON.parse(text) as Request;
    if (this.mute || this.state !== "open") return;
    if (request.cmd_id !== 22000) this.requests.push({ at: this.#upstream.now, request });
    queueMicrotask(() => this.#answer(request));
  }

  close(): void {
    queueMicrotask(() => this.end(1000));
  }

  terminate(): void {
    queueMicrotask(() => this.end(1006));
  }

  /** Sends an object. */
  push(frame: object): void {
    if (this.mute || this.state !== "open") return;
    for (const listener of this.#listeners.message) listener({ data: JSON.stringify(frame) });
  }

  /** Ends it. */
  end(code: number, reason = ""): void {
    if (this.state === "ended") return;
    this.state = "ended";
    this.until = this.#upstream.now;
    for (const listener of this.#listeners.close) listener({ code, reason });
  }

  #shake(): void {
    const { refuses } = this.#upstream;
    if (refuses === undefined) {
      this.state = "open";
      for (const listener of this.#listeners.open) listener();
      return;
    }
    // As the package `ws` says it; 0: as browsers do, without a word.
    const event = refuses === 0 ? {} : { message: `Unexpected server response: ${refuses}` };
    for (const listener of this.#listeners.error) listener(event);
    this.end(1006);
  }

  #answer(request: Request): void {
    const { cmd_id, seq_id, trace, data } = request;
    const reply = (ret: number, msg: string, told: object = {}): void =>
      this.push({ ret, msg, cmd_id: cmd_id + 1, seq_id, trace, data: told });
    if (cmd_id === 22000) return reply(200, "ok");
    if (this.#upstream.answers === "never") return;
    const ours = cmd_id >= 32000;
    if (ours && !this.#upstream.extensions) {
      return this.push({ ret: 201, msg: "request header param invalid", cmd_id: 0, seq_id: 0, trace: "", data: {} });
    }
    if (this.#upstream.answers === "606") {
      reply(606, "too many requests and connection will be closed");
      return this.end(1008);
    }
    if (cmd_id === 32012) return reply(200, "ok", this.#upstream.past(data as unknown as Record<string, unknown>));
    const list = LISTS[cmd_id];
    const cleared = CANCELS[`${cmd_id} ${data.cancel_type}`];
    if (cleared !== undefined) this.lists[cleared] = [];
    if (list !== undefined) {
      const codes = data.symbol_list!.map(({ code, kline_type }) =>
        list === "klines" ? `${code} ${kline_type}` : code,
      );
      if (codes.length > this.#upstream.mostCodes) return reply(603, "token level not enough");
      if (codes.every((code) => code.startsWith("NO"))) return reply(600, "code invalid");
      this.lists[list] = codes;
    }
    reply(200, "ok");
  }
}

/** The service. */
export class Upstream {
  readonly timers = new FakeTimers();
  /** Every connection there was, refused ones included. */
  readonly connections: UpstreamConnection[] = [];
  /** HTTP calls and when they came. */
  readonly calls: { readonly at: number; readonly call: string; readonly data: unknown }[] = [];
  /** Status of the handshakes that are refused; 0: nothing is told. */
  refuses: number | undefined;
  /** Status of HTTP calls that are refused. */
  httpRefuses: number | undefined;
  answers: "ok" | "never" | "606" = "ok";
  extensions = false;
  mostCodes = Infinity;
  /** Minutes in which nothing is traded have no bar. */
  tradedMinute: (index: number) => boolean = () => true;
  #seq = 0;

  get now(): number {
    return EPOCH + this.timers.now;
  }

  /** To be given to a client. */
  get options() {
    const connect = (url: string): UpstreamConnection => {
      const connection = new UpstreamConnection(this, url);
      this.connections.push(connection);
      return connection;
    };
    function Opened(url: string): UpstreamConnection {
      return connect(url);
    }
    const WebSocket = Opened as unknown as WebSocketConstructor;
    return {
      url: "https://vendor",
      token: "t",
      WebSocket,
      timers: this.timers,
      now: () => this.now,
      fetch: this.fetch,
    };
  }

  /** The newest connection. */
  get last(): UpstreamConnection {
    return this.connections.at(-1)!;
  }

  get open(): UpstreamConnection[] {
    return this.connections.filter(({ state }) => state === "open");
  }

  /** A trade, pushed to whoever subscribed; its number. */
  trade(code: string, seq = ++this.#seq, time = this.now): number {
    const data = { code, seq, tick_time: time, price: "1.5", volume: "2", turnover: "3.0", trade_direction: 1 };
    for (const one of this.open) if (one.lists.trades.includes(code)) one.push({ cmd_id: 22998, data });
    return seq;
  }

  /** A book of three levels. */
  book(code: string): void {
    const side = ["3", "2", "1"].map((price) => ({ price, volume: "1" }));
    const data = { code, seq: ++this.#seq, tick_time: this.now, bids: side, asks: side };
    for (const one of this.open) if (one.lists.books.includes(code)) one.push({ cmd_id: 22999, data });
  }

  /** The state of the minute's bar now, pushed to whoever subscribed. */
  bar(code: string): void {
    const data = { code, kline_type: 1, ...this.#barAt(Math.floor(this.now / MINUTE)), closed: 0, revised: 0, gap: 0 };
    for (const one of this.open) if (one.lists.klines.includes(`${code} 1`)) one.push({ cmd_id: 32998, data });
  }

  /** HTTP. */
  readonly fetch: Fetch = async (url, { body }) => {
    const { pathname, searchParams } = new URL(url);
    const call = pathname.split("/").at(-1)!;
    const json = body ?? searchParams.get("query");
    const { data } = JSON.parse(json ?? '{"data":{}}') as { data: Record<string, unknown> };
    this.calls.push({ at: this.now, call, data });
    if (this.httpRefuses !== undefined) {
      const text =
        this.httpRefuses === 401 ? '{"msg":"token invalid","trace":"","ret":401}' : '{"error_msg":"Too many requests"}';
      return { status: this.httpRefuses, text: () => Promise.resolve(text) };
    }
    const answer = { ret: 200, msg: "ok", trace: "", data: this.#answer(call, data) };
    return { status: 200, text: () => Promise.resolve(JSON.stringify(answer)) };
  };

  /** `data` of kline, and of 32012. */
  past(question: Record<string, unknown>): object {
    return { code: question["code"], kline_type: question["kline_type"], kline_list: this.#bars(question) };
  }

  #answer(call: string, data: Record<string, unknown>): unknown {
    if (call === "kline") return this.past(data);
    if (call === "batch-kline") {
      const groups = data["data_list"] as Record<string, unknown>[];
      return {
        kline_list: groups.map((one) => ({
          code: one["code"],
          kline_type: one["kline_type"],
          kline_data: this.#bars(one),
        })),
      };
    }
    const codes = (data["symbol_list"] as { code: string }[] | undefined) ?? [];
    return {
      tick_list: codes.map(({ code }) => ({
        code,
        seq: "1",
        tick_time: String(this.now),
        price: "1",
        volume: "1",
        turnover: "1",
        trade_direction: 1,
      })),
    };
  }

  /** Minutes from an hour before the epoch on, or the last two days. */
  #bars({ kline_type, kline_timestamp_end: end, query_kline_num: count }: Record<string, unknown>): unknown[] {
    const step = kline_type === 8 ? 86_400_000 : MINUTE;
    const newest = Math.floor((end === 0 ? this.now : Math.min(this.now, Number(end) * 1_000)) / step);
    const first = Math.floor((EPOCH - 60 * MINUTE) / step) - (step === MINUTE ? 0 : 1);
    const bars = [];
    for (let index = newest; index >= first && bars.length < Math.min(Number(count), 500); index--) {
      if (this.tradedMinute(index - Math.floor(EPOCH / step))) bars.unshift(this.#barAt(index, step));
    }
    return bars;
  }

  #barAt(index: number, step = MINUTE): Record<string, string> {
    const elapsed = Math.min(step, this.now - index * step);
    const price = String(100 + (index % 50));
    const figures = { open_price: price, close_price: price, high_price: price, low_price: price, turnover: "1" };
    return { timestamp: String((index * step) / 1_000), ...figures, volume: String(Math.floor(elapsed / 1_000)) };
  }
}
