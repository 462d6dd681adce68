/** Client frames, written as each dialect has them. */
import { DIALECTS } from "./dialects.ts";
import type { Dialect, InstrumentFilter } from "./messages.ts";
import { REQUESTS, SUBSCRIPTIONS, type SubscriptionSpec } from "./requests.ts";
import type { Fields } from "./structs.ts";

/** Who logs in. */
export interface Login {
  readonly user: string;
  readonly password: string;
  /** Left out where it is not given. */
  readonly brokerId?: string;
}

/** ReqUserLogin; identical in all three dialects (ctp.md a.5 rule 4). */
export function encodeLogin(login: Login, requestId = 0): string {
  const broker = login.brokerId === undefined ? {} : { BrokerID: login.brokerId };
  return JSON.stringify({
    MsgType: "ReqUserLogin",
    RequestID: requestId,
    ReqUserLogin: { UserID: login.user, Password: login.password, ...broker },
  });
}

/** ReqUserLogout. */
export function encodeLogout(dialect: Dialect, user: string, requestId = 0): string {
  return encodeWithBody(dialect, "ReqUserLogout", { UserID: user }, requestId);
}

/** ReqQryInstrument; an empty filter asks for all. */
export function encodeInstrumentQuery(dialect: Dialect, filter: Partial<InstrumentFilter>, requestId = 0): string {
  const body = {
    InstrumentID: filter.instrumentId ?? "",
    ...(filter.exchangeId ? { ExchangeID: filter.exchangeId } : {}),
    ...(filter.exchangeInstId ? { ExchangeInstID: filter.exchangeInstId } : {}),
    ...(filter.productId ? { ProductID: filter.productId } : {}),
  };
  return encodeWithBody(dialect, "ReqQryInstrument", body, requestId);
}

/**
 * A request of the trading side by its name (`ReqOrderInsert`), with the fields that matter; those that are left out mean
 * `""` or 0. Throws for a name that is not in {@link REQUESTS}.
 */
export function encodeTradingRequest(dialect: Dialect, request: string, body: Fields, requestId = 0): string {
  if (!REQUESTS.has(request)) throw new TypeError(`${request}: no such request`);
  return encodeWithBody(dialect, request, body, requestId);
}

/** The body stands under the request's name in the seed dialect, under its own in the others (ctp.md b). */
function encodeWithBody(dialect: Dialect, request: string, body: object, requestId: number): string {
  const key = DIALECTS[dialect].seedRequests ? request : REQUESTS.get(request)!.body;
  return JSON.stringify({ MsgType: request, RequestID: requestId, [key]: body });
}

/** The request that begins (`"subscribe"`) or ends (`"unsubscribe"`) ticks of these instruments. */
export function encodeSubscription(dialect: Dialect, kind: SubscriptionSpec["kind"], ids: readonly string[]): string {
  const family = DIALECTS[dialect].seedRequests ? "seed" : "sibling";
  const name = [...SUBSCRIPTIONS].find(([, spec]) => spec.kind === kind && spec.family === family)![0];
  return JSON.stringify(
    family === "seed" ? { MsgType: name, [name]: { InstrumentID: ids } } : { MsgType: name, InstrumentID: ids },
  );
}
