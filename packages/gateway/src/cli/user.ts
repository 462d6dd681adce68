/** `tickwire user add|list|passwd|lock|unlock`: who may log in at the CTP doors, also while a gateway runs. */
import { Command } from "commander";
import { readConfig, type Config, type Flags } from "../config.ts";
import { hashPassword } from "../credentials/secrets.ts";
import { hasLedger, ledgerFile } from "../ledger/sqlite.ts";
import type { StoredUser } from "../ports/ledger.ts";
import { noteFirstCredential, withLedger } from "./ledger.ts";
import { addDataOptions } from "./options.ts";
import { readNewPassword } from "./prompt.ts";
import { toMinute, writeTable } from "./table.ts";
import { EXIT, ExitError, type Terminal } from "./terminal.ts";
import { judgePassword, readUser } from "./user-options.ts";

interface PasswordFlags extends Flags {
  readonly passwordStdin?: true;
}

/** One user as `user list` writes it. */
export interface UserRow {
  readonly user: string;
  readonly state: "active" | "locked";
  /** ISO 8601, UTC. */
  readonly created: string;
}

/** Makes the command. */
export function makeUserCommand(terminal: Terminal): Command {
  const user = new Command("user").description(
    "add, list and lock users of the CTP doors; a gateway that runs heeds it at once",
  );
  addPasswordOption(user.command("add"))
    .description("add a user; the password is asked for, or the first line of a pipe")
    .argument("<name>", "UserID of the login")
    .action((name: string, flags: PasswordFlags) => add(name, flags, terminal));
  addDataOptions(user.command("list"))
    .description("list the users that were added, one a line: text on a terminal, JSON elsewhere")
    .option("--json", "JSON on a terminal too")
    .action((flags: Flags & { readonly json?: true }) => list(flags, terminal));
  addPasswordOption(user.command("passwd"))
    .description("give a user another password, which holds from now on")
    .argument("<name>", "UserID of the login")
    .action((name: string, flags: PasswordFlags) => changePassword(name, flags, terminal));
  for (const [verb, locked] of [
    ["lock", true],
    ["unlock", false],
  ] as const) {
    addDataOptions(user.command(verb))
      .description(locked ? "refuse a user's logins from now on; sessions go on" : "admit a user again")
      .argument("<name>", "UserID of the login")
      .action((name: string, flags: Flags) => lock(name, locked, { flags, terminal }));
  }
  return user;
}

function addPasswordOption(command: Command): Command {
  return addDataOptions(command).option(
    "--password-stdin",
    "the password is the first line of stdin, which is no terminal",
  );
}

async function add(name: string, flags: PasswordFlags, terminal: Terminal): Promise<void> {
  const user = readUser(name);
  const { stated } = await readConfig(flags, terminal.env);
  const { data } = stated;
  const taken = new ExitError(EXIT.failed, `there is a user called "${user}" already`);
  if (isConfigured(stated, user) || listUsers(data).some((other) => other.user === user)) throw taken;
  const password = await hashPassword(await askPassword(user, flags));
  const { outcome, first } = withLedger(data, ({ tokens, users }) => {
    const empty = tokens.list().length === 0 && users.list().length === 0;
    return { outcome: users.add({ user, password, locked: false, created: Date.now() }), first: empty };
  });
  if (outcome === "name taken") throw taken;
  if (outcome === "full") throw new ExitError(EXIT.failed, "there are too many users");
  terminal.note(`${user}: added`);
  if (first) noteFirstCredential(stated, terminal);
}

async function list(flags: Flags & { readonly json?: true }, terminal: Terminal): Promise<void> {
  const { data } = (await readConfig(flags, terminal.env)).stated;
  const rows = listUsers(data).map(writeUser);
  if (flags.json === true || !terminal.interactive) for (const row of rows) terminal.print(JSON.stringify(row));
  else if (rows.length > 0) for (const line of writeUserTable(rows)) terminal.print(line);
  else terminal.note(`no user was added in ${data}`);
}

async function changePassword(name: string, flags: PasswordFlags, terminal: Terminal): Promise<void> {
  const user = readUser(name);
  const { stated } = await readConfig(flags, terminal.env);
  const { data } = stated;
  const isKnown = listUsers(data).some((other) => other.user === user);
  if (!isKnown) throw unknown(stated, user);
  const password = await hashPassword(await askPassword(user, flags));
  if (!withLedger(data, ({ users }) => users.setPassword(user, password))) throw unknown(stated, user);
  terminal.note(`${user}: password changed`);
}

async function lock(
  user: string,
  locked: boolean,
  { flags, terminal }: { readonly flags: Flags; readonly terminal: Terminal },
): Promise<void> {
  const { stated } = await readConfig(flags, terminal.env);
  const isKnown = hasLedger(stated.data) && withLedger(stated.data, ({ users }) => users.setLocked(user, locked));
  if (!isKnown) throw unknown(stated, user);
  terminal.note(`${user}: ${locked ? "locked" : "unlocked"}`);
}

function askPassword(user: string, flags: PasswordFlags): Promise<string> {
  return readNewPassword(user, flags.passwordStdin === true, (password) => judgePassword(password, user));
}

function listUsers(data: string): readonly StoredUser[] {
  return hasLedger(data) ? withLedger(data, ({ users }) => users.list()) : [];
}

function isConfigured(stated: Config, user: string): boolean {
  return stated.users.some((entry) => entry.user === user);
}

function unknown(stated: Config, user: string): ExitError {
  const why = isConfigured(stated, user) ? ": it stands in the configuration" : "";
  return new ExitError(EXIT.failed, `no user of ${ledgerFile(stated.data)} is called "${user}"${why}`);
}

/** The row of a user; without the password's hash. */
export function writeUser({ user, locked, created }: StoredUser): UserRow {
  return { user, state: locked ? "locked" : "active", created: new Date(created).toISOString() };
}

/** The lines of a table with a head. */
export function writeUserTable(rows: readonly UserRow[]): string[] {
  return writeTable([
    ["USER", "STATE", "ADDED"],
    ...rows.map(({ user, state, created }) => [user, state, toMinute(created)]),
  ]);
}
