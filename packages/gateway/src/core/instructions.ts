/** Carries out what operators ask for from other processes, each instruction once. */
import type { EpochMs, Fen } from "@tickwire/protocol/model";
import type { ExchangeEngine } from "../ports/exchange.ts";
import type { Instruction, InstructionLedger } from "../ports/ledger.ts";

/** Outcome of an instruction that was carried out. */
const DONE = "done";

/** What instructions are carried out with. */
export interface InstructionDesk {
  readonly engine: Pick<ExchangeEngine, "account" | "openAccount" | "transfer" | "settle">;
  readonly ledger: Pick<InstructionLedger, "waiting">;
  readonly isUser: (user: string) => boolean;
  readonly initialBalance: Fen;
  /** To be written down with the operations so far. */
  readonly done: (id: number, outcome: string) => void;
}

/** Follows the queue of instructions. */
export class InstructionFollower {
  readonly #desk: InstructionDesk;
  /** Carried out, and still in the queue: what became of them is being written. */
  #obeyed = new Set<number>();

  constructor(desk: InstructionDesk) {
    this.#desk = desk;
  }

  /** Carries out what is new in the queue. Throws when that cannot be read. */
  obey(now: EpochMs): void {
    const waiting = this.#desk.ledger.waiting();
    this.#obeyed = new Set(waiting.map(({ id }) => id).filter((id) => this.#obeyed.has(id)));
    for (const { id, instruction } of waiting) {
      if (this.#obeyed.has(id)) continue;
      this.#obeyed.add(id);
      this.#desk.done(id, this.#attempt(id, instruction, now));
    }
  }

  /** What cannot be carried out is done with, too: it is told why and not tried for ever. */
  #attempt(id: number, instruction: Instruction, now: EpochMs): string {
    try {
      return this.#carryOut(id, instruction, now);
    } catch (error) {
      return `failed: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  #carryOut(id: number, instruction: Instruction, now: EpochMs): string {
    const { engine, isUser, initialBalance } = this.#desk;
    if (instruction.kind === "settle") {
      engine.settle(now);
      return DONE;
    }
    const { kind, user, amount } = instruction;
    if (engine.account(user) === undefined) {
      if (!isUser(user)) return "no such user";
      engine.openAccount(user, initialBalance, now);
    }
    return engine.transfer(user, kind === "deposit" ? amount : -amount, id, now) ?? DONE;
  }
}
