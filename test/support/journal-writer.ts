/**
 * A process that commits batches to a ledger's journal for ever: `node journal-writer.ts DATA SEED`. Each batch is some rows
 * `{"batch":n,"row":i,"of":k}`, a statement, an instruction that is done and now and then a checkpoint; its number is written to
 * stdout, a line each, as soon as it is told to be safe.
 */
import { writeSync } from "node:fs";
import { SqliteLedger } from "../../packages/gateway/src/ledger/sqlite.ts";

const [, , data, seed] = process.argv;
const MOST_ROWS = 20;
const CHECKPOINT_EVERY = 7;

let random = Number(seed);
const next = (below: number): number => (random = (random * 48_271) % 2_147_483_647) % below;

const ledger = new SqliteLedger(data!);
const journal = ledger.journal();
const { checkpoint, rows: loaded } = journal.load();
const newest = loaded.at(-1) ?? checkpoint ?? '{"batch":0}';
let batch = (JSON.parse(newest) as { readonly batch: number }).batch;

function commit(): void {
  batch++;
  const of = 1 + next(MOST_ROWS);
  const rows = Array.from({ length: of }, (_, row) => JSON.stringify({ batch, row, of }));
  const statement = { user: "u", day: String(20_000_000 + batch), settlementId: batch, text: String(batch) };
  const id = ledger.instructions.ask({ kind: "deposit", user: "u", amount: batch }, Date.now());
  const done = [{ id, outcome: String(batch) }];
  const checked = batch % CHECKPOINT_EVERY === 0 ? { checkpoint: JSON.stringify({ batch }) } : {};
  journal.commit({ rows, statements: [statement], done, ...checked }, (error) => {
    if (error !== undefined) throw error;
    writeSync(1, `${batch}\n`);
    commit();
  });
}

commit();
