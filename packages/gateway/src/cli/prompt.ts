/** Reading a secret without showing it. */
import { promises } from "node:readline";
import { Writable } from "node:stream";
import { EXIT, ExitError, usage } from "./terminal.ts";

/** Longest secret taken, in characters. */
const MAX_SECRET = 4096;

/** Reads a secret: the first line of a pipe, or what is typed at a prompt that echoes nothing. Throws when it is empty. */
export async function readSecret(prompt: string): Promise<string> {
  const secret = process.stdin.isTTY === true ? await ask(prompt) : await readLine();
  if (secret === "") throw usage("no secret given");
  if (secret.length > MAX_SECRET) throw usage(`a secret has at most ${MAX_SECRET} characters`);
  return secret;
}

/**
 * Reads a new password: the first line of a pipe, or what is typed twice at a prompt that echoes nothing. `judge` refuses bad ones
 * before they are typed again. With `piped` a terminal is refused: nobody is asked who did not expect it.
 */
export async function readNewPassword(
  user: string,
  piped: boolean,
  judge: (password: string) => void,
): Promise<string> {
  const typed = process.stdin.isTTY === true;
  if (piped && typed) throw usage("--password-stdin: stdin is a terminal and no pipe");
  const password = await readSecret(`Password of ${user}: `);
  judge(password);
  if (typed && (await readSecret("The same again: ")) !== password) {
    throw usage("the two passwords are not the same");
  }
  return password;
}

async function readLine(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) {
    text += chunk as string;
    if (text.includes("\n") || text.length > MAX_SECRET) break;
  }
  return text.split("\n", 1)[0]!.replace(/\r$/, "");
}

async function ask(prompt: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = promises.createInterface({ input: process.stdin, output: silent, terminal: true });
  const stop = new AbortController();
  reader.once("SIGINT", () => stop.abort());
  process.stderr.write(prompt);
  try {
    return await reader.question("", { signal: stop.signal });
  } catch {
    throw new ExitError(EXIT.failed, "interrupted");
  } finally {
    reader.close();
    process.stderr.write("\n");
  }
}
