/** Why a history cannot be opened. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** `busy`: another process has it; `unusable`: the directory or the file cannot be used; `version`: a newer program made it. */
  readonly reason: "busy" | "unusable" | "version";

  constructor(reason: StoreError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}
