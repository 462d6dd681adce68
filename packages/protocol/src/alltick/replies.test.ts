import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import samples from "../../../../test/fixtures/alltick-ws.json" with { type: "json" };
import { ALLTICK_ERRORS, type AllTickError } from "../errors.ts";
import { decodeFrames } from "./frames.ts";
import { encodeError, encodeHeaderError, encodeOk } from "./replies.ts";

const ERRORS: readonly AllTickError[] = Object.values(ALLTICK_ERRORS);

test("every successful reply of the samples is written to the letter", () => {
  for (const list of [samples.heartbeatReplies, samples.depthAcks, samples.tradeAcks, samples.cancelReplies]) {
    for (const sample of list) {
      const header = { cmdId: sample.cmd_id - 1, seqText: String(sample.seq_id), trace: sample.trace };
      assert.equal(encodeOk(header), JSON.stringify(sample));
    }
  }
});

test("every error reply of the samples is written to the letter from the error table", () => {
  for (const sample of samples.errorReplies) {
    const header =
      sample.cmd_id === 0
        ? undefined
        : { cmdId: sample.cmd_id - 1, seqText: String(sample.seq_id), trace: sample.trace };
    const row = ERRORS.find((error) => error.msg === sample.msg);
    assert.ok(row, sample.msg);
    const legacy = row.ret !== sample.ret;
    if (legacy) assert.equal(row, ALLTICK_ERRORS.headerInvalid);
    assert.equal(legacy ? encodeHeaderError(sample.ret) : encodeError(row, header), JSON.stringify(sample));
  }
});

test("a reply is read as it was written", () => {
  const header = fc.record({
    cmdId: fc.constantFrom(22000, 22002, 22004, 22006),
    seq: fc.maxSafeNat(),
    trace: fc.string({ unit: "binary" }),
  });
  fc.assert(
    fc.property(header, fc.option(fc.constantFrom(...ERRORS), { nil: undefined }), ({ cmdId, seq, trace }, error) => {
      const echoed = { cmdId, seqText: String(seq), trace };
      const text = error === undefined ? encodeOk(echoed) : encodeError(error, echoed);
      const expected = {
        kind: "reply",
        ret: error?.ret ?? 200,
        msg: error?.msg ?? "ok",
        cmdId: cmdId + 1,
        seqId: seq,
        trace,
        data: {},
      };
      assert.deepEqual(decodeFrames(text), [expected]);
      assert.ok(!text.includes("\n"));
    }),
  );
});
