/** A far end that remembers what it was sent. */
import type { Message } from "../../packages/gateway/src/core/hub.ts";
import type { Peer } from "../../packages/gateway/src/sessions/session.ts";

/** One frame as it was handed over. */
export interface RecordedFrame {
  /** `send`: private to this connection; `deliver`: shared, from the hub. */
  readonly via: "send" | "deliver";
  readonly text: string;
  /** The hub's message, for what came through `deliver`. */
  readonly message?: Message;
}

/** Records everything in order. */
export class RecordingPeer implements Peer {
  /** All frames since the start or the last {@link take}. */
  frames: RecordedFrame[] = [];
  /** The first close, if there was one. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly counts = { sent: 0 };
  /** Set by a test to play a slow reader. */
  held = false;
  /** Frames that came after the close: a session should send none. */
  late = 0;

  deliver(message: Message): void {
    this.#record({ via: "deliver", text: message.text, message });
  }

  send(text: string): void {
    this.#record({ via: "send", text });
  }

  close(code: number, reason: string): void {
    this.closed ??= { code, reason };
  }

  /** The texts of {@link frames}. */
  get texts(): string[] {
    return this.frames.map((frame) => frame.text);
  }

  /** The frames so far as parsed JSON, which are then forgotten. */
  take(): unknown[] {
    const parsed = this.texts.map((text): unknown => JSON.parse(text));
    this.frames = [];
    return parsed;
  }

  #record(frame: RecordedFrame): void {
    if (this.closed !== undefined) this.late++;
    this.frames.push(frame);
    this.counts.sent++;
  }
}
