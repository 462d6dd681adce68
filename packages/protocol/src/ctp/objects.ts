/** Small pieces of JSON text. */
import { wireNumber } from "./numbers.ts";

/** Decimals kept of a number in an object: those of the finest price step. */
export const DECIMALS = 10;

/** An object with these fields, in this order; numbers as {@link wireNumber} says, so that none is null. */
export function encodeObject<F extends string>(
  fields: Readonly<Record<F, string | number>>,
  order: readonly F[],
): string {
  let text = "{";
  for (const field of order) {
    const value = fields[field];
    text += `${text === "{" ? "" : ","}"${field}":${typeof value === "number" ? wireNumber(value, DECIMALS) : JSON.stringify(value)}`;
  }
  return `${text}}`;
}
