/** A Python that has the package `websockets`, if this machine has one. */
import { spawnSync } from "node:child_process";

/** Its command; undefined where there is none. */
export const PYTHON = ["python3", "/usr/bin/python3"].find(
  (file) => spawnSync(file, ["-c", "import websockets"]).status === 0,
);

/** What a test that needs it says where it is skipped; false where it is not. */
export const SKIP_PYTHON =
  PYTHON === undefined ? "no Python with the package websockets (Debian: python3-websockets)" : false;
