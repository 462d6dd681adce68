/** What commands do with the ledger of a data directory. */
import { CTP_ERRORS } from "@tickwire/protocol/errors";
import { readConfig, type Config, type Flags } from "../config.ts";
import { hasLedger, ledgerFile, SqliteLedger } from "../ledger/sqlite.ts";
import type { Instruction } from "../ports/ledger.ts";
import { EXIT, ExitError, type Terminal } from "./terminal.ts";

/** How long a running gateway is waited for, and how often the ledger is asked, in milliseconds. */
const WAIT_MS = 5_000;
const ASK_EVERY_MS = 50;

/** Opens a ledger, makes it where it is missing, and closes it after the work. */
export function withLedger<T>(data: string, work: (ledger: SqliteLedger) => T): T {
  const ledger = new SqliteLedger(data);
  try {
    return work(ledger);
  } finally {
    ledger.close();
  }
}

/** Tells what the first credential of a data directory means, where none is configured either. */
export function noteFirstCredential(stated: Config, terminal: Pick<Terminal, "note">): void {
  if (stated.tokens.length > 0 || stated.users.length > 0) return;
  terminal.note(
    "There is a credential now: a gateway admits its demo token and demo users only until it is restarted.",
  );
}

/**
 * Asks the gateway of a data directory to do something. Waits some seconds for it, and then leaves the instruction to whichever
 * gateway runs next. Throws {@link ExitError} where the gateway refuses.
 */
export async function instruct(
  instruction: Instruction,
  { flags, terminal, done }: { readonly flags: Flags; readonly terminal: Terminal; readonly done: string },
): Promise<void> {
  const { data } = (await readConfig(flags, terminal.env)).stated;
  if (!hasLedger(data)) throw new ExitError(EXIT.failed, `there is no ${ledgerFile(data)}: no gateway has run there`);
  const ledger = new SqliteLedger(data);
  try {
    const outcome = await outcomeOf(ledger, ledger.instructions.ask(instruction, Date.now()));
    if (outcome === "done") terminal.note(done);
    else if (outcome !== undefined) throw new ExitError(EXIT.failed, `the gateway refused: ${describe(outcome)}`);
    else
      terminal.note(
        "No gateway has taken it: it waits until one runs on this data directory, and is carried out then.",
      );
  } finally {
    ledger.close();
  }
}

async function outcomeOf({ instructions }: SqliteLedger, id: number): Promise<string | undefined> {
  for (let waited = 0; waited < WAIT_MS; waited += ASK_EVERY_MS) {
    const { outcome } = instructions.find(id) ?? {};
    if (outcome !== undefined) return outcome;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return undefined;
}

/** What became of it: an error's name stands for its text. */
function describe(outcome: string): string {
  const error = Object.entries(CTP_ERRORS).find(([name]) => name === outcome)?.[1];
  return error === undefined ? outcome : `${error.msg} (${error.id})`;
}
