/** Where settings come from: file, environment, flags, each over the one before. Knows nothing of their validity. */
import { parseDocument } from "yaml";
import { ConfigError } from "./errors.ts";
import { DEFAULT_ADDRESS } from "./schema.ts";
import { schemaAt, SETTINGS } from "./settings.ts";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the command line states. */
export interface Flags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
  readonly feed?: readonly string[];
  readonly logLevel?: string;
}

/** Stated settings, not yet validated, and where each was stated. */
export interface Layers {
  readonly tree: Tree;
  /** By path: the file's name, a variable's name, a flag, or `default`. A list's origin holds for all that is in it. */
  origin(path: string): string;
}

/** Nested settings. Without prototype, so that no key of a file can mean anything else. */
export interface Tree {
  [key: string]: unknown;
}

/** Blanks and line ends separate the SPECs of TICKWIRE_FEED: a SPEC is a URL query and writes a blank as `%20`. */
const FEED_SEPARATOR = /\s+/;
/** Aliases that a YAML file may expand to. */
const MAX_ALIASES = 100;

/** Puts the layers over each other. `yaml` is the file's text, `file` its name. Throws {@link ConfigError} for bad YAML. */
export function readLayers(file: string | undefined, yaml: string, env: Environment, flags: Flags): Layers {
  const layers = new LayerStack();
  if (file !== undefined) layers.addTree([], parseYaml(yaml, file), file);
  for (const { path, node, env: variable } of SETTINGS) {
    const text = variable === undefined ? undefined : env[variable];
    if (variable !== undefined && isSet(text))
      layers.set(path.split("."), fromText(text, node.type, node.enum), variable);
  }
  if (isSet(env["TICKWIRE_FEED"]))
    layers.set(["feeds"], env["TICKWIRE_FEED"].trim().split(FEED_SEPARATOR), "TICKWIRE_FEED");
  if (flags.feed !== undefined && flags.feed.length > 0) layers.set(["feeds"], [...flags.feed], "--feed");
  if (flags.data !== undefined) layers.set(["data"], flags.data, "--data");
  if (flags.logLevel !== undefined) layers.set(["log", "level"], flags.logLevel, "--log-level");
  layers.setAddress(
    flags.host === undefined ? stated(env["TICKWIRE_HOST"], "TICKWIRE_HOST") : stated(flags.host, "--host"),
    flags.port === undefined ? stated(env["TICKWIRE_PORT"], "TICKWIRE_PORT") : stated(flags.port, "--port"),
  );
  return layers;
}

/** Whether a variable states anything; an empty one does not (compose files make them). */
export function isSet(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== "";
}

interface Stated {
  readonly text: string;
  readonly origin: string;
}

function stated(text: string | undefined, origin: string): Stated | undefined {
  return isSet(text) ? { text, origin } : undefined;
}

class LayerStack implements Layers {
  readonly tree: Tree = makeTree();
  readonly #origins = new Map<string, string>();

  origin(path: string): string {
    for (let at = path; at !== ""; at = at.replace(/(\.?[^.[]+|\[\d+\])$/, "")) {
      const origin = this.#origins.get(at);
      if (origin !== undefined) return origin;
    }
    // A section has no origin of its own: it was stated where the first of its keys was.
    for (const [at, origin] of this.#origins) if (path !== "" && at.startsWith(`${path}.`)) return origin;
    return "default";
  }

  /** Adds what a file states. A known key without a value states nothing; an unknown one is kept, to be refused. */
  addTree(path: readonly string[], value: unknown, origin: string): void {
    const node = schemaAt(path);
    if (value === null || value === undefined) {
      if (node === undefined) this.set(path, value, origin);
      return;
    }
    const isEmptySection = isTree(value) && Object.keys(value).length === 0;
    if (!isTree(value) || (isEmptySection && node?.properties === undefined)) return this.set(path, value, origin);
    for (const [key, child] of Object.entries(value)) this.addTree([...path, key], child, origin);
  }

  set(path: readonly string[], value: unknown, origin: string): void {
    let tree = this.tree;
    for (const key of path.slice(0, -1)) {
      const child = (tree[key] ??= makeTree());
      // A file that has a plain value where keys belong: the schema will say so.
      if (!isTree(child)) return;
      tree = child;
    }
    tree[path.at(-1)!] = value;
    this.#origins.set(path.join("."), origin);
  }

  /** Host and port make one address that replaces the list; what is not stated comes from the list's first. */
  setAddress(host: Stated | undefined, port: Stated | undefined): void {
    if (host === undefined && port === undefined) return;
    const list = this.tree["listen"];
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    const listOrigin = this.origin("listen");
    const base = typeof first === "object" && first !== null ? first : DEFAULT_ADDRESS;
    const address = Object.assign(makeTree(), base);
    if (host !== undefined) address["host"] = host.text;
    if (port !== undefined) address["port"] = fromText(port.text, "integer", undefined);
    this.tree["listen"] = [address];
    this.#origins.set("listen[0].host", host?.origin ?? listOrigin);
    this.#origins.set("listen[0].port", port?.origin ?? listOrigin);
  }
}

function makeTree(): Tree {
  return Object.create(null) as Tree;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value that a text stands for where the schema wants `type`; the text itself where it does not fit. */
function fromText(text: string, type: string | undefined, values: readonly unknown[] | undefined): unknown {
  const trimmed = text.trim();
  const number = type === "integer" || type === "number" || values?.some((value) => typeof value === "number");
  if (number === true && /^-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (type === "boolean" && /^(true|false)$/.test(trimmed)) return trimmed === "true";
  return trimmed;
}

function parseYaml(text: string, file: string): unknown {
  const document = parseDocument(text);
  const error = document.errors[0];
  if (error !== undefined) throw new ConfigError([`${file}: ${error.message.split("\n")[0]!.replace(/:$/, "")}`]);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (cause) {
    throw new ConfigError([`${file}: ${(cause as Error).message}`]);
  }
  if (value === null || value === undefined) return {};
  if (!isTree(value)) throw new ConfigError([`${file}: expected keys at the top level`]);
  return value;
}
