import type { BroadcastError, BroadcastListener } from "../ports/broadcast-port.ts";

/** A listener that records its calls, in short: "connected", "lost CODE", or "message TEXT". */
export interface RecordedListener extends BroadcastListener {
  readonly heard: readonly string[];
  readonly messages: readonly Uint8Array[];
  readonly reasons: readonly BroadcastError[];
  /** Resolves once the condition holds for the recorded calls. */
  until(holds: (heard: readonly string[]) => boolean): Promise<void>;
  /** Resolves once it has recorded this call, this many times in all. */
  untilHeard(entry: string, times?: number): Promise<void>;
}

export function recordListener(): RecordedListener {
  const heard: string[] = [];
  const messages: Uint8Array[] = [];
  const reasons: BroadcastError[] = [];
  const waiting = new Set<() => void>();
  const hear = (entry: string): void => {
    heard.push(entry);
    for (const check of waiting) check();
  };
  const until = (holds: (heard: readonly string[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!holds(heard)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return {
    heard,
    messages,
    reasons,
    until,
    untilHeard: (entry, times = 1) =>
      until((entries) => entries.filter((other) => other === entry).length >= times),
    message(bytes) {
      messages.push(bytes);
      hear(`message ${new TextDecoder().decode(bytes)}`);
    },
    connected: () => hear("connected"),
    lost(reason) {
      reasons.push(reason);
      hear(`lost ${reason.code}`);
    },
  };
}
