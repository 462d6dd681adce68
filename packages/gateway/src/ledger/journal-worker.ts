/** The journal's thread: it waits for the disk, so that no tick does. */
import { parentPort, workerData } from "node:worker_threads";
import type { JournalBatch } from "../ports/journal.ts";
import { openDatabase } from "./connection.ts";
import type { JournalNews, JournalOrder, JournalSettings } from "./journal-messages.ts";
import { JournalWriter } from "./journal-writer.ts";

/** How long nothing must have been written before rows that are not kept are deleted, in milliseconds. */
const IDLE_MS = 20;

const { file } = workerData as JournalSettings;
const port = parentPort!;
const tell = (news: JournalNews): void => port.postMessage(news);

const database = openDatabase(file);
const writer = new JournalWriter(database);
let pruning: NodeJS.Timeout | undefined;

port.on("message", (order: JournalOrder) => {
  clearTimeout(pruning);
  if (order.kind === "close") {
    database.close();
    port.close();
    return;
  }
  write(order.batch, order.after);
  pruning = setTimeout(prune, IDLE_MS);
});

function write(batch: JournalBatch, after: number): void {
  try {
    writer.write(batch, after);
    tell({ kind: "committed" });
  } catch (error) {
    tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

function prune(): void {
  let more = false;
  try {
    more = writer.prune();
  } catch {
    // It is tried again after the next batch; a disk that fails is told of there.
  }
  if (more) pruning = setTimeout(prune, IDLE_MS);
}
