/**
 * The trading side of the codec. What a gateway needs: {@link toOrderInput} and its like for requests, the `…Fields` of the
 * model's things with {@link encodeBody} for replies and pushes. What a client needs: {@link encodeTradingRequest}, and {@link toOrder}
 * and its like for rows.
 */
export { encodeBody } from "./encode-body.ts";
export { BODIES, type BodyName } from "./body-tables.ts";
export { fieldsOf, numberIn, textIn, type Fields, type FieldSpec } from "./structs.ts";
export { STRUCTS, type StructName } from "./struct-tables.ts";
export { toCancelInput, toOrderInput, toOrderKind, toParkedInput, type OrderKind } from "./order-requests.ts";
export * from "./order-bodies.ts";
export * from "./holding-bodies.ts";
export { toFill, toOrder } from "./read-orders.ts";
export { toAccount, toPosition, toPositionDetail } from "./read-holdings.ts";
export * from "./reference-bodies.ts";
export { HEDGES } from "./trading-codes.ts";
