/**
 * The ledger's tables, as the steps that make them: step n takes a file from `user_version` n to n + 1. A step that was ever
 * released is never changed; what comes later is appended.
 */
import type { DatabaseSync } from "node:sqlite";
import { transact } from "./transaction.ts";

const STEPS: readonly string[] = [
  `CREATE TABLE tokens (
    id      INTEGER PRIMARY KEY,
    name    TEXT    NOT NULL,
    hash    TEXT    NOT NULL UNIQUE,
    plan    TEXT    NOT NULL,
    codes   TEXT    NOT NULL,  -- by commas; empty: every code
    created INTEGER NOT NULL,  -- all times in milliseconds since 1970, UTC
    expires INTEGER,           -- NULL: never
    revoked INTEGER,           -- NULL: it was not
    used    INTEGER            -- NULL: not yet
  ) STRICT;
  CREATE UNIQUE INDEX tokens_name ON tokens (name) WHERE revoked IS NULL;`,
  `CREATE TABLE users (
    user     TEXT    PRIMARY KEY,
    password TEXT    NOT NULL,
    locked   INTEGER NOT NULL,  -- 1: by an operator
    created  INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE journal (
    seq     INTEGER PRIMARY KEY,
    ops     TEXT    NOT NULL,   -- a JSON list of operations
    settles INTEGER NOT NULL    -- 1: a trading day ends in it
  ) STRICT;
  CREATE INDEX journal_settles ON journal (seq) WHERE settles = 1;
  CREATE TABLE checkpoints (
    seq  INTEGER PRIMARY KEY,   -- of the last row that it covers
    text TEXT    NOT NULL
  ) STRICT;
  CREATE TABLE statements (
    user       TEXT    NOT NULL,
    day        TEXT    NOT NULL,
    settlement INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    PRIMARY KEY (user, day)
  ) STRICT;
  CREATE TABLE instructions (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT    NOT NULL,
    user    TEXT,
    amount  INTEGER,            -- in fen
    asked   INTEGER NOT NULL,
    outcome TEXT                -- NULL: it waits
  ) STRICT;
  CREATE INDEX instructions_waiting ON instructions (id) WHERE outcome IS NULL;
  -- Counts what a running gateway must read again: the journal's commits are none of that.
  CREATE TABLE news (count INTEGER NOT NULL) STRICT;
  INSERT INTO news VALUES (0);
  CREATE TRIGGER news_token AFTER INSERT ON tokens BEGIN UPDATE news SET count = count + 1; END;
  CREATE TRIGGER news_revoked AFTER UPDATE OF revoked ON tokens BEGIN UPDATE news SET count = count + 1; END;
  CREATE TRIGGER news_user AFTER INSERT ON users BEGIN UPDATE news SET count = count + 1; END;
  CREATE TRIGGER news_user_changed AFTER UPDATE ON users BEGIN UPDATE news SET count = count + 1; END;`,
  `CREATE TABLE given (
    seq     INTEGER PRIMARY KEY,
    day     TEXT    NOT NULL,
    front   INTEGER NOT NULL,   -- these three: the order's name at the upstream
    session INTEGER NOT NULL,
    ref     TEXT    NOT NULL,
    giver   TEXT    NOT NULL,   -- JSON: user, session and input here
    UNIQUE (front, session, ref)
  ) STRICT;`,
];

/** The version of a file that this program has brought up to date. */
const LEDGER_VERSION = STEPS.length;

/** What a file is at: 0 for a new one. */
function readVersion(database: DatabaseSync): number {
  const row = database.prepare("PRAGMA user_version").get();
  return Number(row?.["user_version"]);
}

/** Brings a file up to date, all steps or none. Throws for a file that a newer program made: its meaning is not known here. */
export function migrate(database: DatabaseSync): void {
  if (readVersion(database) === LEDGER_VERSION) return;
  // Two processes may find the same old file: the second one waits here, and then finds nothing to do.
  transact(database, () => {
    const version = readVersion(database);
    if (version > LEDGER_VERSION) {
      throw new Error(`it is at version ${version}, made by a newer tickwire; this one knows ${LEDGER_VERSION}`);
    }
    for (const step of STEPS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${LEDGER_VERSION}`);
  });
}
