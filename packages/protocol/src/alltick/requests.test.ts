import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import samples from "../../../../test/fixtures/alltick-ws.json" with { type: "json" };
import { MAX_TRACE_CHARS } from "./limits.ts";
import type { AllTickRequest, DecodedRequest } from "./messages.ts";
import { decodeRequest, encodeRequest } from "./requests.ts";

function requestOf(decoded: DecodedRequest): AllTickRequest | string {
  return decoded.fault === "none" ? decoded.request : decoded.fault;
}

function seqTextOf(text: string): string {
  const decoded = decodeRequest(text);
  return decoded.fault === "header" ? "header" : decoded.header.seqText;
}

function withTrace(trace: unknown): string {
  return decodeRequest(JSON.stringify({ cmd_id: 22000, trace })).fault;
}

const code = fc.string({ minLength: 1, maxLength: 12 });
const request: fc.Arbitrary<AllTickRequest> = fc.oneof(
  fc.constant<AllTickRequest>({ kind: "heartbeat" }),
  fc.array(code, { minLength: 1, maxLength: 8 }).map((codes): AllTickRequest => ({ kind: "subscribe-trade", codes })),
  fc
    .array(fc.record({ code, level: fc.nat(20) }, { noNullPrototype: true }), { minLength: 1, maxLength: 8 })
    .map((symbols): AllTickRequest => ({ kind: "subscribe-depth", symbols })),
  fc
    .constantFrom(0, 1, 2, 3)
    .map((cancelType): AllTickRequest => ({ kind: "cancel", cancelType: cancelType as 0 | 1 | 2 | 3 })),
);

test("what a client writes is what the server reads", () => {
  fc.assert(
    fc.property(request, fc.maxSafeNat(), fc.string({ maxLength: 64 }), (asked, seqId, trace) => {
      const decoded = decodeRequest(encodeRequest(asked, seqId, trace));
      assert.ok(decoded.fault === "none");
      assert.deepEqual(decoded.request, asked);
      assert.equal(decoded.header.seqText, String(seqId));
      assert.equal(decoded.header.trace, trace);
    }),
  );
});

test("every heartbeat that real clients send is one", () => {
  for (const sample of samples.heartbeatRequests) {
    const decoded = decodeRequest(JSON.stringify(sample));
    assert.deepEqual(requestOf(decoded), { kind: "heartbeat" }, JSON.stringify(sample));
    assert.ok(decoded.fault === "none");
    assert.equal(decoded.header.seqText, String(sample.seq_id ?? 0));
    assert.equal(decoded.header.trace, sample.trace ?? "");
  }
});

test("every subscription that real clients send is read, whatever they put into depth_level", () => {
  for (const sample of samples.depthSubscriptions) {
    const symbols = sample.data.symbol_list.map((item) => ({
      code: item.code,
      level: Number("depth_level" in item ? item.depth_level : 0),
    }));
    assert.deepEqual(requestOf(decodeRequest(JSON.stringify(sample))), { kind: "subscribe-depth", symbols });
  }
  for (const sample of samples.tradeSubscriptions) {
    const codes = sample.data.symbol_list.map((item) => item.code);
    assert.deepEqual(requestOf(decodeRequest(JSON.stringify(sample))), { kind: "subscribe-trade", codes });
  }
});

test("a cancellation needs its type", () => {
  const read = samples.cancelRequests.map((sample) => requestOf(decodeRequest(JSON.stringify(sample))));
  const cancels = [0, 1, 2, 3].map((cancelType) => ({ kind: "cancel", cancelType }));
  assert.deepEqual(read, [...cancels, "data", "data"]);
});

test("a seq_id comes back as it was sent", () => {
  const echoed: readonly (readonly [string, string])[] = [
    ["1786012345678", "1786012345678"],
    ["12345678901234567890", "12345678901234567890"],
    ["-5", "-5"],
    ["1.5", "1.5"],
    ["1e400", "1e400"],
    ['"1"', '"1"'],
    ['"12345678901234567890"', '"12345678901234567890"'],
    ["null", "0"],
    ['"abc"', "header"],
    ['""', "header"],
    ["true", "header"],
    ["{}", "header"],
    ["1".repeat(65), "header"],
  ];
  for (const [sent, expected] of echoed) assert.equal(seqTextOf(`{"cmd_id":22000,"seq_id":${sent}}`), expected, sent);
  assert.equal(seqTextOf('{"cmd_id":22000}'), "0");
});

test("a long seq_id is taken from the header, not from a namesake in the data", () => {
  const other = '{"seq_id":11111111111111111111,"x":[{"seq_id":22222222222222222222}]}';
  assert.equal(seqTextOf(`{"data":${other},"cmd_id":22000,"seq_id":33333333333333333333}`), "33333333333333333333");
  assert.equal(seqTextOf(`{"seq_id":33333333333333333333,"cmd_id":22000,"data":${other}}`), "33333333333333333333");
});

test("a trace may pass the documented 64 characters, within reason", () => {
  assert.equal(withTrace("x".repeat(MAX_TRACE_CHARS)), "none");
  assert.equal(withTrace("x".repeat(MAX_TRACE_CHARS + 1)), "header");
  assert.equal(withTrace(null), "none");
  assert.equal(withTrace(5), "header");
});

test("strings serve as numbers; what is no request is a fault of the header", () => {
  const faults = samples.quirks.map(({ frame }) => decodeRequest(frame).fault);
  const accepted = samples.quirks.map(({ expect }) =>
    expect === "22001" || expect.startsWith("accept") ? "none" : "header",
  );
  assert.deepEqual(faults, accepted);
});

test("data that cannot be read is a fault of the data", () => {
  const lists: readonly unknown[] = [
    undefined,
    null,
    [],
    "BTCUSDT",
    {},
    { symbol_list: [] },
    { symbol_list: null },
    { symbol_list: { code: "BTCUSDT" } },
    { symbol_list: ["BTCUSDT"] },
    { symbol_list: [{ code: 700 }] },
    { symbol_list: [{ code: "BTCUSDT" }, {}] },
    { symbol_list: [null] },
    { symbols: [{ code: "BTCUSDT" }] },
  ];
  for (const data of lists) {
    for (const cmd_id of [22002, 22004])
      assert.equal(decodeRequest(JSON.stringify({ cmd_id, data })).fault, "data", JSON.stringify(data));
  }
  for (const depth_level of ["five", -1, 1.5, {}, true]) {
    const data = { symbol_list: [{ code: "BTCUSDT", depth_level }] };
    assert.equal(decodeRequest(JSON.stringify({ cmd_id: 22002, data })).fault, "data");
    assert.equal(decodeRequest(JSON.stringify({ cmd_id: 22004, data })).fault, "none");
  }
});

test("no text makes it throw", () => {
  const nested = `{"cmd_id":22000,"seq_id":12345678901234567890,"data":${"[".repeat(30_000)}${"]".repeat(30_000)}}`;
  assert.equal(decodeRequest(nested.replace("12345678901234567890", "1")).fault, "none");
  assert.doesNotThrow(() => void decodeRequest(nested), "too deep for a reviver");
  const shaped = fc.record(
    {
      cmd_id: fc.oneof(fc.constantFrom(22000, 22002, 22004, 22006, "22002"), fc.jsonValue()),
      seq_id: fc.jsonValue(),
      trace: fc.jsonValue(),
      data: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    shaped.map((value) => JSON.stringify(value)),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(text, (frame) => void decodeRequest(frame)),
    { numRuns: 2000, interruptAfterTimeLimit: 5_000 },
  );
});
