/** What operators ask for in the crash test: deposits, withdrawals, settlements, through the ledger of a running gateway. */
import assert from "node:assert/strict";
import type { Instruction, InstructionLedger } from "../../packages/gateway/src/ports/ledger.ts";
import type { ReplayedLedger } from "./replayed-ledger.ts";

const MAX_MOVE_FEN = 50_000_000;

/** Instructions that were asked, with what became of them as far as that was told. */
export class CrashMoney {
  moves = 0;
  settlements = 0;
  readonly #asked = new Map<number, { readonly instruction: Instruction; outcome: string | undefined }>();
  readonly #below: (count: number) => number;

  /** `below`: a random whole number from 0 on. */
  constructor(below: (count: number) => number) {
    this.#below = below;
  }

  /** Asks for something, or for nothing. */
  ask(instructions: InstructionLedger, users: readonly string[]): void {
    const below = this.#below;
    const ask = (instruction: Instruction): void => {
      this.#asked.set(instructions.ask(instruction, Date.now()), { instruction, outcome: undefined });
    };
    const user = users[below(users.length)]!;
    const kind = below(2) === 0 ? "deposit" : "withdraw";
    if (below(2) === 0) ask({ kind, user, amount: 1 + below(MAX_MOVE_FEN) });
    if (below(4) === 0) ask({ kind: "settle" });
  }

  /** Notes what became of them; what was told before stays so. */
  hear(instructions: InstructionLedger): void {
    for (const [id, asked] of this.#asked) {
      const outcome = instructions.find(id)?.outcome;
      if (asked.outcome !== undefined) assert.equal(outcome, asked.outcome, `instruction ${id}`);
      else if (outcome !== undefined && asked.instruction.kind === "settle") this.settlements++;
      else if (outcome === "done") this.moves++;
      asked.outcome = outcome;
    }
  }

  /** Money was moved once by every instruction that is told to be done, and never twice. Returns how many were checked. */
  check({ transfers }: ReplayedLedger): number {
    for (const [id, { instruction, outcome }] of this.#asked) {
      const moved = transfers.get(id) ?? 0;
      const least = outcome === "done" && instruction.kind !== "settle" ? 1 : 0;
      const most = outcome === undefined ? 1 : least;
      assert.ok(moved >= least && moved <= most, `${JSON.stringify(instruction)} (${outcome}): done ${moved} times`);
    }
    return this.#asked.size;
  }
}
