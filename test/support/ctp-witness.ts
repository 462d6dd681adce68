/** A client of CTP JSON with everything that it tells. */
import { CtpClient, type ClientStatus, type CtpClientOptions, type Hole } from "@tickwire/client";
import type { Fill, Order, Snapshot } from "@tickwire/protocol/model";
import { FakeSibling, type SiblingKind } from "./fake-sibling.ts";

/** What the gateways of these tests list. */
export const INSTRUMENTS = ["rb2605", "au2606", "i2605"].map((id) => ({
  InstrumentID: id,
  ExchangeID: "SHFE",
  ProductID: id.slice(0, 2),
  VolumeMultiple: 10,
  PriceTick: 1,
}));
const QUICKLY = { baseMs: 5, capMs: 20 };

/** A client with everything that it tells, and a way to wait for something of it. */
export class Witness implements AsyncDisposable {
  readonly snapshots: Snapshot[] = [];
  readonly orders: Order[] = [];
  readonly fills: Fill[] = [];
  readonly states: ClientStatus[] = [];
  readonly holes: Hole[] = [];
  readonly anomalies: string[] = [];
  readonly client: CtpClient;
  #look: () => void = () => undefined;

  constructor(sibling: FakeSibling, options: Partial<CtpClientOptions> = {}) {
    const keep = <T>(list: T[]) => {
      return (event: T): void => {
        list.push(event);
        this.#look();
      };
    };
    this.client = new CtpClient({
      url: sibling.url("md"),
      td: sibling.url("td"),
      user: "u",
      password: "secret",
      backOff: QUICKLY,
      onSnapshot: keep(this.snapshots),
      onOrder: keep(this.orders),
      onFill: keep(this.fills),
      onStatus: keep(this.states),
      onHole: keep(this.holes),
      onAnomaly: keep(this.anomalies),
      ...options,
    });
  }

  /** Resolves as soon as something that was told makes `test` true. */
  async until(test: () => boolean): Promise<void> {
    while (!test()) await new Promise<void>((done) => (this.#look = done));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.client.close();
  }
}

/** A sibling and a client of it, which is told nothing of its kind; disposing of them ends the client first. */
export async function meet(kind: SiblingKind, options: Partial<CtpClientOptions> = {}) {
  const sibling = await FakeSibling.start(kind);
  sibling.rows["ReqQryInstrument"] = INSTRUMENTS;
  const witness = new Witness(sibling, options);
  return {
    sibling,
    witness,
    client: witness.client,
    [Symbol.asyncDispose]: async () => {
      await witness.client.close();
      await sibling[Symbol.asyncDispose]();
    },
  };
}
