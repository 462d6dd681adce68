import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, loadConfig } from "./config.ts";
import { printConfig } from "./config/print.ts";

const FEED = { TICKWIRE_FEED: "sim alltick?token=env:UP_A,env:UP_B&plan=basic" };

test("secrets of feeds are taken from the environment and stand neither in the configuration nor in what is printed of it", async () => {
  const loaded = await loadConfig({}, { ...FEED, UP_A: "secret-a", UP_B: " secret-b " });
  assert.deepEqual(
    [...loaded.secrets],
    [
      ["env:UP_A", "secret-a"],
      ["env:UP_B", "secret-b"],
    ],
  );
  assert.doesNotMatch(JSON.stringify(loaded.config), /secret-/);
  assert.doesNotMatch(printConfig(loaded), /secret-/);
});

test("a secret that is not there is named before anything starts", async () => {
  await assert.rejects(loadConfig({}, { ...FEED, UP_A: "x" }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(error.problems, ["feeds[1]: the environment variable UP_B is not set"]);
    return true;
  });
});

test("a secret in a SPEC is refused and not shown", async () => {
  await assert.rejects(loadConfig({}, { TICKWIRE_FEED: "alltick?token=0123abcd-c-app" }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /token: a plain secret is refused here/);
    assert.doesNotMatch(error.message, /0123abcd/);
    return true;
  });
});

test("a variable that only a feed refers to is no misspelt setting", async () => {
  const { notes } = await loadConfig({}, { TICKWIRE_FEED: "alltick?token=env:TICKWIRE_TOKE", TICKWIRE_TOKE: "x" });
  assert.deepEqual(notes, []);
});
