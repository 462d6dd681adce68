/** Connecting to a gateway of CTP JSON once. */
import type { DepthMarketData, Dialect, Login, TickTerms, TradingPush } from "@tickwire/protocol/ctp";
import type { Snapshot } from "@tickwire/protocol/model";
import { ClientError, openConnection, type ConnectionOptions } from "./connection.ts";
import type { CtpAnomaly } from "./ctp-client-options.ts";
import { CtpLink } from "./ctp-link.ts";

/** What a CTP link takes. */
export interface CtpLinkOptions extends ConnectionOptions, Login {
  /** `ws://host:port`, to which the dialect's path is added, or a whole address with its own path. */
  readonly url: string;
  /** Default: `seed`. `auto`: found out from the replies. */
  readonly dialect?: Dialect | "auto" | undefined;
  /**
   * The terms of an instrument, without which money and dates of its ticks cannot be read: a tick carries a wall clock
   * and no zone. Default, also where it returns undefined: {@link UNKNOWN_TERMS}, those of no multiplier and Chinese hours.
   */
  readonly terms?: ((id: string) => TickTerms | undefined) | undefined;
  readonly onSnapshot?: ((snapshot: Snapshot) => void) | undefined;
  /** Hears of every tick as it was read from the wire, before {@link onSnapshot}. */
  readonly onTick?: ((tick: DepthMarketData) => void) | undefined;
  /** Hears of every order and trade of the user, whichever session they come from, and of refusals. */
  readonly onPush?: ((push: TradingPush) => void) | undefined;
  /** Counts something strange that was survived. */
  readonly onAnomaly?: ((cause: CtpAnomaly) => void) | undefined;
  /** A connection without any frame for so long is given up; default 0: only one whose gateway sends Ping, after 90 s. */
  readonly silenceMs?: number | undefined;
}

/** Where each dialect lives on one port; `?dialect=` tells legacy from seed, which share the root. */
const PATHS: Readonly<Record<Dialect | "auto", string>> = {
  auto: "/",
  seed: "/",
  legacy: "/?dialect=legacy",
  classic: "/md/",
};

/** The address with the dialect's path. Throws a {@link ClientError}, which names the option `field`, when `url` is no WebSocket's. */
export function ctpUrl(url: string, dialect: Dialect | "auto", field = "url"): string {
  const address = URL.parse(url);
  if (address === null || !/^wss?:$/.test(address.protocol) || address.hash !== "") {
    // What is no address is shown without its query, where tokens are.
    const shown = JSON.stringify(url.replace(/[?#].*$/s, "").replace(/\/\/[^/]*@/, "//"));
    const why = `${field}: expected an address such as ws://host:8080/md/, got ${shown}`;
    throw new ClientError("connect", why, undefined, false);
  }
  return address.pathname === "/" && address.search === "" ? new URL(PATHS[dialect], address).href : address.href;
}

/** Connects and logs in. Rejects with a {@link ClientError}: of kind `refused` when the login was. */
export async function connectCtp(options: CtpLinkOptions): Promise<CtpLink> {
  const url = ctpUrl(options.url, options.dialect ?? "seed");
  const link = new CtpLink(await openConnection(url, options), options);
  try {
    await link.login();
    return link;
  } catch (error) {
    await link.close();
    throw error;
  }
}
