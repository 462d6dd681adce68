/** A sibling gateway as strict as they are (ctp.md a.4, b, c), scripted by the test: it answers, and breaks when told to. */
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

type Frame = Readonly<Record<string, unknown>>;
export type SiblingSide = "md" | "td";

/** `classic`: as openctp/webctp. `homalos`: as that, with Ping and another body key. `legacy`: with `On`, without numbers. */
export type SiblingKind = "classic" | "homalos" | "legacy";

/** One connection of a client. */
export interface SiblingClient {
  readonly side: SiblingSide;
  readonly socket: WebSocket;
  /** 0 before the login. */
  session: number;
  ponged: boolean;
}

const OK = { ErrorID: 0, ErrorMsg: "" };
/** Body keys of the trading side's requests, but for the odd one of Homalos. */
const BODY_KEYS: Readonly<Record<string, string>> = {
  ReqUserLogin: "ReqUserLogin",
  ReqOrderInsert: "InputOrder",
  ReqOrderAction: "InputOrderAction",
  ReqQryInstrument: "QryInstrument",
  ReqQryOrder: "QryOrder",
  ReqQryTrade: "QryTrade",
  ReqQryInvestorPosition: "QryInvestorPosition",
  ReqQryTradingAccount: "QryTradingAccount",
};
const ROW_KEYS: Readonly<Record<string, string>> = {
  ReqQryInstrument: "Instrument",
  ReqQryOrder: "Order",
  ReqQryTrade: "Trade",
  ReqQryInvestorPosition: "InvestorPosition",
  ReqQryTradingAccount: "TradingAccount",
};

/** The gateway. */
export class FakeSibling implements AsyncDisposable {
  /** What it was sent, in order. */
  readonly frames: { readonly side: SiblingSide; readonly frame: Frame }[] = [];
  readonly clients = new Set<SiblingClient>();
  /** Rows that queries are answered with, by request. */
  readonly rows: Record<string, Frame[]> = {};
  /** Connections made, by side. */
  readonly connections: Record<SiblingSide, number> = { md: 0, td: 0 };
  /** Asked before every answer; true: it has dealt with the frame. */
  fault: (frame: Frame, client: SiblingClient) => boolean = () => false;
  /** Password that is right. */
  password = "secret";
  /** Queries within so many milliseconds are refused (-3), and those while one is under way (-2). */
  queryGapMs = 0;
  /** How long the answer of a query takes. */
  queryMs = 0;
  /** Longest time without Pong. */
  heartbeatMs = 300;
  #queriedAt = -Infinity;
  #asking = 0;
  #sessions = 0;
  readonly #kind: SiblingKind;
  readonly #server: WebSocketServer;

  private constructor(kind: SiblingKind, server: WebSocketServer) {
    this.#kind = kind;
    this.#server = server;
    server.on("connection", (socket, { url }) => this.#accept(socket, url?.startsWith("/td/") ? "td" : "md"));
  }

  /** Starts one on a free loopback port. */
  static async start(kind: SiblingKind): Promise<FakeSibling> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await new Promise((done) => server.once("listening", done));
    return new FakeSibling(kind, server);
  }

  /** The address of a side. */
  url(side: SiblingSide): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${side}/`;
  }

  /** Names of requests received by a side. */
  requests(side: SiblingSide): readonly string[] {
    return this.frames.filter((each) => each.side === side).map(({ frame }) => String(frame["MsgType"]));
  }

  /** Pushes to everybody on a side. */
  push(side: SiblingSide, name: string, body: Frame): void {
    for (const client of this.clients) if (client.side === side) this.#send(client, name, body);
  }

  /** A tick of the market. */
  tick(id: string, price: number, second: number, volume = 1): void {
    const time = `10:00:${String(second).padStart(2, "0")}`;
    const day = { TradingDay: "20260105", ActionDay: "20260105", UpdateTime: time, UpdateMillisec: 0 };
    this.push("md", "RtnDepthMarketData", {
      DepthMarketData: { InstrumentID: id, LastPrice: price, Volume: volume, ...day },
    });
  }

  /** Cuts the connections of a side without a word. */
  cut(side: SiblingSide): void {
    for (const { side: of, socket } of this.clients) if (of === side) socket.terminate();
  }

  /** Answers a request as it should. */
  reply(frame: Frame, client: SiblingClient, body: Frame, isLast = true, info: Frame = OK): void {
    const number = this.#kind === "legacy" ? 0 : frame["RequestID"];
    const name = String(frame["MsgType"]).replace("Req", "Rsp");
    const tail = { ...(number ? { RequestID: number } : {}), ...(isLast ? { IsLast: true } : {}) };
    this.#send(client, name, { RspInfo: info, ...body, ...tail });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.clients) socket.terminate();
    await new Promise((done) => this.#server.close(done));
  }

  #send({ socket }: SiblingClient, name: string, body: Frame): void {
    const prefix = this.#kind === "legacy" && !name.startsWith("Req") ? "On" : "";
    socket.send(JSON.stringify({ MsgType: prefix + name, ...body }));
  }

  #accept(socket: WebSocket, side: SiblingSide): void {
    const client: SiblingClient = { side, socket, session: 0, ponged: true };
    this.connections[side]++;
    this.clients.add(client);
    let beat: NodeJS.Timeout | undefined;
    if (this.#kind === "homalos") {
      socket.send(JSON.stringify({ MsgType: "Ping", Timestamp: 1 }));
      beat = setInterval(() => {
        if (!client.ponged) return socket.close(1008, "heartbeat timeout");
        client.ponged = false;
        socket.send(JSON.stringify({ MsgType: "Ping", Timestamp: 1 }));
      }, this.heartbeatMs);
    }
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(beat);
      this.clients.delete(client);
    });
    socket.on("message", (data) => this.#hear(JSON.parse(String(data)) as Frame, client));
  }

  #hear(frame: Frame, client: SiblingClient): void {
    this.frames.push({ side: client.side, frame });
    if (frame["MsgType"] === "Pong" && this.#kind === "homalos") client.ponged = true;
    else if (!this.fault(frame, client)) this.answer(frame, client);
  }

  /** Answers a frame as it does without faults. */
  answer(frame: Frame, client: SiblingClient): void {
    const type = String(frame["MsgType"]);
    const error = (id: number, msg: string): void =>
      this.#send(client, type, { RspInfo: { ErrorID: id, ErrorMsg: msg } });
    if (client.side === "md" && type !== "ReqUserLogin") return this.#answerMarket(type, frame, client, error);
    const key = this.#kind === "homalos" && type === "ReqQryInstrument" ? "ReqQryInstrument" : BODY_KEYS[type];
    if (key === undefined) return error(-404, "Not implemented");
    const numbered = this.#kind === "legacy" || typeof frame["RequestID"] === "number";
    if (!numbered || typeof frame[key] !== "object") return error(-400, "参数有误");
    if (type === "ReqUserLogin") return this.#logIn(frame, client);
    if (client.session === 0) return error(-401, "未登录");
    if (ROW_KEYS[type] !== undefined) this.#query(frame, client, ROW_KEYS[type]);
    else if (type === "ReqOrderInsert") this.#insert(frame, client);
    else this.#cancel(frame, client);
  }

  #logIn(frame: Frame, client: SiblingClient): void {
    const { UserID, Password } = frame["ReqUserLogin"] as Readonly<Record<string, string>>;
    if (client.side === "td" && Password !== this.password) {
      return this.reply(frame, client, { RspUserLogin: {} }, true, { ErrorID: 3, ErrorMsg: "CTP:不合法的登录" });
    }
    client.session = ++this.#sessions;
    const session = { FrontID: 1, SessionID: client.session, MaxOrderRef: "1" };
    const login = { TradingDay: "20260105", LoginTime: "09:00:00", BrokerID: "9999", UserID, ...session };
    this.reply(frame, client, { RspUserLogin: login });
  }

  #answerMarket(type: string, frame: Frame, client: SiblingClient, error: (id: number, msg: string) => void): void {
    if (type !== "SubscribeMarketData" && type !== "UnSubscribeMarketData") return error(-404, "Not implemented");
    const name = type === "SubscribeMarketData" ? "RspSubMarketData" : "RspUnSubMarketData";
    for (const id of frame["InstrumentID"] as readonly string[]) {
      this.#send(client, name, { RspInfo: OK, SpecificInstrument: { InstrumentID: id }, IsLast: true });
    }
  }

  #query(frame: Frame, client: SiblingClient, rowKey: string): void {
    const now = performance.now();
    const refused =
      this.queryGapMs === 0 ? 0 : this.#asking > 0 ? -2 : now - this.#queriedAt < this.queryGapMs ? -3 : 0;
    if (refused !== 0) {
      return this.reply(frame, client, { [rowKey]: null }, true, { ErrorID: refused, ErrorMsg: "CTP:未处理请求" });
    }
    this.#asking++;
    this.#queriedAt = now;
    const answer = (): void => {
      this.#asking--;
      const rows = this.rows[String(frame["MsgType"])] ?? [];
      if (rows.length === 0) this.reply(frame, client, { [rowKey]: null });
      for (const [at, row] of rows.entries()) this.reply(frame, client, { [rowKey]: row }, at === rows.length - 1);
    };
    if (this.queryMs === 0) answer();
    else setTimeout(answer, this.queryMs);
  }

  #insert(frame: Frame, client: SiblingClient): void {
    const session = { FrontID: 1, SessionID: client.session };
    const input = frame["InputOrder"] as Frame;
    const order = { ...input, ...session, TradingDay: "20260105", InsertDate: "20260105", InsertTime: "10:00:00" };
    const accepted = { ...order, OrderStatus: "3", OrderSubmitStatus: "3", OrderSysID: `   ${input["OrderRef"]}` };
    (this.rows["ReqQryOrder"] ??= []).push(accepted);
    this.push(client.side, "RtnOrder", { Order: { ...order, OrderStatus: "a", OrderSubmitStatus: "0" } });
    this.push(client.side, "RtnOrder", { Order: accepted });
  }

  #cancel(frame: Frame, client: SiblingClient): void {
    const { OrderSysID } = frame["InputOrderAction"] as Frame;
    const orders = this.rows["ReqQryOrder"] ?? [];
    const at = orders.findIndex((order) => order["OrderSysID"] === OrderSysID && order["OrderStatus"] === "3");
    if (at < 0) {
      const info = { ErrorID: 25, ErrorMsg: "CTP:撤单找不到相应报单" };
      return this.reply(frame, client, { InputOrderAction: frame["InputOrderAction"] }, true, info);
    }
    orders[at] = { ...orders[at], OrderStatus: "5", OrderSubmitStatus: "3", StatusMsg: "已撤单" };
    this.push(client.side, "RtnOrder", { Order: orders[at] });
  }
}
