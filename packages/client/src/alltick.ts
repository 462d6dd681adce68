/** A client of the AllTick dialect: of tickwire, and of the real service. */
import {
  ALLTICK_OK,
  ALLTICK_PLANS,
  ALLTICK_WS_PATHS,
  HEARTBEAT_INTERVAL_MS,
  HEARTBEAT_TIMEOUT_MS,
  decodeFrames,
  encodeRequest,
  endpointOfCode,
  type AllTickEndpoint,
  type AllTickReply,
  type AllTickRequest,
} from "@tickwire/protocol/alltick";
import type { Book, Trade } from "@tickwire/protocol/model";
import { ClientError, openConnection, type CloseInfo, type Connection, type ConnectionOptions } from "./connection.ts";
import { Requests } from "./requests.ts";

/** What an AllTick client takes. */
export interface AllTickOptions extends ConnectionOptions {
  /** `ws://host:port`, to which the endpoint's path is added, or a whole address with its own path. */
  readonly url: string;
  readonly token: string;
  /** Which of the two endpoints; looked at only where `url` has no path. See `endpointOfCode`. */
  readonly endpoint: AllTickEndpoint;
  readonly onTrade?: (trade: Trade) => void;
  readonly onBook?: (book: Book) => void;
  /** Least time between two requests. Default: a little over the second that every plan asks for. */
  readonly requestSpacingMs?: number;
}

/** Every plan wants a second between two requests; this much more allows for a clock that runs differently. */
const SPACING_SLACK_MS = 50;
const DEFAULT_SPACING_MS = ALLTICK_PLANS.free.requestSpacingMs + SPACING_SLACK_MS;

/** The codes by the endpoint that has them, judged by their spelling. */
export function splitByEndpoint(codes: readonly string[]): Map<AllTickEndpoint, string[]> {
  const groups = new Map<AllTickEndpoint, string[]>();
  for (const code of codes) {
    const endpoint = endpointOfCode(code);
    const group = groups.get(endpoint);
    if (group === undefined) groups.set(endpoint, [code]);
    else group.push(code);
  }
  return groups;
}

/** The address with path and token. Throws a {@link ClientError} when `url` is none. */
export function allTickUrl(url: string, endpoint: AllTickEndpoint, token: string): string {
  const address = URL.parse(url);
  if (address === null) throw new ClientError("connect", `cannot connect to ${url}: not an address`);
  if (address.pathname === "/") address.pathname = ALLTICK_WS_PATHS[endpoint];
  address.searchParams.set("token", token);
  return address.href;
}

/** Connects and starts the heartbeat. Rejects with a {@link ClientError}. */
export async function connectAllTick(options: AllTickOptions): Promise<AllTickClient> {
  const url = allTickUrl(options.url, options.endpoint, options.token);
  return new AllTickClient(await openConnection(url, options), options);
}

/** One connection to one endpoint. Made by {@link connectAllTick}. */
export class AllTickClient {
  /** Resolves when the connection has ended; never rejects. */
  readonly closed: Promise<CloseInfo>;
  readonly #connection: Connection;
  readonly #options: AllTickOptions;
  readonly #requests: Requests<AllTickReply>;
  #silentMs = 0;

  constructor(connection: Connection, options: AllTickOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#requests = new Requests(connection, options.requestSpacingMs ?? DEFAULT_SPACING_MS);
    this.closed = connection.closed;
    connection.listen((text) => this.#receive(text));
    const stop = connection.timers.every(HEARTBEAT_INTERVAL_MS, () => this.#beat());
    void this.closed.then(stop);
  }

  /** Subscribes trades of exactly these codes, instead of those before. Rejects with a {@link ClientError} on any `ret` but 200. */
  subscribeTrades(codes: readonly string[]): Promise<void> {
    return this.#ask("trade subscription", { kind: "subscribe-trade", codes });
  }

  /** Subscribes books of exactly these codes, as {@link subscribeTrades}. `level` 0 is as many levels as there are. */
  subscribeBooks(codes: readonly string[], level = 0): Promise<void> {
    return this.#ask("depth subscription", {
      kind: "subscribe-depth",
      symbols: codes.map((code) => ({ code, level })),
    });
  }

  /** Ends the connection; idempotent. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  #receive(text: string): void {
    this.#silentMs = 0;
    for (const frame of decodeFrames(text)) {
      if (frame.kind === "trade") this.#options.onTrade?.(frame.trade);
      else if (frame.kind === "book") this.#options.onBook?.(frame.book);
      else if (frame.kind === "reply") this.#reply(frame);
    }
  }

  async #ask(what: string, request: AllTickRequest): Promise<void> {
    const { ret, msg } = await this.#requests.ask(what, (number) =>
      encodeRequest(request, number, `tickwire-${number}`),
    );
    if (ret !== ALLTICK_OK) throw new ClientError("refused", `${what}: ${ret} ${msg}`, ret);
  }

  /** A reply to an unreadable header does not say whose it is: requests are answered in order, so it is the oldest's. */
  #reply(reply: AllTickReply): void {
    const number = reply.cmdId === 0 ? this.#requests.oldest : reply.seqId;
    if (number !== undefined) this.#requests.answer(number, reply);
  }

  /** Sends a heartbeat; a service that has been silent through all of its time-out is gone, whatever TCP says. */
  #beat(): void {
    if (this.#silentMs >= HEARTBEAT_TIMEOUT_MS) return this.#connection.giveUp("no answer to heartbeats");
    this.#silentMs += HEARTBEAT_INTERVAL_MS;
    const number = this.#requests.nextNumber();
    this.#connection.send(encodeRequest({ kind: "heartbeat" }, number, `tickwire-${number}`));
  }
}
