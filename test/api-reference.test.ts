/** The API reference is that of the sources. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as client from "@tickwire/client";
import { writeReference } from "../scripts/api-reference.ts";
import { ROOT } from "./support/process.ts";

test("docs/api.md is up to date and names everything that is exported", () => {
  const reference = writeReference();
  for (const name of Object.keys(client)) assert.match(reference, new RegExp(`^### \\w+ \`${name}\`$`, "m"), name);
  assert.equal(
    readFileSync(join(ROOT, "docs/api.md"), "utf8"),
    reference,
    "docs/api.md is old: node --conditions=@tickwire/source scripts/api-reference.ts > docs/api.md",
  );
});
