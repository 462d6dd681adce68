/** Who hears of which instrument. */

/** Listeners by instrument. Telling is synchronous and costs one look where nobody listens. */
export class FanOut<E extends { readonly id: string }> {
  /** Lists are replaced, never changed: a listener may leave while it is told. */
  readonly #byId = new Map<string, readonly ((event: E) => void)[]>();

  /** Tells `hear` of every event of these; the function that is returned ends it. */
  add(ids: readonly string[], hear: (event: E) => void): () => void {
    const distinct = new Set(ids);
    for (const id of distinct) this.#byId.set(id, [...(this.#byId.get(id) ?? []), hear]);
    return () => {
      for (const id of distinct) {
        const others = (this.#byId.get(id) ?? []).filter((other) => other !== hear);
        if (others.length === 0) this.#byId.delete(id);
        else this.#byId.set(id, others);
      }
    };
  }

  /** Tells an event. */
  tell(event: E): void {
    if (this.#byId.size === 0) return;
    const hearers = this.#byId.get(event.id);
    if (hearers !== undefined) for (const hear of hearers) hear(event);
  }
}
