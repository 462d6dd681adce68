/** Queries of a session that another answers, later: an upstream's account has a broker of its own. */
import type { LaterRows } from "../ports/trading.ts";
import type { CtpCall } from "./ctp-call.ts";
import { maxVolumeQuestion } from "./ctp-queries.ts";

/** Asks whoever knows better; undefined where the query is to be answered from here. */
export function inquire(call: CtpCall): LaterRows | undefined {
  const { trading, seat } = call.services;
  const { msgType, body } = call.request;
  if (trading.inquire === undefined || call.isForOthers) return undefined;
  return trading.inquire(seat.user, msgType, msgType === "ReqQryMaxOrderVolume" ? maxVolumeQuestion(call) : body);
}

/** Answers that come later, each in its turn: dialects without numbers know them by their order. */
export class LaterAnswers {
  #turn: Promise<void> = Promise.resolve();

  /** Answers a call when its rows are there; not where nobody is to be told any more. `over` is called in any case. */
  add(call: CtpCall, rows: LaterRows, mayTell: () => boolean, over: () => void): void {
    this.#turn = this.#answer(this.#turn, call, rows, mayTell, over);
  }

  async #answer(
    before: Promise<void>,
    call: CtpCall,
    rows: LaterRows,
    mayTell: () => boolean,
    over: () => void,
  ): Promise<void> {
    await before;
    const found = await rows;
    over();
    if (mayTell()) answer(call, found);
  }
}

function answer(call: CtpCall, found: Awaited<LaterRows>): void {
  const { brokerId } = call.services.seat;
  try {
    if (typeof found === "string") call.refuse(found);
    else call.answer(call.rows(found, (row) => ("BrokerID" in row ? { ...row, BrokerID: brokerId } : row)));
  } catch (error) {
    call.crash(error);
  }
}
