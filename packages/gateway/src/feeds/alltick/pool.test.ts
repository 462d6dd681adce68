/** What an upstream refuses, and connections that are gone: what is asked for then, and what is told. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientError } from "@tickwire/client";
import { open, settle, trade } from "../../../../../test/support/alltick-feed-stage.ts";

describe("alltick pool", () => {
  it("judges how many codes fit by the list that is wanted, not by one that was sent before it", async () => {
    const codes = Array.from({ length: 4 }, (_, at) => `C${at}USDT`);
    const { feed, clock, clients } = await open(`token=env:A&plan=basic&codes=${codes.join()}`);
    const [client] = clients;
    const error = new ClientError("refused", "603", 603);
    client!.states.general = "live";
    client!.options.onRefusal?.({ endpoint: "general", kind: "trades", codes: client!.trades.slice(2), error });
    const books = client!.lists.at(-1)!.books!.map((book) => (typeof book === "string" ? book : book.code));
    clock.advance(50);
    assert.equal(client!.trades.length, 2);
    client!.options.onRefusal?.({ endpoint: "general", kind: "books", codes: books.slice(2), error });
    clock.advance(50);
    assert.equal(client!.trades.length, 2, "the books of the list before were cut at the same place");
    await feed.stop();
  });

  it("tells of codes that no connection is left for as lost with theirs", async () => {
    const stage = await open("token=env:A,env:B&plan=free&codes=AUSDT,BUSDT,CUSDT,DUSDT,EUSDT,FUSDT");
    const { feed, clock, clients, seen } = stage;
    for (const client of clients) client.accept("general");
    const lost = clients[1]!.trades;
    for (const code of lost) clients[1]!.options.onTrade?.(trade(code, 1, clock.now()));
    const from = clock.now();
    for (const code of clients[0]!.trades) clients[0]!.options.onTrade?.(trade(code, 1, from));
    clients[1]!.enter("general", "failed");
    clock.advance(50);
    clients[0]!.accept("general");
    clock.advance(61_000);
    clients[0]!.accept("general");
    const first = lost.map((code) => seen.gaps.find(({ codes }) => codes.includes(code))?.cause);
    assert.deepEqual(first, ["connection", "connection", "connection"]);
    await feed.stop();
  });

  it("tells of what is missing while it is, whether the connection comes back or not", async () => {
    const { feed, clock, clients } = await open("token=env:A&plan=basic&codes=AUSDT,BUSDT,TSLA.US");
    const [client] = clients;
    client!.accept("general", "stock");
    const from = clock.now();
    for (const code of client!.trades) client!.options.onTrade?.(trade(code, 1, from));
    assert.deepEqual(feed.lasting?.(), []);
    client!.enter("general", "waiting");
    clock.advance(60_000);
    const gap = {
      feed: feed.name,
      from,
      to: clock.now(),
      codes: ["AUSDT", "BUSDT"],
      cause: "connection",
      filledBy: "",
    };
    assert.deepEqual(feed.lasting?.(), [gap]);
    client!.enter("general", "failed");
    clock.advance(60_000);
    const later = { ...gap, to: clock.now() };
    assert.deepEqual(feed.lasting?.(), [
      { ...later, codes: ["AUSDT"] },
      { ...later, codes: ["BUSDT"] },
    ]);
    await feed.stop();
  });

  it("finds a mute connection though it repeats its last trades whenever a list is sent", async () => {
    const { feed, clock, clients } = await open("token=env:A&plan=basic&codes=AUSDT,BUSDT");
    const [client] = clients;
    client!.accept("general");
    let seq = 0;
    const tick = (time: number): void => {
      for (const code of ["AUSDT", "BUSDT"]) client!.options.onTrade?.(trade(code, seq, time));
    };
    for (let second = 0; second < 120; second++) {
      seq++;
      tick(clock.now());
      clock.advance(1_000);
    }
    const last = clock.now() - 1_000;
    for (let round = 0; round < 6; round++) {
      clock.advance(10_000);
      tick(last);
    }
    assert.equal(client!.reconnects[0], "general mute");
    await feed.stop();
  });

  it("asks for days once, however often they are wanted while requests must wait", async () => {
    const stage = await open("token=env:A&plan=free&rotate=10&codes=AUSDT,BUSDT,CUSDT,DUSDT,EUSDT,FUSDT,GUSDT");
    const { feed, clock, clients } = stage;
    const [client] = clients;
    const answers: (() => void)[] = [];
    const asked: string[][] = [];
    client!.batchKline = (queries) => {
      asked.push(queries.map(({ code }) => code));
      return new Promise((resolve) => answers.push(() => resolve([])));
    };
    client!.accept("general");
    for (let turn = 0; turn < 20; turn++) {
      clock.advance(11_000);
      client!.accept("general");
      await settle();
    }
    assert.equal(asked.length, 1, "the first is not answered");
    for (let round = 0; round < 20; round++) {
      for (const answer of answers.splice(0)) answer();
      await settle();
    }
    assert.ok(asked.length <= 4, `${asked.length} batches for 7 codes`);
    assert.equal(new Set(asked.flat()).size, 7);
    await feed.stop();
  });
});

describe("alltick pool: a plan without books", () => {
  it("has the trades of every code, and asks for books again later", async () => {
    const { feed, clock, clients, seen } = await open("token=env:A&plan=basic&codes=AUSDT,BUSDT,CUSDT");
    const [client] = clients;
    const error = new ClientError("refused", "604", 604);
    client!.states.general = "live";
    const booksOf = () => client!.lists.at(-1)!.books!.map((book) => (typeof book === "string" ? book : book.code));
    for (let round = 0; round < 10; round++) {
      const codes = booksOf();
      if (codes.length > 0) client!.options.onRefusal?.({ endpoint: "general", kind: "books", codes, error });
      client!.options.onSubscribed?.("general");
      clock.advance(50);
    }
    assert.deepEqual([client!.trades, booksOf()], [["AUSDT", "BUSDT", "CUSDT"], []]);
    assert.deepEqual(new Set(seen.anomalies), new Set(["alltick-book-refused"]));
    clock.advance(3_700_000);
    assert.deepEqual(booksOf(), ["AUSDT", "BUSDT", "CUSDT"]);
    client!.options.onSubscribed?.("general");
    await feed.stop();
  });

  it("of one code alone has the books of the others", async () => {
    const { feed, clock, clients } = await open("token=env:A&plan=basic&codes=AUSDT,BUSDT,CUSDT");
    const [client] = clients;
    const error = new ClientError("refused", "600", 600);
    client!.states.general = "live";
    const booksOf = () => client!.lists.at(-1)!.books!.map((book) => (typeof book === "string" ? book : book.code));
    for (let round = 0; round < 10; round++) {
      const codes = booksOf();
      if (codes.includes("BUSDT")) client!.options.onRefusal?.({ endpoint: "general", kind: "books", codes, error });
      client!.options.onSubscribed?.("general");
      clock.advance(50);
    }
    assert.deepEqual(
      [client!.trades, booksOf().toSorted()],
      [
        ["AUSDT", "BUSDT", "CUSDT"],
        ["AUSDT", "CUSDT"],
      ],
    );
    await feed.stop();
  });
});
