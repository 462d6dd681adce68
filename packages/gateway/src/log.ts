/** Logging, on stderr. The only importer of pino. */
import { pino } from "pino";
import type { Config } from "./config/schema.ts";

/** What the parts log with. `fields` hold no tokens and no passwords. */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** A place for whole lines. */
export interface LineSink {
  write(line: string): unknown;
}

/** Bytes of log that wait for a stuck reader before lines are dropped: a full pipe must not stop the gateway. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** A belt for the braces: fields of these names are never written, at the top or one level down. */
const SECRET_FIELDS = ["token", "password", "Password", "*.token", "*.password", "*.Password"];

/** How lines are to look: `auto` is decided by the caller, who knows the terminal. */
export interface LogStyle {
  readonly pretty: boolean;
  readonly colour: boolean;
}

/** Makes the logger. `sink` receives the lines; without it they go to stderr. */
export function makeLogger(level: Config["log"]["level"], style: LogStyle, sink?: LineSink): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_FIELDS, censor: "(redacted)" },
  };
  if (style.pretty) return pino(options, makePrettySink(sink ?? process.stderr, style.colour));
  return pino(options, sink ?? pino.destination({ dest: 2, sync: false, maxLength: MAX_WAITING_BYTES }));
}

const COLOURS: Readonly<Record<string, number>> = { trace: 90, debug: 90, info: 32, warn: 33, error: 31 };

/** Turns pino's JSON lines into `09:30:00.000 INFO  message key=value`, the stack of an `err` below it. */
function makePrettySink(sink: LineSink, colour: boolean): LineSink {
  return {
    write: (line) => {
      const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
      const name = String(level);
      const label = name.toUpperCase().padEnd(5);
      const shown = colour ? `\u001b[${COLOURS[name] ?? 0}m${label}\u001b[0m` : label;
      const rest = Object.entries(fields).map(
        ([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
      );
      sink.write(`${String(time).slice(11, 23)} ${shown} ${String(msg ?? "")}${rest.join("")}${stackOf(err)}\n`);
    },
  };
}

function stackOf(err: unknown): string {
  if (typeof err !== "object" || err === null) return err === undefined ? "" : ` err=${JSON.stringify(err)}`;
  const { stack, message } = err as { readonly stack?: unknown; readonly message?: unknown };
  return `\n${String(stack ?? message ?? JSON.stringify(err))}`;
}
