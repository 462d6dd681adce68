import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { BODIES } from "./body-tables.ts";
import { encodeBody } from "./encode-body.ts";
import { DEPTH_FIELDS, INSTRUMENT_FIELDS, MD_LOGIN_FIELDS, TD_LOGIN_FIELDS } from "./fields.ts";
import { REQUESTS, TD_PUSHES } from "./requests.ts";
import { ENUMS, STRUCTS, type StructName } from "./struct-tables.ts";
import { fieldsOf } from "./structs.ts";

interface HeaderField {
  readonly name: string;
  readonly type: "string" | "char" | "int" | "double";
  readonly ctype: string;
  readonly max_bytes?: number;
  readonly enum?: string;
  readonly element_enum?: string;
  readonly since?: string;
  readonly obsolete?: boolean;
}

interface Header {
  readonly structs: Readonly<Record<string, { readonly fields: readonly HeaderField[] }>>;
  readonly enums: Readonly<Record<string, object>>;
  readonly emitted_by_webctp: Readonly<Record<string, readonly string[]>>;
  readonly trader_api: {
    readonly requests: Readonly<Record<string, { readonly struct: string | null }>>;
    readonly callbacks: Readonly<Record<string, { readonly structs: readonly string[] }>>;
  };
}

const FILE = new URL("../../../../../shared/protocols/ctp-structs.json", import.meta.url);
const absent = existsSync(FILE) ? false : "the header's data is not here (../shared/protocols)";
const header = (): Header => JSON.parse(readFileSync(FILE, "utf8")) as Header;
/** Structs that the header's data does not have, though its requests do. */
const NOT_IN_DATA: readonly string[] = ["RemoveParkedOrderAction", "QryParkedOrderAction"];
const TYPES = { string: "s", char: "c", int: "i", double: "d" } as const;

/** Whether a field is of CTP 6.7.2 and means something. */
function isCurrent({ since = "6.3.15", obsolete }: HeaderField): boolean {
  const [, minor, patch] = since.split(".").map(Number);
  return obsolete !== true && (minor! < 7 || (minor === 7 && patch! <= 2));
}

/** A field of the header as the table writes it. */
function write(field: HeaderField): string {
  const type = field.ctype === "BoolType" ? "b" : TYPES[field.type];
  const values = field.enum ?? field.element_enum;
  return `${field.name}:${type}${field.max_bytes ?? ""}${values === undefined ? "" : `/${values.slice(0, -4)}`}`;
}

test("every struct is that of the header, but for what is obsolete or too new", { skip: absent }, () => {
  const { structs } = header();
  let compared = 0;
  for (const [name, text] of Object.entries(STRUCTS)) {
    if (NOT_IN_DATA.includes(name)) continue;
    assert.equal(
      text.trim().replaceAll(/\s+/g, " "),
      structs[name]!.fields.filter(isCurrent).map(write).join(" "),
      name,
    );
    compared++;
  }
  assert.equal(compared, Object.keys(STRUCTS).length - NOT_IN_DATA.length);
});

test("every enumeration has the header's values", { skip: absent }, () => {
  const { enums } = header();
  for (const [name, values] of Object.entries(ENUMS)) {
    assert.deepEqual([...values].toSorted(), Object.keys(enums[`${name}Type`]!).toSorted(), name);
  }
});

test("every body has the keys that the classic gateway sends, in its order", { skip: absent }, () => {
  const own = new Map<string, readonly string[]>([
    ["RspQryInstrument", INSTRUMENT_FIELDS],
    ["RspQryDepthMarketData", DEPTH_FIELDS.filter((field) => !field.startsWith("reserve"))],
    ["processConnectResult", TD_LOGIN_FIELDS],
    ["RspUserLogin", MD_LOGIN_FIELDS],
    ["RtnDepthMarketData", DEPTH_FIELDS],
  ]);
  for (const [callback, keys] of Object.entries(header().emitted_by_webctp)) {
    const name = callback.slice(3).replace(/^On/, "");
    assert.deepEqual(own.get(name) ?? Object.keys(JSON.parse(encodeBody(name, {})) as object), keys, name);
  }
});

test("requests and messages have the structs of the trader API", { skip: absent }, () => {
  const { requests, callbacks } = header().trader_api;
  for (const { request, body } of REQUESTS.values()) assert.equal(requests[request]?.struct, body, request);
  for (const [name, [struct]] of Object.entries(BODIES))
    assert.deepEqual(callbacks[`On${name}`]?.structs, [struct], name);
});

test("a body without fields has every key of its table once, texts empty and numbers 0", () => {
  for (const [name, [struct, order]] of Object.entries(BODIES)) {
    const body = JSON.parse(encodeBody(name, { stranger: 1 })) as Record<string, unknown>;
    const specs = new Map(fieldsOf(struct as StructName).map((spec) => [spec.name, spec]));
    assert.equal(Object.keys(body).length, typeof order === "string" ? specs.size : order.length, name);
    for (const [key, value] of Object.entries(body)) {
      const { type } = specs.get(key)!;
      assert.equal(value, type === "text" || type === "char" ? "" : 0, `${name}.${key}`);
    }
  }
});

test("every reply and push of the trading side has its body; no other message has", () => {
  const elsewhere = new Set(["RspUserLogin", "RspQryInstrument", "RspQryDepthMarketData"]);
  const names = [...REQUESTS.values()].map(({ reply }) => reply).filter((name) => !elsewhere.has(name));
  const pushes = Object.values(TD_PUSHES).map(({ name }) => name);
  assert.deepEqual([...names, ...pushes].toSorted(), Object.keys(BODIES).toSorted());
  assert.throws(() => encodeBody("RspUserLogin", {}), /RspUserLogin: no message/);
});

test("numbers that are none never reach the wire, and integers stay whole", () => {
  const body = JSON.parse(
    encodeBody("RtnOrder", {
      LimitPrice: NaN,
      StopPrice: Number.MAX_VALUE,
      VolumeTotal: 2.0000001,
      OrderRef: 'a"b',
      UserID: 7,
    }),
  ) as Record<string, unknown>;
  const { LimitPrice, StopPrice, VolumeTotal, OrderRef, UserID } = body;
  assert.deepEqual([LimitPrice, StopPrice, VolumeTotal, OrderRef, UserID], [0, 0, 2, 'a"b', ""]);
});
