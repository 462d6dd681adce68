/** Data directories for gateways under test: none ever sees another one's, or the developer's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = mkdtempSync(join(tmpdir(), "tickwire-data-"));
process.once("exit", () => rmSync(root, { recursive: true, force: true }));

/** Makes an empty directory that goes when this process ends. */
export function makeDataFolder(): string {
  return mkdtempSync(join(root, "data-"));
}
