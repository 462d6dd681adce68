/** Enough of JSON Schema 2020-12 to check the service's documents and answers against each other, written apart from what makes them. */

type Node = Readonly<Record<string, unknown>>;

/** What is wrong with `value`, one line each, by path; empty when it has its schema. Unknown keywords are faults. */
export function faultsOf(schema: unknown, value: unknown, root: unknown, path = "$"): string[] {
  const node = schema as Node;
  const faults: string[] = [];
  for (const [keyword, rule] of Object.entries(node)) {
    const check = KEYWORDS[keyword];
    if (check === undefined) faults.push(`${path}: keyword ${keyword} is not known here`);
    else faults.push(...check(rule, value, root, path, node));
  }
  return faults;
}

/** What a local reference points at, undefined for nothing. */
export function resolve(root: unknown, reference: string): unknown {
  if (!reference.startsWith("#/")) return undefined;
  let node: unknown = root;
  for (const key of reference.slice(2).split("/")) {
    node = (node as Node | undefined)?.[decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return node;
}

/** Every `$ref` of a document. */
export function references(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === "$ref" && typeof value === "string" ? [value] : references(value),
  );
}

type Check = (rule: unknown, value: unknown, root: unknown, path: string, node: Node) => string[];

const fail = (wrong: boolean, text: string): string[] => (wrong ? [text] : []);
const isObject = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

const KEYWORDS: Readonly<Record<string, Check>> = {
  description: () => [],
  default: () => [],
  examples: () => [],
  title: () => [],
  type: (rule, value, _root, path) =>
    fail(![rule].flat().some((type) => TYPES[String(type)]!(value)), `${path}: not of type ${String(rule)}`),
  const: (rule, value, _root, path) => fail(rule !== value, `${path}: not ${JSON.stringify(rule)}`),
  enum: (rule, value, _root, path) =>
    fail(!(rule as unknown[]).includes(value), `${path}: not one of ${JSON.stringify(rule)}`),
  pattern: (rule, value, _root, path) =>
    fail(typeof value === "string" && !new RegExp(rule as string).test(value), `${path}: not ${String(rule)}`),
  maxLength: (rule, value, _root, path) =>
    fail(typeof value === "string" && value.length > (rule as number), `${path}: too long`),
  minimum: (rule, value, _root, path) =>
    fail(typeof value === "number" && value < (rule as number), `${path}: too small`),
  maximum: (rule, value, _root, path) =>
    fail(typeof value === "number" && value > (rule as number), `${path}: too large`),
  minItems: (rule, value, _root, path) =>
    fail(Array.isArray(value) && value.length < (rule as number), `${path}: too short`),
  maxItems: (rule, value, _root, path) =>
    fail(Array.isArray(value) && value.length > (rule as number), `${path}: too long`),
  maxProperties: (rule, value, _root, path) =>
    fail(isObject(value) && Object.keys(value).length > (rule as number), `${path}: too many keys`),
  required: (rule, value, _root, path) =>
    isObject(value)
      ? (rule as string[]).flatMap((key) => fail(!Object.hasOwn(value, key), `${path}.${key}: missing`))
      : [],
  items: (rule, value, root, path) =>
    Array.isArray(value) ? value.flatMap((item, at) => faultsOf(rule, item, root, `${path}[${at}]`)) : [],
  properties: (rule, value, root, path) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, item]) => {
          const own = (rule as Node)[key];
          return own === undefined ? [`${path}.${key}: not documented`] : faultsOf(own, item, root, `${path}.${key}`);
        })
      : [],
  anyOf: (rule, value, root, path) => {
    const all = (rule as unknown[]).map((one) => faultsOf(one, value, root, path));
    return all.some((faults) => faults.length === 0) ? [] : (all[0] ?? []);
  },
  $ref: (rule, value, root, path) => faultsOf(resolve(root, rule as string), value, root, path),
};
