/** When what a feed has trades: in the sessions of the exchanges, or round the clock as simulators and test environments do. */
import type { Instrument, TradingHours } from "@tickwire/protocol/model";

/** `"open"`: every instrument trades all the time; `"real"`: in its sessions only. */
export type Sessions = "open" | "real";

/** Reads the parameter `sessions` of a SPEC. Throws an Error that begins with its name. */
export function readSessions(text: string | null, usual: Sessions): Sessions {
  const sessions = text ?? usual;
  if (sessions === "open" || sessions === "real") return sessions;
  throw new Error(`sessions: expected open or real, got ${JSON.stringify(sessions)}`);
}

/** Gives instruments the hours that a feed's SPEC wants for them. */
export class SessionHours {
  readonly #sessions: Sessions;
  /** By the hours of the exchange: instruments with the same hours share one object, as those of a catalogue do. */
  readonly #open = new Map<TradingHours, TradingHours>();

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** The instrument with those hours. */
  apply(instrument: Instrument): Instrument {
    if (this.#sessions === "real") return instrument;
    const { hours } = instrument;
    let open = this.#open.get(hours);
    if (open === undefined) this.#open.set(hours, (open = { ...hours, always: true }));
    return { ...instrument, hours: open };
  }
}
