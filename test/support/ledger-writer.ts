/** A process that opens a ledger at a given moment and issues a token: `node ledger-writer.ts DATA NAME MOMENT`. */
import { SqliteLedger } from "../../packages/gateway/src/ledger/sqlite.ts";

const [, , data, name, moment] = process.argv;
// Not a sleep: all of them are to come at the same moment, as nearly as processes can.
while (Date.now() < Number(moment));
const ledger = new SqliteLedger(data!);
const hash = `sha256:${Buffer.from(name!).toString("hex").padStart(64, "0")}`;
ledger.tokens.issue({ name: name!, hash, plan: "free", codes: [], expires: Infinity, created: Date.now() });
ledger.close();
