import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ALLTICK_COMMANDS, ALLTICK_EXTENSIONS, HTTP_DATA, type HttpCall } from "@tickwire/protocol/alltick";
import {
  decodeRequest,
  REQUESTS,
  SEED_DEPTH_ORDER,
  SEED_INSTRUMENT_ORDER,
  SEED_LOGIN_FIELDS,
  TD_PUSHES,
} from "@tickwire/protocol/ctp";
import { faultsOf, references, resolve } from "../../../../test/support/json-schema.ts";
import { makeAsyncApi } from "./asyncapi.ts";
import { makeOpenApi } from "./openapi.ts";
import { SchemaBook, schemaOf } from "./schemas.ts";

interface Media {
  readonly schema: unknown;
  readonly example: Record<string, unknown>;
}

/** Every place of a document that has a schema and an example of it. */
function* mediaOf(node: unknown, path = ""): IterableIterator<[path: string, media: Media]> {
  if (typeof node !== "object" || node === null) return;
  if ("schema" in node && "example" in node) yield [path, node as unknown as Media];
  for (const [key, value] of Object.entries(node)) yield* mediaOf(value, `${path}/${key}`);
}

describe("OpenAPI", () => {
  const document = makeOpenApi("1.2.3") as Record<string, unknown>;
  const media = [...mediaOf(document)];

  test("has what 3.1 requires, and unique operations", () => {
    assert.match(document["openapi"] as string, /^3\.1\.\d$/);
    assert.deepEqual(Object.keys(document["info"] as object).slice(0, 2), ["title", "version"]);
    const paths = Object.values(document["paths"] as Record<string, Record<string, Record<string, unknown>>>);
    const operations = paths.flatMap((path) => Object.values(path));
    assert.equal(operations.length, 7 + 6 + 3);
    const ids = new Set(operations.map(({ operationId }) => operationId));
    assert.equal(ids.size, operations.length);
    for (const { responses } of operations) assert.ok(Object.keys(responses as object).includes("200"));
  });

  test("every reference resolves, every named schema is used", () => {
    const used = new Set(references(document));
    for (const reference of used) assert.ok(resolve(document, reference) !== undefined, reference);
    const { schemas } = document["components"] as { schemas: Record<string, unknown> };
    for (const name of Object.keys(schemas)) assert.ok(used.has(`#/components/schemas/${name}`), name);
  });

  test("every example has its schema", () => {
    assert.equal(media.length, 13 * 2 + 3 + 4);
    for (const [path, { schema, example }] of media) assert.deepEqual(faultsOf(schema, example, document), [], path);
  });

  test("every example of a request is read as it stands by the shape that validates", () => {
    for (const call of Object.keys(HTTP_DATA) as HttpCall[]) {
      const requests = media.filter(([path]) => path.includes(`/${call}/`) && /parameters|requestBody/.test(path));
      assert.ok(requests.length > 0, call);
      for (const [, { example }] of requests) assert.deepEqual(HTTP_DATA[call].read(example["data"]), example["data"]);
    }
  });
});

describe("AsyncAPI", () => {
  const document = makeAsyncApi("1.2.3") as Record<string, unknown>;
  const { messages, schemas } = document["components"] as {
    messages: Record<string, { payload: { $ref: string }; examples: { payload: Record<string, unknown> }[] }>;
    schemas: Record<string, unknown>;
  };
  const payloads = Object.values(messages).flatMap(({ examples }) => examples.map(({ payload }) => payload));

  test("has what 3.0 requires, and every reference resolves", () => {
    assert.equal(document["asyncapi"], "3.0.0");
    for (const reference of references(document)) assert.ok(resolve(document, reference) !== undefined, reference);
    const channels = document["channels"] as Record<string, { address: string; messages: object }>;
    assert.deepEqual(
      Object.values(channels).map(({ address }) => address),
      ["/quote-stock-b-ws-api", "/quote-b-ws-api", "/"],
    );
    const operations = Object.values(document["operations"] as Record<string, { action: string; messages: object[] }>);
    assert.deepEqual(
      operations.map(({ action }) => action),
      ["receive", "send", "receive", "send", "receive", "send"],
    );
    for (const { messages: own } of operations) assert.ok(own.length > 0);
  });

  test("every example has its schema, and no other message's of its dialect and direction", () => {
    for (const [name, { payload, examples }] of Object.entries(messages)) {
      for (const example of examples) {
        assert.deepEqual(faultsOf(resolve(document, payload.$ref), example.payload, document), [], name);
      }
    }
    const trade = messages["alltick-trade"]!.examples[0]!.payload;
    assert.notDeepEqual(faultsOf(schemas["alltick-depth"], trade, document), []);
  });

  test("every command of AllTick is there, with its reply", () => {
    const documented = new Set(payloads.map(({ cmd_id }) => cmd_id));
    const { tradePush, depthPush, ...commands } = ALLTICK_COMMANDS;
    const { klinePush, tickerPush, ...extensions } = ALLTICK_EXTENSIONS;
    for (const push of [tradePush, depthPush, klinePush, tickerPush]) assert.ok(documented.has(push), String(push));
    for (const command of [...Object.values(commands), ...Object.values(extensions)]) {
      assert.ok(documented.has(command) && documented.has(command + 1), String(command));
    }
  });

  test("every request of CTP is there as the codec reads it, with its reply, and every push", () => {
    const ctp = Object.entries(messages)
      .filter(([name]) => name.startsWith("ctp-"))
      .map(([, { examples }]) => examples[0]!.payload);
    const documented = new Set(ctp.map((payload) => payload["MsgType"]));
    for (const { request, reply } of REQUESTS.values()) {
      assert.ok(documented.has(request) && documented.has(`On${reply}`), request);
    }
    for (const { name } of Object.values(TD_PUSHES)) assert.ok(documented.has(`On${name}`), name);
    for (const payload of ctp) {
      if (!REQUESTS.has(String(payload["MsgType"])) || Object.hasOwn(payload, "RspInfo")) continue;
      assert.doesNotMatch(decodeRequest(JSON.stringify(payload)).kind, /malformed|unknown/, JSON.stringify(payload));
    }
  });

  test("ticks, instruments and logins of CTP have the fields of the tables", () => {
    const body = (name: string, key: string): string[] =>
      Object.keys(messages[`ctp-${name}`]!.examples[0]!.payload[key] as object);
    assert.deepEqual(body("tick", "DepthMarketData"), SEED_DEPTH_ORDER);
    assert.deepEqual(body("instrument", "Instrument"), SEED_INSTRUMENT_ORDER);
    const login = messages["ctp-login-reply"]!.examples[0]!.payload;
    assert.ok(
      Object.values(login).some(
        (value) => typeof value === "object" && String(Object.keys(value as object)) === String(SEED_LOGIN_FIELDS),
      ),
    );
  });
});

test("two different schemas cannot share a name", () => {
  const book = new SchemaBook();
  assert.deepEqual(book.refer({ title: "A", type: "string" }), { $ref: "#/components/schemas/A" });
  assert.deepEqual(book.refer({ title: "A", type: "string" }), { $ref: "#/components/schemas/A" });
  assert.throws(() => book.refer({ title: "A", type: "number" }), /two schemas are called A/);
});

test("the schema of an example holds for it and not for another type", () => {
  const example = { MsgType: "Ping", n: 1, list: [{ a: "x" }], none: null };
  const schema = schemaOf(example, ["MsgType"]);
  assert.deepEqual(faultsOf(schema, example, schema), []);
  assert.equal(faultsOf(schema, { ...example, n: "1" }, schema).length, 1);
  assert.equal(faultsOf(schema, { ...example, MsgType: "Pong" }, schema).length, 1);
});
