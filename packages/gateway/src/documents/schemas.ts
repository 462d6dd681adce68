/** JSON Schemas for the documents: from shapes of the protocol, and from examples that the codecs wrote. */

/** A JSON Schema or a part of a document. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json };

/** One message of a dialect. */
export interface MessageText {
  /** Unique in its dialect; letters, digits, `-`. */
  readonly name: string;
  readonly summary: string;
  /** As it is on the wire. */
  readonly example: string;
}

/** Collects named schemas of one document, so that each is written once and referred to. */
export class SchemaBook {
  readonly schemas: Record<string, Json> = {};

  /** The schema with every titled part of it moved into the book; itself a reference if it has a title. */
  refer(schema: object): JsonObject {
    return this.#move(JSON.parse(JSON.stringify(schema)) as Json) as JsonObject;
  }

  #move(node: Json): Json {
    if (Array.isArray(node)) return node.map((item: Json) => this.#move(item));
    if (typeof node !== "object" || node === null) return node;
    const moved = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, this.#move(value)]));
    const { title, ...rest } = moved;
    if (typeof title !== "string") return moved;
    const known = this.schemas[title];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(rest)) {
      throw new Error(`two schemas are called ${title}`);
    }
    this.schemas[title] = rest;
    return { $ref: `#/components/schemas/${title}` };
  }
}

/**
 * The schema of what an example is one of: its keys and their types. `fixed` names keys whose value is what makes the message
 * this one; they alone are required, as the others may be missing in some.
 */
export function schemaOf(example: Json, fixed: readonly string[] = []): JsonObject {
  if (example === null) return { type: "null" };
  if (Array.isArray(example)) {
    const first = (example as readonly Json[])[0];
    return first === undefined ? { type: "array" } : { type: "array", items: schemaOf(first) };
  }
  if (typeof example !== "object") return { type: typeof example };
  const properties = Object.entries(example).map(([key, value]) => [
    key,
    fixed.includes(key) ? { const: value } : schemaOf(value),
  ]);
  const required = fixed.filter((key) => Object.hasOwn(example, key));
  return {
    type: "object",
    properties: Object.fromEntries(properties) as JsonObject,
    ...(required.length === 0 ? {} : { required }),
  };
}
