/** `tickwire account show|deposit|withdraw`: the money of the simulated exchange. */
import { Command } from "commander";
import { readConfig, type Flags } from "../config.ts";
import { hasLedger } from "../ledger/sqlite.ts";
import type { TradingBooks } from "../ports/trading.ts";
import { writeAccount, writeAccountTable, writePosition, writePositionTable, writeYuan } from "./account-list.ts";
import { withLedger, instruct } from "./ledger.ts";
import { addDataOptions } from "./options.ts";
import { EXIT, ExitError, type Terminal } from "./terminal.ts";
import { readAmount, readUser } from "./user-options.ts";

interface ShowFlags extends Flags {
  readonly json?: true;
}

/** Makes the command. */
export function makeAccountCommand(terminal: Terminal): Command {
  const account = new Command("account").description(
    "look at the accounts of the simulated exchange, put money in and take it out",
  );
  addDataOptions(account.command("show"))
    .description("print all accounts, or one with its positions: text on a terminal, JSON lines elsewhere")
    .argument("[user]", "user whose account it is")
    .option("--json", "JSON on a terminal too")
    .action((user: string | undefined, flags: ShowFlags) => show(user, flags, terminal));
  for (const kind of ["deposit", "withdraw"] as const) {
    addDataOptions(account.command(kind))
      .description(kind === "deposit" ? "put money into an account" : "take money out of an account")
      .argument("<user>", "user whose account it is")
      .argument("<amount>", "yuan, with two decimals at most")
      .action((user: string, amount: string, flags: Flags) => transfer(kind, { user, amount, flags, terminal }));
  }
  return account;
}

async function transfer(
  kind: "deposit" | "withdraw",
  asked: { readonly user: string; readonly amount: string; readonly flags: Flags; readonly terminal: Terminal },
): Promise<void> {
  const { flags, terminal } = asked;
  const user = readUser(asked.user);
  const amount = readAmount(asked.amount);
  const done = `${user}: ${writeYuan(amount)} ${kind === "deposit" ? "deposited" : "withdrawn"}`;
  await instruct({ kind, user, amount }, { flags, terminal, done });
}

async function show(user: string | undefined, flags: ShowFlags, terminal: Terminal): Promise<void> {
  const { data } = (await readConfig(flags, terminal.env)).stated;
  const { past, readExchange } = hasLedger(data)
    ? { past: withLedger(data, (ledger) => ledger.readJournal()), ...(await import("./account-past.ts")) }
    : { past: undefined, readExchange: undefined };
  const { users, books } = past === undefined ? { users: [], books: undefined } : readExchange(past);
  const shown = user === undefined ? users : users.filter((each) => each === user);
  if (user !== undefined && shown.length === 0) throw new ExitError(EXIT.failed, `"${user}" has no account in ${data}`);
  if (books === undefined || shown.length === 0) return terminal.note(`nobody has an account in ${data}`);
  print(
    { users: shown, books, withPositions: user !== undefined, json: flags.json === true || !terminal.interactive },
    terminal,
  );
}

function print(
  shown: {
    readonly users: readonly string[];
    readonly books: TradingBooks;
    readonly withPositions: boolean;
    readonly json: boolean;
  },
  terminal: Terminal,
): void {
  const { users, books } = shown;
  const accounts = users.map((user) => writeAccount(books.account(user)!));
  const positions = shown.withPositions ? users.flatMap((user) => books.positions(user)).map(writePosition) : [];
  if (shown.json) for (const row of [...accounts, ...positions]) terminal.print(JSON.stringify(row));
  else {
    for (const line of writeAccountTable(accounts)) terminal.print(line);
    if (positions.length > 0) for (const line of ["", ...writePositionTable(positions)]) terminal.print(line);
  }
}
