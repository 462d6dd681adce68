/** Whether a service has tickwire's extensions: found out once, by asking for what only they can answer. */
import type { AllTickLink } from "./alltick.ts";
import { ClientError } from "./connection.ts";

/** A service that ends the connection so often when it is asked does not have them. */
const MOST_BREAKS = 2;

/** What is known of one service. */
export class ExtensionProbe {
  #known: boolean | undefined;
  #asking: Promise<boolean> | undefined;
  #breaks = 0;

  /** `known`: it need not be asked. */
  constructor(known: boolean | undefined) {
    this.#known = known;
  }

  /** Undefined: not known yet. */
  get known(): boolean | undefined {
    return this.#known;
  }

  /** Asks over `link`, unless it is known or being asked. Rejects with a {@link ClientError} when the connection ends meanwhile. */
  ask(link: AllTickLink): Promise<boolean> {
    if (this.#known !== undefined) return Promise.resolve(this.#known);
    return (this.#asking ??= this.#put(link).finally(() => (this.#asking = undefined)));
  }

  async #put(link: AllTickLink): Promise<boolean> {
    try {
      await link.subscriptions();
      return (this.#known = true);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      const { kind, temporary } = error;
      if (kind === "timeout" || (kind === "refused" && !temporary)) return (this.#known = false);
      if (kind === "closed" && ++this.#breaks >= MOST_BREAKS) this.#known = false;
      throw error;
    }
  }
}
