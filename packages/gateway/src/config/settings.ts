/** The schema as a flat list of settings: what docs, environment variables and error texts are made from. */
import { z } from "zod";
import { configSchema } from "./schema.ts";

/** The parts of a JSON Schema node that are used here. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
}

/** One key of the configuration that holds a value. Inside a list its path has `[]`, as in `tokens[].plan`. */
export interface Setting {
  readonly path: string;
  readonly node: SchemaNode;
  /** Name of the environment variable that sets it; undefined inside lists, for lists and for maps. */
  readonly env: string | undefined;
}

/** The configuration as JSON Schema (draft 2020-12): for editors and for `config schema`. */
export const CONFIG_JSON_SCHEMA = z.toJSONSchema(configSchema, { io: "input" }) as SchemaNode;

/** Every setting, in the order of the schema. */
export const SETTINGS: readonly Setting[] = [...settingsOf(CONFIG_JSON_SCHEMA, "", true)];

function* settingsOf(node: SchemaNode, path: string, settable: boolean): IterableIterator<Setting> {
  if (node.properties !== undefined) {
    for (const [key, child] of Object.entries(node.properties)) {
      yield* settingsOf(child, path === "" ? key : `${path}.${key}`, settable);
    }
  } else {
    yield {
      path,
      node,
      env: settable && node.items === undefined && node.type !== "object" ? envName(path) : undefined,
    };
    if (node.items?.properties !== undefined) yield* settingsOf(node.items, `${path}[]`, false);
  }
}

/** `alltick.malformedRet` → `TICKWIRE_ALLTICK_MALFORMED_RET`. */
function envName(path: string): string {
  return `TICKWIRE_${path.replaceAll(".", "_").replaceAll(/[A-Z]/g, "_$&").toUpperCase()}`;
}

/** The schema at a path of keys and indices, or undefined where it has nothing. */
export function schemaAt(path: readonly PropertyKey[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = CONFIG_JSON_SCHEMA;
  for (const key of path) node = typeof key === "number" ? node?.items : node?.properties?.[String(key)];
  return node;
}

/** What a setting takes, in words that follow "expected": `one of "generous", "vendor"`, `an integer from 0 to 65535`. */
export function expectation(node: SchemaNode): string {
  if (node.enum !== undefined) return `one of ${node.enum.map((value) => JSON.stringify(value)).join(", ")}`;
  if (node.properties !== undefined) return `keys (${Object.keys(node.properties).join(", ")})`;
  if (node.items !== undefined) return "a list";
  if (node.type === "integer") return `an integer${range(node)}`;
  if (node.type === "number") return `a number${range(node)}`;
  if (node.type === "boolean") return "true or false";
  if (node.type === "object") return "a map";
  return "a text";
}

function range({ minimum, maximum }: SchemaNode): string {
  const top = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (minimum === undefined) return top === undefined ? "" : ` of at most ${top}`;
  return top === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${top}`;
}
