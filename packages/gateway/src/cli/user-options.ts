/** Reads what commands about users and accounts are told. A mistake ends the command with exit code 2. */
import type { Fen } from "@tickwire/protocol/model";
import { passwordFault } from "../credentials/password-rule.ts";
import { usage } from "./terminal.ts";

/** A user is an investor too, and InvestorID has 12 characters (UserID 15); these need no quoting anywhere. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,11}$/;
const AMOUNT = /^(\d{1,12})(?:\.(\d{1,2}))?$/;

/** The name of a user. */
export function readUser(text: string): string {
  if (NAME.test(text)) return text;
  throw usage("NAME: expected up to 12 letters, digits and . _ @ -, beginning with a letter or digit");
}

/** Refuses a password that is easily guessed, or that a CTP client cannot send. */
export function judgePassword(password: string, user: string): void {
  const fault = passwordFault(password, user);
  if (fault !== undefined) throw usage(fault);
}

/** An amount of money in yuan, with two decimals at most; more than nothing. */
export function readAmount(text: string): Fen {
  const [, yuan, decimals = ""] = AMOUNT.exec(text) ?? [];
  const fen = yuan === undefined ? 0 : Number(yuan + decimals.padEnd(2, "0"));
  if (fen === 0) throw usage(`AMOUNT: expected yuan such as 50000 or 1234.56, got "${text}"`);
  return fen;
}
