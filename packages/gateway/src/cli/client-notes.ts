/** What a client that keeps itself connected is heard of by people: breaks and holes, as lines on stderr. */
import type { ClientStatus, Hole } from "@tickwire/client";
import type { Terminal } from "./terminal.ts";

/** Listeners that write notes. */
export interface ClientNotes {
  /** Tells of a break, and that it is over, once each. */
  readonly onStatus: (status: ClientStatus) => void;
  readonly onHole: (hole: Hole) => void;
}

/** Makes them. */
export function makeClientNotes(terminal: Pick<Terminal, "note">): ClientNotes {
  let told = "";
  return {
    onStatus: ({ state, cause }) => {
      const line =
        state === "waiting" ? `connection lost: ${cause}` : state === "live" && told !== "" ? "connected again" : "";
      if (line !== "" && line !== told) terminal.note((told = line));
    },
    onHole: ({ from, to, codes, cause, filledBy = null }) =>
      terminal.note(`hole: ${JSON.stringify({ from, to, codes, cause, filledBy })}`),
  };
}
