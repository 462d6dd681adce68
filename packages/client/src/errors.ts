/** AllTick's refusals as errors: whether trying again can help is read from the one table of errors. */
import { ALLTICK_ERRORS, type AllTickError } from "@tickwire/protocol/errors";
import { ClientError } from "./connection.ts";

/** By `ret`; where several errors share one they agree. */
const TEMPORARY: ReadonlyMap<number, boolean> = new Map(
  Object.values<AllTickError>(ALLTICK_ERRORS).map(({ ret, temporary }) => [ret, temporary]),
);

/** Whether the same request can succeed later. Of codes that are in no table those of HTTP's servers can, 500 and up to 599. */
export function isTemporary(ret: number): boolean {
  return TEMPORARY.get(ret) ?? (ret >= 500 && ret < 600);
}

/** What a service refused, named by `what`. */
export function refusal(what: string, ret: number, msg: string): ClientError {
  return new ClientError("refused", `${what}: ${ret} ${msg}`, ret, isTemporary(ret));
}
