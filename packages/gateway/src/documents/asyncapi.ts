/** Both WebSocket dialects as an AsyncAPI 3 document: every message with an example that the codec wrote. */
import { ALLTICK_PUSHES, ALLTICK_REPLIES, ALLTICK_REQUESTS } from "./alltick-messages.ts";
import { CTP_REPLIES, CTP_REQUESTS } from "./ctp-messages.ts";
import { schemaOf, type Json, type JsonObject, type MessageText } from "./schemas.ts";

interface Dialect {
  readonly name: string;
  readonly title: string;
  /** Keys whose value makes a message what it is. */
  readonly fixed: readonly string[];
  readonly channels: Readonly<Record<string, { readonly address: string; readonly description: string }>>;
  /** Whether connections bear a token in the address. */
  readonly token: boolean;
  /** From the client, and to it. */
  readonly requests: readonly MessageText[];
  readonly replies: readonly MessageText[];
}

const DIALECTS: readonly Dialect[] = [
  {
    name: "alltick",
    title: "AllTick",
    fixed: ["cmd_id"],
    channels: {
      alltickStock: { address: "/quote-stock-b-ws-api", description: "Stocks, market indices and futures" },
      alltickGeneral: {
        address: "/quote-b-ws-api",
        description: "Forex, metals, energy, commodities, crypto, CFD indices and futures",
      },
    },
    token: true,
    requests: ALLTICK_REQUESTS,
    replies: [...ALLTICK_REPLIES, ...ALLTICK_PUSHES],
  },
  {
    name: "ctp",
    title: "CTP JSON, seed dialect",
    fixed: ["MsgType"],
    channels: {
      ctp: {
        address: "/",
        description: "Market data and trading of CTP; `/md/` and `/td/` begin in the classic dialect",
      },
    },
    token: false,
    requests: CTP_REQUESTS,
    replies: CTP_REPLIES,
  },
];

const TOKEN_BINDING: JsonObject = {
  ws: { query: { type: "object", properties: { token: { type: "string" } }, required: ["token"] } },
};

/** Makes the document; `version` is the gateway's. */
export function makeAsyncApi(version: string): JsonObject {
  const channels: Record<string, Json> = {};
  const operations: Record<string, Json> = {};
  const messages: Record<string, Json> = {};
  const schemas: Record<string, Json> = {};
  for (const dialect of DIALECTS) {
    const all = [...dialect.requests, ...dialect.replies];
    for (const message of all) {
      const key = keyOf(dialect, message);
      const payload = JSON.parse(message.example) as Json;
      schemas[key] = schemaOf(payload, dialect.fixed);
      messages[key] = {
        name: message.name,
        summary: message.summary,
        contentType: "application/json",
        payload: { $ref: `#/components/schemas/${key}` },
        examples: [{ payload }],
      };
    }
    for (const [channel, { address, description }] of Object.entries(dialect.channels)) {
      const refs = all.map((message) => [keyOf(dialect, message), ref("components/messages", keyOf(dialect, message))]);
      channels[channel] = {
        address,
        title: dialect.title,
        description,
        messages: Object.fromEntries(refs) as JsonObject,
        ...(dialect.token ? { bindings: TOKEN_BINDING } : {}),
      };
      operations[`${channel}Receive`] = operation("receive", channel, dialect, dialect.requests);
      operations[`${channel}Send`] = operation("send", channel, dialect, dialect.replies);
    }
  }
  return {
    asyncapi: "3.0.0",
    info: {
      title: "tickwire: WebSocket",
      version,
      description:
        "Operations are the gateway's: it receives requests and sends replies and pushes, one JSON object per frame.",
    },
    servers: {
      gateway: {
        host: "{host}",
        protocol: "ws",
        variables: { host: { default: "127.0.0.1:8081", description: "Where the gateway listens" } },
      },
    },
    defaultContentType: "application/json",
    channels,
    operations,
    components: { messages, schemas },
  };
}

function operation(action: string, channel: string, dialect: Dialect, texts: readonly MessageText[]): JsonObject {
  return {
    action,
    channel: ref("channels", channel),
    messages: texts.map((message) => ref(`channels/${channel}/messages`, keyOf(dialect, message))),
  };
}

function keyOf(dialect: Dialect, { name }: MessageText): string {
  return `${dialect.name}-${name}`;
}

function ref(path: string, key: string): JsonObject {
  return { $ref: `#/${path}/${key}` };
}
