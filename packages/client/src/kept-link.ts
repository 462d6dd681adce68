/** A connection in the hands of a keeper, and why it ended. */
import { ClientError, type CloseInfo } from "./connection.ts";

/** One connection, as far as its keeper cares. */
export interface KeptLink {
  /** Resolves when it has ended; never rejects. */
  readonly closed: Promise<CloseInfo>;
  /** When the newest frame was received, by the client's clock; 0 before the first. */
  readonly lastMessage: number;
  /** What the service said that explains the end of the connection, if it did. */
  readonly fault?: ClientError | undefined;
  /** Ends it; idempotent. Resolves when it has ended. */
  close(): Promise<void>;
}

/** Rejects with why the connection ended, when it has. */
export async function endOf(link: KeptLink): Promise<never> {
  const { code, reason } = await link.closed;
  throw link.fault ?? new ClientError("closed", `${code}${reason === "" ? (ENDS[code] ?? "") : ` ${reason}`}`);
}

/** Words for the codes that come without a reason. */
const ENDS: Readonly<Record<number, string>> = { 1000: " closed", 1001: " going away", 1006: " connection lost" };

/** What whoever waits is told when the client is closed. */
export function closedError(): ClientError {
  return new ClientError("closed", "the client is closed", undefined, false);
}

/** Whatever was thrown, as one of the client's errors. */
export function toClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error;
  return new ClientError("connect", error instanceof Error ? error.message : String(error));
}
