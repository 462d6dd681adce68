/** Suspension lists as the operator keeps them: a JSON file, read whenever somebody asks. */
import { readFile, stat } from "node:fs/promises";
import { readSuspensions, type Suspension, type SuspensionExchange } from "@tickwire/protocol/alltick";

/** Largest file that is read, in bytes. */
const MAX_FILE_BYTES = 16 * 1_048_576;

/** Tells the halts of an exchange. */
export type SuspensionSource = (exchange: SuspensionExchange) => Promise<readonly Suspension[]>;

/**
 * Makes the source: lists that are empty without a file. With one it rejects when the file cannot be read or is not
 * `{"sse":[…],"nyse":[…],"nasdaq":[…]}`; `onError` hears why, the client only that it is so.
 */
export function makeSuspensions(file: string, onError: (error: unknown) => void): SuspensionSource {
  if (file === "") return async () => [];
  return async (exchange) => {
    try {
      const { size } = await stat(file);
      if (size > MAX_FILE_BYTES) throw new Error(`${file}: larger than ${MAX_FILE_BYTES} bytes`);
      const lists = readSuspensions(JSON.parse(await readFile(file, "utf8")));
      if (lists === undefined) throw new Error(`${file}: not an object with lists sse, nyse and nasdaq as documented`);
      return lists[exchange];
    } catch (error) {
      onError(error);
      throw new Error("suspension list not available", { cause: error });
    }
  };
}
