/** What is on the disk when a call returns: tokens, users, operators' instructions. */
import type { EpochMs, Fen } from "@tickwire/protocol/model";
import type { Journal } from "./journal.ts";

/** A token as it is issued: all that is kept of it. The token itself is nowhere. */
export interface NewToken {
  /** Names it in lists, logs and metrics; one that is not revoked has its name alone. */
  readonly name: string;
  /** `sha256:` and 64 hex digits. */
  readonly hash: string;
  /** Key of the AllTick plan table. */
  readonly plan: string;
  /** Ids and patterns that it may ask for, as `makeIdFilter` takes them; empty: every code. */
  readonly codes: readonly string[];
  /** From this moment on it is refused; Infinity: never. */
  readonly expires: EpochMs;
  readonly created: EpochMs;
}

/** A token that was issued. */
export interface IssuedToken extends NewToken {
  /** When it was revoked; undefined: it was not. */
  readonly revoked: EpochMs | undefined;
  /** About when it was last made use of; undefined: not yet, as far as is known. */
  readonly used: EpochMs | undefined;
}

/** The tokens of a ledger. Every method throws a clear error when the store cannot do it; nothing is half done. */
export interface TokenLedger {
  /** Keeps a token. Refused when another one that is not revoked has the name, or when there are too many. */
  issue(token: NewToken): "issued" | "name taken" | "full";
  /** Revokes the token that has the name, for good; false when there is none. Its row stays, its name is free again. */
  revoke(name: string, at: EpochMs): boolean;
  /** Every token ever issued, in that order. */
  list(): readonly IssuedToken[];
  /** Notes when tokens, by their hashes, were last made use of. An earlier moment than the one that is kept changes nothing. */
  touch(used: ReadonlyMap<string, EpochMs>): void;
}

/** How a ledger is doing, for `/healthz` and `/metrics`. */
export interface LedgerStatus {
  readonly state: "ok" | "failing" | "closed";
  /** The last error, in one line; empty when all is well. */
  readonly detail: string;
}

/**
 * What must never be lost: one store, a part for each of its subjects. What a call has done is on the disk when it returns, and
 * survives a crash. Several processes may have it open.
 */
export interface Ledger {
  readonly tokens: TokenLedger;
  readonly users: UserLedger;
  readonly instructions: InstructionLedger;
  /** The exchange's journal, written by a thread of its own; opened at the first call. */
  journal(): Journal;
  /** Whether another process has changed it since it was opened or last asked. Cheap: it may be asked all the time. */
  changed(): boolean;
  status(): LedgerStatus;
  /** Idempotent; nothing else may be called after it but `status`. */
  close(): void;
}

/** A user of the CTP doors, as the ledger keeps it. */
export interface StoredUser {
  readonly user: string;
  /** `scrypt:…` */
  readonly password: string;
  /** Locked by an operator: refused whatever the password. */
  readonly locked: boolean;
  readonly created: EpochMs;
}

/** The users of a ledger. */
export interface UserLedger {
  add(user: StoredUser): "added" | "name taken" | "full";
  list(): readonly StoredUser[];
  /** False when there is no such user. */
  setPassword(user: string, hash: string): boolean;
  setLocked(user: string, locked: boolean): boolean;
}

/** Something that an operator asks of a running gateway from another process, kept until it is done. */
export type Instruction =
  | { readonly kind: "deposit" | "withdraw"; readonly user: string; readonly amount: Fen }
  | { readonly kind: "settle" };

/** An instruction with its place in the queue. */
export interface QueuedInstruction {
  readonly id: number;
  readonly instruction: Instruction;
  readonly asked: EpochMs;
  /** What became of it (`"done"`, or why not); undefined: it waits. */
  readonly outcome: string | undefined;
}

/** Operators' instructions. Both processes have the ledger open. */
export interface InstructionLedger {
  /** Keeps an instruction; returns its id. Throws when too many wait. */
  ask(instruction: Instruction, at: EpochMs): number;
  /** Those that wait, oldest first. */
  waiting(): readonly QueuedInstruction[];
  find(id: number): QueuedInstruction | undefined;
}
