/** Replies as the server writes them. No frame ever holds null, true or false: old clients evaluate them as Python. */
import { ALLTICK_ERRORS, type AllTickError } from "../errors.ts";
import { ALLTICK_OK, type RequestHeader } from "./messages.ts";

/** The reply to a request that succeeded. `data` is JSON text; the vendor's own commands reply with an empty object. */
export function encodeOk(header: RequestHeader, data = "{}"): string {
  return encodeReply(ALLTICK_OK, "ok", header, data);
}

/** The reply to a request that failed. Without a header it is the reply to one whose header could not be read. */
export function encodeError(error: Pick<AllTickError, "ret" | "msg">, header?: RequestHeader): string {
  return encodeReply(error.ret, error.msg, header);
}

/** The reply to a request whose header cannot be read, with the `ret` of the reader's choice (alltick.md 2: 201, 202 or 400). */
export function encodeHeaderError(ret: number): string {
  return encodeReply(ret, ALLTICK_ERRORS.headerInvalid.msg, undefined);
}

function encodeReply(ret: number, msg: string, header: RequestHeader | undefined, data = "{}"): string {
  const cmdId = header === undefined ? 0 : header.cmdId + 1;
  const trace = JSON.stringify(header?.trace ?? "");
  const seq = header?.seqText ?? "0";
  return `{"ret":${ret},"msg":${JSON.stringify(msg)},"cmd_id":${cmdId},"seq_id":${seq},"trace":${trace},"data":${data}}`;
}
