/** `tickwire token issue|list|revoke`: who may come in through AllTick, also while a gateway runs. */
import { Command, Option } from "commander";
import { ALLTICK_PLANS } from "@tickwire/protocol/alltick";
import { readConfig, type Config, type Flags } from "../config.ts";
import { hashToken, makeToken } from "../credentials/secrets.ts";
import { hasLedger, ledgerFile } from "../ledger/sqlite.ts";
import type { IssuedToken, NewToken } from "../ports/ledger.ts";
import { noteFirstCredential, withLedger } from "./ledger.ts";
import { addDataOptions } from "./options.ts";
import { EXIT, ExitError, type Terminal } from "./terminal.ts";
import { readCodes, readExpiry, readName } from "./token-options.ts";
import { writeToken, writeTokenTable } from "./token-list.ts";

interface IssueFlags extends Flags {
  readonly plan: string;
  readonly name?: string;
  readonly codes?: string;
  readonly expires?: string;
  readonly json?: true;
}

/** Makes the command. */
export function makeTokenCommand(terminal: Terminal): Command {
  const token = new Command("token").description(
    "issue, list and revoke AllTick tokens; a gateway that runs heeds it at once",
  );

  addDataOptions(token.command("issue"))
    .description("make a token and print it, once: only its hash is kept")
    .addOption(new Option("--plan <plan>", "AllTick plan").choices(Object.keys(ALLTICK_PLANS)).makeOptionMandatory())
    .option("--name <name>", "name in lists, logs and metrics (default: token-1, token-2, …)")
    .option("--codes <codes>", "codes that it may ask for, such as 700.HK,*.US,rb* (default: all)")
    .option("--expires <when>", "30s, 90m, 12h, 30d, 2027-01-01 or 2027-01-01T08:00:00Z (default: never)")
    .option("--json", "print an object instead of the bare token")
    .action((flags: IssueFlags) => issue(flags, terminal));

  addDataOptions(token.command("list"))
    .description("list the issued tokens, one a line: text on a terminal, JSON elsewhere")
    .option("--json", "JSON on a terminal too")
    .action((flags: Flags & { readonly json?: true }) => list(flags, terminal));

  addDataOptions(token.command("revoke"))
    .description("revoke a token: it is refused from now on, and its connections are closed")
    .argument("<name>", "name of the token")
    .action((name: string, flags: Flags) => revoke(name, flags, terminal));
  return token;
}

async function issue(flags: IssueFlags, terminal: Terminal): Promise<void> {
  const now = Date.now();
  const expires = flags.expires === undefined ? Infinity : readExpiry(flags.expires, now);
  const codes = flags.codes === undefined ? [] : readCodes(flags.codes);
  const wanted = flags.name === undefined ? undefined : readName(flags.name);
  const { stated } = await readConfig(flags, terminal.env);
  const secret = makeToken();
  const { token, first } = withLedger(stated.data, ({ tokens, users }) => {
    const before = tokens.list();
    const name = wanted ?? freeName(stated, before);
    const fresh: NewToken = { name, hash: hashToken(secret), plan: flags.plan, codes, expires, created: now };
    const configured = stated.tokens.some((entry) => entry.name === name);
    const outcome = configured ? "name taken" : tokens.issue(fresh);
    if (outcome === "name taken") throw new ExitError(EXIT.failed, `there is a token called "${name}" already`);
    if (outcome === "full") throw new ExitError(EXIT.failed, "there are too many tokens, revoke some");
    return { token: fresh, first: before.length === 0 && users.list().length === 0 };
  });
  const row = writeToken({ ...token, revoked: undefined, used: undefined }, now);
  terminal.print(flags.json === true ? JSON.stringify({ token: secret, ...row }) : secret);
  terminal.note(`${token.name}: ${token.plan}, ${describeLimits(row)}. It is not shown again.`);
  if (first) noteFirstCredential(stated, terminal);
}

async function list(flags: Flags & { readonly json?: true }, terminal: Terminal): Promise<void> {
  const { data } = (await readConfig(flags, terminal.env)).stated;
  const tokens = hasLedger(data) ? withLedger(data, (ledger) => ledger.tokens.list()) : [];
  const rows = tokens.map((token) => writeToken(token, Date.now()));
  if (flags.json === true || !terminal.interactive) for (const row of rows) terminal.print(JSON.stringify(row));
  else if (rows.length > 0) for (const line of writeTokenTable(rows)) terminal.print(line);
  else terminal.note(`no token was issued in ${data}`);
}

async function revoke(name: string, flags: Flags, terminal: Terminal): Promise<void> {
  const { data } = (await readConfig(flags, terminal.env)).stated;
  const revoked = hasLedger(data) && withLedger(data, ({ tokens }) => tokens.revoke(name, Date.now()));
  if (!revoked) throw new ExitError(EXIT.failed, `no valid token of ${ledgerFile(data)} is called "${name}"`);
  terminal.note(`${name}: revoked`);
}

/** The first of `token-1`, `token-2`, … that was never used. */
function freeName(stated: Config, issued: readonly IssuedToken[]): string {
  const taken = new Set([...stated.tokens, ...issued].map(({ name }) => name));
  let number = 1;
  while (taken.has(`token-${number}`)) number++;
  return `token-${number}`;
}

function describeLimits({ codes, expires }: ReturnType<typeof writeToken>): string {
  const what = codes.length === 0 ? "all codes" : codes.join(", ");
  return `${what}, ${expires === null ? "never expires" : `expires ${expires}`}`;
}
