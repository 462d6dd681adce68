/** How issued tokens are shown: as objects for programs, as a table for people. */
import type { EpochMs } from "@tickwire/protocol/model";
import type { IssuedToken } from "../ports/ledger.ts";
import { toMinute, writeTable } from "./table.ts";

/** One token as `token list` writes it; moments in ISO 8601, UTC. */
export interface TokenRow {
  readonly name: string;
  readonly plan: string;
  /** Empty: every code. */
  readonly codes: readonly string[];
  readonly created: string;
  /** Null: never. */
  readonly expires: string | null;
  readonly state: "valid" | "expired" | "revoked";
  readonly revoked: string | null;
  /** About when it was last made use of; null: not yet, as far as is known. */
  readonly used: string | null;
}

/** Widest list of codes in the table, in characters. */
const SHOWN_CODES = 32;

/** The row of a token at `now`; without its hash. */
export function writeToken(token: IssuedToken, now: EpochMs): TokenRow {
  const { name, plan, codes, created, expires, revoked, used } = token;
  const state = revoked !== undefined ? "revoked" : now >= expires ? "expired" : "valid";
  return {
    name,
    plan,
    codes,
    created: new Date(created).toISOString(),
    expires: toIso(expires === Infinity ? undefined : expires),
    state,
    revoked: toIso(revoked),
    used: toIso(used),
  };
}

/** The lines of a table with a head, columns aligned. */
export function writeTokenTable(rows: readonly TokenRow[]): string[] {
  const lines = [
    ["NAME", "STATE", "PLAN", "CODES", "EXPIRES", "LAST USE"],
    ...rows.map(({ name, state, plan, codes, expires, used }) => [
      name,
      state,
      plan,
      writeCodes(codes),
      expires === null ? "never" : toMinute(expires),
      used === null ? "-" : toMinute(used),
    ]),
  ];
  return writeTable(lines);
}

function writeCodes(codes: readonly string[]): string {
  const text = codes.join(",");
  if (text.length <= SHOWN_CODES) return text === "" ? "all" : text;
  return `${text.slice(0, SHOWN_CODES)}… (${codes.length})`;
}

function toIso(at: EpochMs | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
