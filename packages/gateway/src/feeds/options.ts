/** What the readers of all feeds' parameters have in common. */

/**
 * Throws an Error that begins with the parameter's name when one is not among `names` or, unless it is `repeatable`, is
 * given more than once.
 */
export function checkNames(params: URLSearchParams, names: readonly string[], repeatable = ""): void {
  for (const name of params.keys()) {
    if (!names.includes(name)) throw new Error(`${name}: no such parameter, expected one of ${names.join(", ")}`);
    if (name !== repeatable && params.getAll(name).length > 1) throw new Error(`${name}: given more than once`);
  }
}

/** The number that a text spells; NaN for none. Blanks are none, although `Number` takes them for 0. */
export function toNumber(text: string): number {
  return text.trim() === "" ? NaN : Number(text);
}

/** Begins a reference to a secret: what follows names the environment variable that holds it. */
const REFERENCE = "env:";

/**
 * The references to secrets (`env:NAME`) that a parameter lists by commas, or by being repeated: at least one, at most `most`.
 * Throws an Error that begins with the parameter's name and never shows what was stated instead of a reference.
 */
export function readReferences(params: URLSearchParams, name: string, most = 1): string[] {
  const references = [...new Set(params.getAll(name).flatMap((text) => text.split(",").map((part) => part.trim())))];
  if (references.length === 0) throw new Error(`${name}: missing, expected ${REFERENCE}NAME`);
  if (references.some((reference) => !reference.startsWith(REFERENCE) || reference === REFERENCE)) {
    throw new Error(`${name}: a plain secret is refused here, expected ${REFERENCE}NAME of an environment variable`);
  }
  if (references.length > most) throw new Error(`${name}: expected at most ${most}`);
  return references;
}
