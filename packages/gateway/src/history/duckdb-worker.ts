/** The database's thread: everything that DuckDB does happens here, so that no tick waits for it. */
import { setPriority } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Batch } from "./batch.ts";
import { StoreError } from "./errors.ts";
import type { Call, News, Order, StoreSettings } from "./messages.ts";
import { retain } from "./retention.ts";
import { Store } from "./store.ts";
import { Writer } from "./writer.ts";

/** How often it is looked for what is kept no longer, and how long after the start for the first time. */
const RETAIN_EVERY_MS = 60_000;
const RETAIN_FIRST_MS = 10_000;

/** A "nice" value: a busy machine gives this thread what the gateway leaves over. */
const LOWER_PRIORITY = 5;

const { database, retention } = workerData as StoreSettings;
const port = parentPort!;
const tell = (news: News): void => port.postMessage(news);
const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]!;

/** Writing, retention and closing take turns. */
let turn: Promise<unknown> = Promise.resolve();
const inTurn = (run: () => Promise<unknown>): void => void (turn = turn.then(run));
let bytes = 0;

function serve(writer: Writer<Store>): void {
  const retainNow = async (): Promise<void> => {
    try {
      bytes = await retain(writer.store.database, retention, Date.now());
    } catch (error) {
      tell({ kind: "state", failure: `retention: ${describe(error)}` });
    }
  };
  const timers = [
    setTimeout(() => inTurn(retainNow), RETAIN_FIRST_MS),
    setInterval(() => inTurn(retainNow), RETAIN_EVERY_MS),
  ];
  port.on("message", (order: Order) => {
    if (order.kind === "call") void answer(writer, order);
    else if (order.kind === "write") inTurn(() => write(writer, order.batch));
    else {
      for (const timer of timers) clearTimeout(timer);
      inTurn(() => close(writer));
    }
  });
}

async function write(writer: Writer<Store>, batch: Batch): Promise<void> {
  if (await writer.write(batch)) tell({ kind: "written", bytes });
}

async function answer(writer: Writer<Store>, { number, method, parameters }: Call): Promise<void> {
  try {
    const { store } = writer;
    const ask = store[method] as (...values: typeof parameters) => Promise<unknown>;
    tell({ kind: "answer", number, value: await ask.apply(store, parameters) });
  } catch (error) {
    tell({ kind: "refusal", number, message: describe(error) });
  }
}

async function close(writer: Writer<Store>): Promise<void> {
  await writer.close().catch((error: unknown) => tell({ kind: "state", failure: describe(error) }));
  tell({ kind: "closed" });
  port.close();
}

// Where threads have priorities of their own, ticks go first. Elsewhere this call would slow the whole process down.
if (process.platform === "linux") setPriority(LOWER_PRIORITY);

try {
  const store = await Store.open(database);
  bytes = await store.database.usedBytes();
  const onState = (failure: unknown): void =>
    tell({ kind: "state", failure: failure === undefined ? "" : describe(failure) });
  serve(new Writer(store, { open: () => Store.open(database), wait: (ms) => wait(ms), onState }));
  tell({ kind: "opened", codes: store.codes, bytes });
} catch (error) {
  const reason = error instanceof StoreError ? error.reason : "unusable";
  tell({ kind: "unopened", reason, message: describe(error) });
  port.close();
}
