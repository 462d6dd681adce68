import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Dialect } from "@tickwire/protocol/ctp";
import { Spellings } from "./ctp-dialect.ts";
import { refusal } from "./ctp-errors.ts";

/** Asks a gateway that understands one spelling of a request; tells what was tried. */
async function tried(
  spellings: Spellings,
  request: string,
  understood: Dialect | "none",
  ret = -400,
): Promise<Dialect[]> {
  const asked: Dialect[] = [];
  const ask = async (dialect: Dialect): Promise<void> => {
    asked.push(dialect);
    if (dialect !== understood) throw refusal({ ErrorID: ret, ErrorMsg: "" });
  };
  await spellings.say(request, ask).catch(() => undefined);
  return asked;
}

describe("Spellings", () => {
  it("begin with what the login suggests, and are tried both ways until one is understood", async () => {
    const spellings = new Spellings("auto");
    spellings.hearLogin("OnRspUserLogin");
    assert.equal(spellings.dialect, "seed");
    assert.deepEqual(await tried(spellings, "ReqQryOrder", "classic"), ["seed", "classic"]);
    assert.deepEqual(await tried(spellings, "ReqQryOrder", "classic"), ["classic"]);
    assert.deepEqual(await tried(spellings, "ReqOrderInsert", "classic"), ["classic"]);
    assert.equal(spellings.dialect, "legacy");
  });

  it("are classic where names have no On; the odd request changes nothing for others", async () => {
    const spellings = new Spellings("auto");
    spellings.hearLogin("RspUserLogin");
    assert.deepEqual(await tried(spellings, "ReqQryInstrument", "seed"), ["classic", "seed"]);
    assert.deepEqual(await tried(spellings, "ReqQryInstrument", "seed"), ["seed"]);
    assert.deepEqual(await tried(spellings, "ReqOrderInsert", "classic"), ["classic"]);
    assert.equal(spellings.dialect, "classic");
  });

  it("what is understood in neither is a fault of its own, and learns nothing", async () => {
    const spellings = new Spellings("auto");
    spellings.hearLogin("RspUserLogin");
    assert.deepEqual(await tried(spellings, "ReqQryTrade", "none"), ["classic", "seed"]);
    assert.deepEqual(await tried(spellings, "ReqQryTrade", "classic"), ["classic"]);
  });

  it("a query that the gateway does not have is not tried otherwise: its name is the same in both", async () => {
    assert.deepEqual(await tried(new Spellings("auto"), "ReqQrySettlementInfo", "none", -404), ["seed"]);
    assert.deepEqual(await tried(new Spellings("auto"), "subscription", "classic", -404), ["seed", "classic"]);
  });

  it("other refusals, what was understood once, and a dialect that was asked for are not tried otherwise", async () => {
    const spellings = new Spellings("auto");
    assert.deepEqual(await tried(spellings, "ReqOrderInsert", "none", 31), ["seed"]);
    await tried(spellings, "ReqQryOrder", "seed");
    assert.deepEqual(await tried(spellings, "ReqQryOrder", "none"), ["seed"]);
    assert.deepEqual(await tried(new Spellings("classic"), "ReqQryOrder", "seed"), ["classic"]);
    const legacy = new Spellings("legacy");
    legacy.hearLogin("RspUserLogin");
    assert.equal(legacy.dialect, "legacy");
  });
});
