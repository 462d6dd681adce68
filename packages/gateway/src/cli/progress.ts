/** A progress bar on stderr for what takes longer than two seconds. */
import type { Terminal } from "./terminal.ts";

const SHOWN_AFTER_MS = 2_000;
const WIDTH = 30;

/** A bar that is drawn over itself. */
export interface Progress {
  /** How much is done, 0 to 1. */
  readonly update: (done: number) => void;
  /** Takes the bar away. */
  end(): void;
}

/** Makes one; it is drawn on a terminal only. */
export function makeProgress(
  label: string,
  terminal: Pick<Terminal, "interactiveLog" | "draw">,
  now = Date.now,
): Progress {
  const start = now();
  let drawn = false;
  return {
    update: (done) => {
      const elapsed = now() - start;
      if (!terminal.interactiveLog || elapsed < SHOWN_AFTER_MS) return;
      drawn = true;
      const share = Math.min(1, Math.max(0, done));
      const filled = Math.round(share * WIDTH);
      const bar = `${"█".repeat(filled)}${"░".repeat(WIDTH - filled)}`;
      terminal.draw(
        `${label} ${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${Math.round(elapsed / 1000)} s`,
      );
    },
    end: () => {
      if (drawn) terminal.draw("");
    },
  };
}
