/** Bodies of the trading side as JSON. */
import { BODIES, type BodyOrder } from "./body-tables.ts";
import { DECIMALS } from "./objects.ts";
import { wireNumber } from "./numbers.ts";
import { fieldsOf, isText, type Fields, type FieldSpec } from "./structs.ts";
import type { StructName } from "./struct-tables.ts";

/** A field with what stands before its value. */
interface Slot {
  readonly spec: FieldSpec;
  readonly head: string;
  /** Undefined for texts. */
  readonly decimals: number | undefined;
}

function arrange(struct: StructName, order: BodyOrder): readonly FieldSpec[] {
  const specs = fieldsOf(struct);
  if (order === "header") return specs;
  if (order === "sorted") return specs.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return order.map((name) => specs.find((spec) => spec.name === name)!);
}

const SLOTS: ReadonlyMap<string, readonly Slot[]> = new Map(
  Object.entries(BODIES).map(([name, [struct, order]]) => [
    name,
    arrange(struct, order).map((spec, at) => ({
      spec,
      head: `${at === 0 ? "{" : ","}"${spec.name}":`,
      decimals: isText(spec) ? undefined : spec.type === "double" ? DECIMALS : 0,
    })),
  ]),
);

/**
 * The body of a message by its classic name (`RtnOrder`, or `reply` of a `RequestSpec`): exactly the keys of its table, in that
 * order, whatever `fields` has besides; what it lacks is `""` or 0. Throws for a message that has no table.
 */
export function encodeBody(name: string, fields: Fields): string {
  const slots = SLOTS.get(name);
  if (slots === undefined) throw new TypeError(`${name}: no message with a body of its own`);
  let text = "";
  for (const { spec, head, decimals } of slots) {
    const value = fields[spec.name];
    text += head;
    if (decimals === undefined) text += typeof value === "string" && value !== "" ? JSON.stringify(value) : '""';
    else text += typeof value === "number" && value !== 0 ? wireNumber(value, decimals) : "0";
  }
  return `${text}}`;
}
