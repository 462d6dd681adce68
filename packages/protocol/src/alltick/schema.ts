/**
 * Shapes of JSON as values: each one reads what came and prints itself as JSON Schema (2020-12), so that what is
 * documented is what is checked. Reading is as lenient as real clients need (a numeric string is a number); printing shows
 * the documented form.
 */
import { toNumber, toObject } from "./scalars.ts";

/** A JSON Schema, as far as shapes print it. */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number)[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** A shape of JSON. */
export interface Shape<T> {
  readonly json: JsonSchema;
  /** What a value that is missing or null stands for; undefined: it must be there. */
  readonly fallback: T | undefined;
  /** The value in its shape, or undefined when it does not have it. Never throws. */
  read(value: unknown): T | undefined;
}

/** What a shape reads. */
export type Read<S> = S extends Shape<infer T> ? T : never;

/** What can be said of a text. */
interface TextOptions {
  readonly fallback?: string;
  readonly maxLength?: number;
  readonly example?: string;
  readonly values?: readonly string[];
}

/** What can be said of a whole number. */
interface WholeOptions {
  readonly fallback?: number;
  readonly min?: number;
  readonly max?: number;
  readonly example?: number;
  readonly values?: readonly number[];
}

/** A text. */
export function text(description: string, options: TextOptions = {}): Shape<string> {
  const { fallback, maxLength = Infinity, example, values } = options;
  return {
    json: {
      description,
      type: "string",
      ...(values === undefined ? {} : { enum: values }),
      ...(maxLength === Infinity ? {} : { maxLength }),
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(example === undefined ? {} : { examples: [example] }),
    },
    fallback,
    read: (value) =>
      typeof value === "string" && value.length <= maxLength && (values === undefined || values.includes(value))
        ? value
        : undefined,
  };
}

/** A text or null: what is not known. Read as a text, empty for null. */
export function textOrNull(description: string): Shape<string> {
  return {
    json: { description, type: ["string", "null"] },
    fallback: "",
    read: (value) => (typeof value === "string" ? value : undefined),
  };
}

/** A whole number; a numeric string is read as one. */
export function whole(description: string, options: WholeOptions = {}): Shape<number> {
  const { fallback, min = -Infinity, max = Infinity, example, values } = options;
  return {
    json: {
      description,
      type: "integer",
      ...(values === undefined ? {} : { enum: values }),
      ...(min === -Infinity ? {} : { minimum: min }),
      ...(max === Infinity ? {} : { maximum: max }),
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(example === undefined ? {} : { examples: [example] }),
    },
    fallback,
    read: (value) => {
      const number = toNumber(value);
      const fits = Number.isInteger(number) && number >= min && number <= max;
      return fits && (values === undefined || values.includes(number)) ? number : undefined;
    },
  };
}

/** A decimal number written as a string, as figures are on the HTTP wire; a bare number is read as well. Missing: NaN. */
export function figure(description: string, example: string): Shape<number> {
  return {
    json: { description, type: "string", pattern: "^-?\\d+(\\.\\d+)?$", examples: [example] },
    fallback: undefined,
    read: (value) => toNumber(value),
  };
}

/** How long a list may be. */
interface ListOptions {
  readonly min?: number;
  readonly max?: number;
}

/** A list; one element without its shape spoils it. */
export function list<T>(description: string, item: Shape<T>, options: ListOptions = {}): Shape<readonly T[]> {
  const { min = 0, max = Infinity } = options;
  return {
    json: {
      description,
      type: "array",
      items: item.json,
      ...(min === 0 ? {} : { minItems: min }),
      ...(max === Infinity ? {} : { maxItems: max }),
    },
    fallback: undefined,
    read: (value) => {
      if (!Array.isArray(value) || value.length < min || value.length > max) return undefined;
      const items: T[] = [];
      for (const element of value as readonly unknown[]) {
        const read = item.read(element);
        if (read === undefined) return undefined;
        items.push(read);
      }
      return items;
    },
  };
}

type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Fields<F extends Shapes> = { readonly [K in keyof F]: Read<F[K]> };

/** An object. `title` names the shape in documents; keys that it does not have are passed over. */
export function record<F extends Shapes>(title: string, description: string, fields: F): Shape<Fields<F>> {
  const entries = Object.entries(fields);
  const required = entries.filter(([, shape]) => shape.fallback === undefined).map(([key]) => key);
  return {
    json: {
      title,
      description,
      type: "object",
      properties: Object.fromEntries(entries.map(([key, shape]) => [key, shape.json])),
      ...(required.length === 0 ? {} : { required }),
    },
    fallback: undefined,
    read: (value) => {
      const object = toObject(value);
      if (object === undefined) return undefined;
      const read: Record<string, unknown> = {};
      for (const [key, shape] of entries) {
        const own = Object.hasOwn(object, key) ? object[key] : undefined;
        const field = own === undefined || own === null ? shape.fallback : shape.read(own);
        if (field === undefined) return undefined;
        read[key] = field;
      }
      return read as Fields<F>;
    },
  };
}
