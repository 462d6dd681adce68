/** Bodies of requests, checked field by field against their struct. */
import { Malformed, quote } from "./malformed.ts";
import { NONE_FROM } from "./numbers.ts";
import { fieldsOf, gbkLength, isText, type Fields, type FieldSpec } from "./structs.ts";
import type { StructName } from "./struct-tables.ts";

const MAX_INT = 2 ** 31 - 1;
const MIN_INT = -(2 ** 31);

/**
 * Every field of the struct, in the order of the header: `""` and 0 where the body has none or null, DBL_MAX (CTP's "none")
 * as 0, true and false as 1 and 0 where that is meant. What the struct does not have is dropped. Throws {@link Malformed}
 * with the path, which begins with `key`, for a wrong type, a text that is too long, a value outside its enumeration.
 */
export function readFields(struct: StructName, key: string, body: Readonly<Record<string, unknown>>): Fields {
  const fields: Record<string, string | number> = {};
  for (const spec of fieldsOf(struct)) {
    const value = body[spec.name] ?? undefined;
    const fault = value === undefined ? undefined : faultOf(spec, value);
    if (fault !== undefined) throw new Malformed(`${key}.${spec.name}: ${fault}`);
    fields[spec.name] = isText(spec) ? ((value as string | undefined) ?? "") : toNumber(value);
  }
  return fields;
}

/** A number that has been checked. */
function toNumber(value: unknown): number {
  const number = Number(value ?? 0);
  return Math.abs(number) < NONE_FROM ? number : 0;
}

function faultOf(spec: FieldSpec, value: unknown): string | undefined {
  switch (spec.type) {
    case "text":
    case "char":
      return typeof value === "string" ? faultOfText(spec, value) : `must be a string, not ${quote(value)}`;
    case "int":
      return faultOfInt(value);
    case "bool":
      return value === 0 || value === 1 || typeof value === "boolean"
        ? undefined
        : `must be 0 or 1, not ${quote(value)}`;
    case "double":
      return faultOfDouble(value);
  }
}

function faultOfText({ type, maxBytes, allowed }: FieldSpec, value: string): string | undefined {
  if (value.length > maxBytes || gbkLength(value) > maxBytes) {
    return type === "char" ? "must be one character" : `must have at most ${maxBytes} bytes in GBK`;
  }
  if (allowed === undefined || [...value].every((char) => allowed.includes(char))) return undefined;
  return `must be of ${[...allowed].join(", ")}, not ${quote(value)}`;
}

function faultOfInt(value: unknown): string | undefined {
  if (!Number.isInteger(value)) return `must be an integer, not ${quoteNumber(value)}`;
  return (value as number) > MAX_INT || (value as number) < MIN_INT ? "must fit into 32 bits" : undefined;
}

function faultOfDouble(value: unknown): string | undefined {
  return Number.isFinite(value) ? undefined : `must be a number, not ${quoteNumber(value)}`;
}

/** JSON reads numbers that are too big as infinite, which it cannot write. */
function quoteNumber(value: unknown): string {
  return typeof value === "number" ? String(value) : quote(value);
}
