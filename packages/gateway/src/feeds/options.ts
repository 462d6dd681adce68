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
