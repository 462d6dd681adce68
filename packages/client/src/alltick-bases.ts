/** Where the two doors of an AllTick service are. */
import { ClientError } from "./connection.ts";

/** The base of each door, without a slash at its end. */
export interface Bases {
  readonly ws: string;
  readonly http: string;
}

/** A whole address of one door stands for its base. */
const KNOWN_PATH = /\/quote-(?:stock-)?b-(?:ws-)?api\/?$/;

/** The bases that `url` stands for: http is ws and the other way round. Throws a {@link ClientError} when it is no address of either. */
export function basesOf(url: string): Bases {
  const address = URL.parse(url);
  if (address === null || !/^(?:ws|http)s?:$/.test(address.protocol)) {
    throw new ClientError("connect", `cannot connect to ${url}: not an address`, undefined, false);
  }
  const secure = /^(?:https|wss):$/.test(address.protocol) ? "s" : "";
  const place = `${secure}://${address.host}${address.pathname.replace(KNOWN_PATH, "").replace(/\/$/, "")}`;
  return { ws: `ws${place}`, http: `http${place}` };
}
