/** The short screen of `tickwire serve`: where to go, with what, and how to see a first tick. */
import { ALLTICK_WS_PATHS } from "@tickwire/protocol/alltick";
import { DEMO, DEMO_USERS } from "../config.ts";
import { DEFAULT_ADDRESS } from "../config/schema.ts";

/** What the screen tells. */
export interface ScreenFacts {
  readonly version: string;
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  readonly feeds: readonly string[];
  /** Whether the demo token and users are in force. */
  readonly demo: boolean;
  /** Numbers of configured tokens and users, of issued tokens and added users. */
  readonly tokens: number;
  readonly users: number;
  readonly issued: number;
  readonly added: number;
  /** How this program is called here: `tickwire`, `npm run tickwire --`. */
  readonly command: string;
}

/** Codes that the `sim` feed always has; the first lines of a new user's life. */
const FIRST_CODE = "BTCUSDT";

/** The screen, without a line end. */
export function writeScreen(facts: ScreenFacts): string {
  const { demo } = facts;
  const urls = facts.addresses.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`);
  const token = demo ? DEMO : "TOKEN";
  const first = reachable(urls[0] ?? "");
  const url = `ws://${first}`;
  const isDefault = first === `${DEFAULT_ADDRESS.host}:${DEFAULT_ADDRESS.port}`;
  const tail = [
    facts.command,
    "tail",
    FIRST_CODE,
    ...(isDefault ? [] : ["--url", url]),
    ...(demo ? [] : ["--token", token]),
  ];
  const subscribe = `{"cmd_id":22004,"seq_id":1,"trace":"t1","data":{"symbol_list":[{"code":"${FIRST_CODE}"}]}}`;
  return `tickwire ${facts.version}

${urls.map((at) => doors(at, token)).join("\n\n")}

  token      ${demo ? `${DEMO} (this machine only)` : count("token", facts.tokens, [facts.issued, "issued"])}
  user       ${demo ? `${DEMO_USERS.join(" and ")}, password ${DEMO} (this machine only)` : count("user", facts.users, [facts.added, "added"])}
  feeds      ${facts.feeds.join("  ")}

See ticks:   ${tail.join(" ")}
Or by hand:  npx wscat -c '${url}${ALLTICK_WS_PATHS.general}?token=${token}' -w 60 -x '${subscribe}'
`;
}

function doors(at: string, token: string): string {
  return `  CTP JSON   ws://${at}/
  AllTick    ws://${at}${ALLTICK_WS_PATHS.general}?token=${token}
             ws://${at}${ALLTICK_WS_PATHS.stock}?token=${token}
  health     http://${at}/healthz  http://${at}/metrics`;
}

/** An address that a client on this machine can use: the unspecified ones are for listening only. */
function reachable(at: string): string {
  return at.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
}

function count(noun: string, configured: number, [others, how]: readonly [number, string]): string {
  if (configured + others === 0) return `no ${noun} configured: its door admits nobody`;
  const parts = [configured > 0 ? `${configured} configured` : "", others > 0 ? `${others} ${how}` : ""];
  return parts.filter((part) => part !== "").join(", ");
}
