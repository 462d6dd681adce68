/** A trader of the crash test: one session, which notes everything that it is told until its gateway is gone. */
import { once } from "node:events";
import { encodeTradingRequest, type Fields } from "@tickwire/protocol/ctp";
import { WebSocket } from "ws";
import type { Json } from "./client.ts";
import { PASSWORD } from "./crash-gateway.ts";

/** A gateway that says nothing for so long will not answer any more. */
const PATIENCE_MS = 15_000;
/** Keys of a frame that are not its body. */
const HEAD = /^(MsgType|RspInfo|RequestID|IsLast)$/;

/** Hears a frame: its name without `On`, its body, the error that it tells. */
export type Hear = (name: string, body: Json, error: number) => void;

/** What a user did on a day. */
export interface Lists {
  readonly orders: readonly Json[];
  readonly trades: readonly Json[];
}

/** What a user has. */
export interface View {
  readonly positions: readonly Json[];
  readonly details: readonly Json[];
  readonly account: Json;
  /** The positions once more, asked after the account: equal prices tell that it was valued at the same. */
  readonly again: readonly Json[];
}

interface Asked {
  readonly rows: Json[];
  readonly resolve: (rows: readonly Json[]) => void;
  readonly reject: (error: Error) => void;
}

/** One logged-in session. */
export class CrashTrader {
  readonly user: string;
  /** Body of the reply to the login. */
  login: Json = {};
  /** Resolves when the connection has ended and every frame that came was heard. */
  readonly ended: Promise<void>;
  readonly #ws: WebSocket;
  readonly #hear: Hear;
  readonly #asked = new Map<number, Asked>();
  #requestId = 0;
  #gone = false;

  private constructor(ws: WebSocket, user: string, hear: Hear) {
    this.#ws = ws;
    this.user = user;
    this.#hear = hear;
    ws.on("message", (data) => this.#take(JSON.parse(String(data)) as Json));
    ws.on("error", () => {});
    this.ended = new Promise((resolve) =>
      ws.on("close", () => {
        this.#gone = true;
        for (const { reject } of this.#asked.values()) reject(new Error("the gateway is gone"));
        this.#asked.clear();
        resolve();
      }),
    );
  }

  /** Connects and logs in. */
  static async enter(url: string, user: string, hear: Hear): Promise<CrashTrader> {
    const ws = new WebSocket(`${url}/td/?dialect=classic`);
    const trader = new CrashTrader(ws, user, hear);
    await once(ws, "open");
    const [login] = await trader.ask("ReqUserLogin", { UserID: user, Password: PASSWORD });
    if (login === undefined) throw new Error(`${user} was not let in`);
    trader.login = login;
    return trader;
  }

  /** Sends a request; returns its RequestID. What comes of it is heard. */
  send(request: string, body: Fields): number {
    this.#ws.send(encodeTradingRequest("classic", request, body, ++this.#requestId));
    return this.#requestId;
  }

  /** Sends a request and waits for all rows of its answer; rejects when the gateway goes, or says nothing. */
  async ask(request: string, body: Fields = {}): Promise<readonly Json[]> {
    if (this.#gone) throw new Error("the gateway is gone");
    const { promise, resolve, reject } = Promise.withResolvers<readonly Json[]>();
    const id = this.send(request, body);
    this.#asked.set(id, { rows: [], resolve, reject });
    const timer = setTimeout(() => reject(new Error(`no answer to ${request} of ${this.user}`)), PATIENCE_MS);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks for all orders and trades of the day. */
  async lists(): Promise<Lists> {
    const [orders, trades] = await Promise.all([this.ask("ReqQryOrder"), this.ask("ReqQryTrade")]);
    return { orders, trades };
  }

  /** Asks for positions and account at once. */
  async view(): Promise<View> {
    const [positions, details, accounts, again] = await Promise.all([
      this.ask("ReqQryInvestorPosition"),
      this.ask("ReqQryInvestorPositionDetail"),
      this.ask("ReqQryTradingAccount"),
      this.ask("ReqQryInvestorPosition"),
    ]);
    if (accounts.length !== 1) throw new Error(`${this.user} has ${accounts.length} accounts`);
    return { positions, details, account: accounts[0]!, again };
  }

  #take(frame: Json): void {
    const key = Object.keys(frame).find((name) => !HEAD.test(name));
    const body = ((key === undefined ? undefined : frame[key]) ?? {}) as Json;
    const error = Number((frame["RspInfo"] as Json | null | undefined)?.["ErrorID"] ?? 0);
    const asked = this.#asked.get(Number(frame["RequestID"]));
    if (asked === undefined) return this.#hear(String(frame["MsgType"]).replace(/^On/, ""), body, error);
    if (Object.keys(body).length > 0) asked.rows.push(body);
    if (error !== 0) asked.reject(new Error(`${this.user}: ${JSON.stringify(frame)}`));
    else if (frame["IsLast"] === true) asked.resolve(asked.rows);
    else return;
    this.#asked.delete(Number(frame["RequestID"]));
  }
}
