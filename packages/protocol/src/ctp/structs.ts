/** The structs' tables, read. */
import { ENUMS, STRUCTS, type StructName } from "./struct-tables.ts";

/** A body: its fields by their names on the wire. */
export type Fields = Readonly<Record<string, string | number>>;

/** What a field of a struct may hold. */
export interface FieldSpec {
  readonly name: string;
  readonly type: "text" | "char" | "int" | "bool" | "double";
  /** Most GBK bytes of a text; 1 for a character. */
  readonly maxBytes: number;
  /** What its characters are from; undefined: anything. */
  readonly allowed: string | undefined;
}

const TYPES: Readonly<Record<string, FieldSpec["type"]>> = { s: "text", c: "char", i: "int", b: "bool", d: "double" };

function parseField(text: string): FieldSpec {
  const [, name, type, size, values] = /^(\w+):([scibd])(\d*)(?:\/(\w+))?$/.exec(text)!;
  return {
    name: name!,
    type: TYPES[type!]!,
    maxBytes: Number(size) || 1,
    allowed: values === undefined ? undefined : ENUMS[values],
  };
}

const PARSED: ReadonlyMap<string, readonly FieldSpec[]> = new Map(
  Object.entries(STRUCTS).map(([name, text]) => [name, text.trim().split(/\s+/).map(parseField)]),
);

/** The fields of a struct, in the order of the header. */
export function fieldsOf(struct: StructName): readonly FieldSpec[] {
  return PARSED.get(struct)!;
}

/** Whether a field holds a text. */
export function isText({ type }: FieldSpec): boolean {
  return type === "text" || type === "char";
}

/** A text of a body; empty where it has none. */
export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

/** A number of a body; 0 where it has none. */
export function numberIn(fields: Fields, name: string): number {
  const value = fields[name];
  return typeof value === "number" ? value : 0;
}

/** Bytes of a text in GBK: one for ASCII, two for any other character. */
export function gbkLength(text: string): number {
  let bytes = 0;
  for (const char of text) bytes += gbkBytes(char);
  return bytes;
}

/** Bytes of one character in GBK. */
export function gbkBytes(char: string): number {
  return char < "\u0080" ? 1 : 2;
}

/** The beginning of a text that fits into so many GBK bytes, whole characters only. */
export function clipGbk(text: string, maxBytes: number): string {
  let [bytes, end] = [0, 0];
  for (const char of text) {
    bytes += gbkBytes(char);
    if (bytes > maxBytes) return text.slice(0, end);
    end += char.length;
  }
  return text;
}
