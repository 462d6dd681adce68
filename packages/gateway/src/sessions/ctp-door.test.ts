import assert from "node:assert/strict";
import { test } from "node:test";
import { CtpFixture } from "../../../../test/support/ctp-fixture.ts";

function admit(target: string, protocols: readonly string[] = []): ReturnType<CtpFixture["door"]["admit"]> {
  const url = new URL(target, "http://localhost");
  return new CtpFixture().door.admit({ path: url.pathname, query: url.searchParams, protocols });
}

/** The name of the login reply tells the dialect that a connection begins with. */
async function loginName(target: string, protocols: readonly string[] = []): Promise<unknown> {
  return (await new CtpFixture().connect(target, protocols).login())[0]!["MsgType"];
}

test("serves the root and both sides, with and without the last slash", () => {
  assert.deepEqual(new CtpFixture().door.paths, ["/", "/md/", "/md", "/td/", "/td"]);
});

test("an unknown dialect is refused by name", () => {
  for (const target of ["/?dialect=SEED", "/md/?dialect=", "/td/?dialect=toString"]) {
    assert.deepEqual(admit(target), {
      refuse: { status: 400, body: '{"error":"dialect: must be one of seed, legacy, classic"}' },
    });
  }
});

test("the path suggests a dialect, the query or a subprotocol forces one", async () => {
  assert.equal(await loginName("/"), "OnRspUserLogin");
  assert.equal(await loginName("/td"), "RspUserLogin");
  assert.equal(await loginName("/md/?token=x"), "RspUserLogin");
  assert.equal(await loginName("/td/?dialect=seed"), "OnRspUserLogin");
  assert.equal(await loginName("/", ["chat", "classic"]), "RspUserLogin");
  assert.equal(await loginName("/?dialect=seed", ["classic"]), "OnRspUserLogin");
});

function protocolOf(target: string, protocols: readonly string[]): unknown {
  const admission = admit(target, protocols);
  return "protocol" in admission ? admission.protocol : undefined;
}

test("answers the subprotocol that it took, and no other", () => {
  assert.equal(protocolOf("/", ["chat", "legacy", "seed"]), "legacy");
  assert.equal(protocolOf("/?dialect=seed", ["legacy", "seed"]), "seed");
  assert.equal(protocolOf("/?dialect=seed", ["legacy"]), undefined);
  assert.equal(protocolOf("/", ["chat"]), undefined);
});
