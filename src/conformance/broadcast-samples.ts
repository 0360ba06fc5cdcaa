import type { BroadcastError, BroadcastListener, BroadcastPort } from "../ports/broadcast-port.ts";
import type { BroadcastHarness } from "./broadcast-conformance.ts";

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export interface Member {
  readonly port: BroadcastPort;
  readonly listener: RecordedListener;
}

/** A member with an active subscription. */
export async function joinListening(harness: BroadcastHarness): Promise<Member> {
  const port = await harness.join();
  const listener = recordListener();
  port.subscribe(listener);
  await listener.untilHeard("connected");
  return { port, listener };
}

/** Publishes, and waits until each of these listeners has received it, and with it everything before it. */
export async function settle(
  text: string,
  { port, listener }: Member,
  ...others: readonly Member[]
): Promise<void> {
  await port.publish(bytes(text));
  await Promise.all([{ listener }, ...others].map((member) => member.listener.untilHeard(`message ${text}`)));
}

/** What a call fails with; undefined if it does not. */
export async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

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

export interface BrokenBroadcast {
  readonly name: string;
  /** A case of the suite that must notice. */
  readonly caughtBy: string;
  /** Puts the fault over each port of a harness. */
  breakIt(): (port: BroadcastPort) => BroadcastPort;
}

export function changePort(change: (port: BroadcastPort) => Partial<BroadcastPort>) {
  return (port: BroadcastPort): BroadcastPort => ({ ...port, ...change(port) });
}

export function changePublish(change: (publishing: Promise<void>) => Promise<void>) {
  return changePort((port) => ({ publish: (message, options) => change(port.publish(message, options)) }));
}

export function changeListener(change: (listener: BroadcastListener) => Partial<BroadcastListener>) {
  return changePort((port) => ({
    subscribe: (listener) => port.subscribe({ ...listener, ...change(listener) }),
  }));
}

export const SILENT: BroadcastListener = { connected: nothing, lost: nothing, message: nothing };

export function nothing(): void {}
