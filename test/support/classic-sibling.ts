/**
 * A sibling gateway of the classic dialect, as strict as the real one (ctp.md a.4, b, c): market data and trading on sockets of their
 * own, one CTP session each, RequestID required on the trading side, one query at a time and one a second. It complains about
 * every mistake, on the wire and to the test.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Socket } from "node:net";
import { encodeGatewayError, encodeInstrument, encodeLoginBody, makeTickEncoder } from "@tickwire/protocol/ctp";
import { CTP_ERRORS, CTP_GATEWAY_ERRORS, type CtpError } from "@tickwire/protocol/errors";
import type { Instrument } from "@tickwire/protocol/model";
import { WebSocketServer, type WebSocket } from "ws";
import type { Clock } from "../../packages/gateway/src/ports/clock.ts";
import type { Json } from "./client.ts";
import { TickSource, toSnapshotOf, type Tick } from "./ticks-told.ts";

const QUERY_GAP_MS = 1_000;
/** A front takes its time from row to row. */
const ROW_MS = 3;

/** Queries without a result, by the body of their reply (ctp.md a.6). */
const EMPTY_QUERIES: Readonly<Record<string, string>> = {
  ReqQryOrder: "Order",
  ReqQryTrade: "Trade",
  ReqQryInvestorPosition: "InvestorPosition",
  ReqQryTradingAccount: "TradingAccount",
};

/** See above. */
export class ClassicSibling {
  readonly source: TickSource;
  /** Whether logins on the trading side are refused. */
  refuses = false;
  /** What the client did wrong. */
  readonly complaints: string[] = [];
  readonly #instruments: readonly Instrument[];
  readonly #clock: Clock;
  readonly #server: Server = createServer((_call, answer) => void answer.writeHead(404).end());
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #market = new Set<MarketSession>();
  readonly #encode = makeTickEncoder("classic");
  #sessions = 0;

  private constructor(instruments: readonly Instrument[], clock: Clock, seed: number) {
    this.#instruments = instruments;
    this.#clock = clock;
    const ids = instruments.map(({ id }) => id);
    this.source = new TickSource(ids, clock, seed, (tick) => {
      for (const session of this.#market) if (session.ids.has(tick.id)) session.ws.send(this.#text(tick));
    });
    this.#server.on("upgrade", (call: IncomingMessage, socket: Socket, head: Buffer) => {
      const side = /^\/(md|td)\/(\?|$)/.exec(call.url ?? "")?.[1];
      if (side === undefined) return void socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      this.#sockets.handleUpgrade(call, socket, head, (ws) => this.#open(ws, side === "td"));
    });
  }

  /** Listens on a free port of loopback and begins to tick. */
  static async open(instruments: readonly Instrument[], clock: Clock, seed: number): Promise<ClassicSibling> {
    const sibling = new ClassicSibling(instruments, clock, seed);
    await new Promise<void>((resolve) => sibling.#server.listen(0, "127.0.0.1", resolve));
    sibling.source.start();
    return sibling;
  }

  get port(): number {
    return (this.#server.address() as { readonly port: number }).port;
  }

  async close(): Promise<void> {
    this.source.stop();
    for (const ws of this.#sockets.clients) ws.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #text(tick: Tick): string {
    const instrument = this.#instruments.find(({ id }) => id === tick.id)!;
    return this.#encode(toSnapshotOf(tick, instrument), instrument);
  }

  #open(ws: WebSocket, isTrading: boolean): void {
    ws.on("error", () => ws.terminate());
    const serve = isTrading ? this.#openTrading(ws) : this.#openMarket(ws);
    ws.on("message", (data) => serve(JSON.parse(String(data)) as Json));
  }

  #openMarket(ws: WebSocket): (frame: Json) => void {
    const session: MarketSession = { ws, ids: new Set() };
    let isIn = false;
    this.#market.add(session);
    ws.on("close", () => this.#market.delete(session));
    return (frame) => {
      const { MsgType: name, InstrumentID: ids } = frame;
      if (name === "ReqUserLogin") {
        isIn = true;
        return ws.send(this.#grant(frame, "md"));
      }
      if (name !== "SubscribeMarketData" && name !== "UnSubscribeMarketData")
        return this.#refuse(ws, frame, "notImplemented");
      if (!isIn) return this.#refuse(ws, frame, "notLoggedIn");
      if (!Array.isArray(ids)) return this.#refuse(ws, frame, "malformed");
      const reply = name === "SubscribeMarketData" ? "RspSubMarketData" : "RspUnSubMarketData";
      for (const id of ids as string[]) {
        ws.send(write(reply, { SpecificInstrument: { InstrumentID: id } }, 0, true));
        if (name === "UnSubscribeMarketData") session.ids.delete(id);
        else session.ids.add(id);
        const last = name === "SubscribeMarketData" ? this.source.told.get(id)?.at(-1) : undefined;
        if (last !== undefined) ws.send(this.#text(last));
      }
    };
  }

  #openTrading(ws: WebSocket): (frame: Json) => void {
    let isIn = false;
    let queried = -Infinity;
    let isBusy = false;
    return (frame) => {
      const { MsgType: name, RequestID: number } = frame;
      if (typeof name !== "string" || !name.startsWith("Req")) return this.#refuse(ws, frame, "notImplemented");
      if (!Number.isInteger(number)) return this.#refuse(ws, frame, "malformed");
      if (name === "ReqUserLogin") {
        const { UserID: user, Password: password } = (frame["ReqUserLogin"] ?? {}) as Json;
        isIn = user === "demo" && password === "secret" && !this.refuses;
        return ws.send(
          isIn
            ? this.#grant(frame, "td")
            : write("RspUserLogin", { RspUserLogin: {} }, number, true, CTP_ERRORS.invalidLogin),
        );
      }
      if (!isIn) return this.#refuse(ws, frame, "notLoggedIn");
      const isKnown = name === "ReqQryInstrument" || name in EMPTY_QUERIES;
      if (!isKnown) return this.#refuse(ws, frame, "notImplemented");
      if (frame[name.slice("Req".length)] === undefined) return this.#refuse(ws, frame, "malformed");
      const now = this.#clock.now();
      if (isBusy) return this.#refuse(ws, { ...frame, MsgType: name.replace("Req", "Rsp") }, "tooManyPending");
      if (now - queried < QUERY_GAP_MS)
        return this.#refuse(ws, { ...frame, MsgType: name.replace("Req", "Rsp") }, "tooFrequent");
      queried = now;
      isBusy = true;
      this.#answer(ws, name, number as number, () => void (isBusy = false));
    };
  }

  /** Row by row. */
  #answer(ws: WebSocket, name: string, number: number, done: () => void): void {
    const bodies =
      name === "ReqQryInstrument"
        ? this.#instruments.map((instrument) => JSON.parse(encodeInstrument("classic", instrument)) as Json)
        : [null];
    const key = EMPTY_QUERIES[name] ?? "Instrument";
    const send = (at: number): void => {
      const isLast = at === bodies.length - 1;
      if (isLast) done();
      ws.send(write(name.replace("Req", "Rsp"), { [key]: bodies[at] }, number, isLast));
      if (!isLast) this.#clock.after(ROW_MS, () => send(at + 1));
    };
    send(0);
  }

  #grant(frame: Json, side: "md" | "td"): string {
    const facts = {
      tradingDay: "20260311",
      loginTime: "10:00:00",
      brokerId: "9999",
      userId: "demo",
      frontId: 1,
      sessionId: ++this.#sessions,
      maxOrderRef: "1",
      system: "sibling",
    };
    const body = JSON.parse(encodeLoginBody("classic", side, facts)) as Json;
    return write("RspUserLogin", { RspUserLogin: body }, frame["RequestID"], true);
  }

  #refuse(ws: WebSocket, frame: Json, error: keyof typeof CTP_GATEWAY_ERRORS): void {
    const msgType = String(frame["MsgType"] ?? "");
    this.complaints.push(`${error}: ${JSON.stringify(frame)}`);
    const requestId = Number(frame["RequestID"] ?? 0);
    ws.send(encodeGatewayError("classic", { msgType, requestId }, CTP_GATEWAY_ERRORS[error]));
  }
}

interface MarketSession {
  readonly ws: WebSocket;
  readonly ids: Set<string>;
}

/** RequestID and IsLast are there only when they are not 0 and false (ctp.md a.4). */
function write(name: string, body: Json, number: unknown, isLast: boolean, error?: CtpError): string {
  const info =
    error === undefined ? { ErrorID: 0, ErrorMsg: "CTP:No Error" } : { ErrorID: error.id, ErrorMsg: error.msg };
  const numbered = Number(number) > 0 ? { RequestID: Number(number) } : {};
  return JSON.stringify({ MsgType: name, RspInfo: info, ...body, ...numbered, ...(isLast ? { IsLast: true } : {}) });
}
