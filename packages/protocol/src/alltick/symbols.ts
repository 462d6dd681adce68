/** Lists of codes in requests. */
import { toObject, type JsonObject } from "./scalars.ts";

/** The entries of a `symbol_list`; undefined when it is missing, empty, or one entry is unreadable. */
export function readSymbols<T>(
  data: unknown,
  read: (code: string, entry: JsonObject) => T | undefined,
): T[] | undefined {
  const list = toObject(data)?.["symbol_list"];
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const symbols: T[] = [];
  for (const item of list as readonly unknown[]) {
    const entry = toObject(item);
    const code = entry?.["code"];
    const symbol = entry !== undefined && typeof code === "string" ? read(code, entry) : undefined;
    if (symbol === undefined) return undefined;
    symbols.push(symbol);
  }
  return symbols;
}
