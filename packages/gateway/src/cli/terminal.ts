/** What commands see of the process: where they write, what they are told by, how they end. */
import { processEnvironment, type Environment } from "../config.ts";

/** Exit codes of every command. */
export const EXIT = { ok: 0, failed: 1, usage: 2, upstream: 3, gap: 4 } as const;

/** Ends a command: the message goes to stderr, the code to the shell. */
export class ExitError extends Error {
  override readonly name = "ExitError";
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The end of a command that was called wrongly. */
export function usage(message: string): ExitError {
  return new ExitError(EXIT.usage, message);
}

/** The two ends of a command. Results go to stdout and nothing else does; logs and notes go to stderr. */
export interface Terminal {
  readonly env: Environment;
  /** Whether a person reads stdout. */
  readonly interactive: boolean;
  /** Whether stdout and stderr may be coloured: a terminal, and no NO_COLOR (https://no-color.org). */
  readonly colour: { readonly out: boolean; readonly log: boolean };
  /** Whether a person reads stderr. */
  readonly interactiveLog: boolean;
  /** Writes a line of results. */
  print(line: string): void;
  /** Writes a line of notes. */
  note(line: string): void;
  /** Writes over the last line of stderr; the empty line takes it away. */
  draw(line: string): void;
}

/** The terminal of this process. A reader of stdout that goes away (`| head`) ends the process without a word. */
export function makeTerminal(): Terminal {
  const env = processEnvironment();
  const { stdout, stderr } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.ok);
    throw error;
  });
  const plain = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return {
    env,
    interactive: stdout.isTTY === true,
    interactiveLog: stderr.isTTY === true,
    colour: { out: stdout.isTTY === true && !plain, log: stderr.isTTY === true && !plain },
    print: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    draw: (line) => void stderr.write(`\r\u001b[2K${line}`),
  };
}
