import type { BroadcastError, BroadcastListener, BroadcastPort } from "../ports/broadcast-port.ts";
import type { BroadcastHarness } from "./broadcast-conformance.ts";
import { bytes } from "./cache-samples.ts";
import { type BrokenAdapter, replaceOperations } from "./conformance-test.ts";

export interface Member {
  readonly port: BroadcastPort;
  readonly listener: RecordedListener;
}

export async function joinListening(harness: BroadcastHarness): Promise<Member> {
  const port = await harness.join();
  const listener = recordListener();
  port.subscribe(listener);
  await listener.untilCalled("connected");
  return { port, listener };
}

/**
 * Publishes a message as the first member, and waits until all given members have received it. Earlier messages have
 * then arrived, too.
 */
export async function publishAndWait(
  text: string,
  { port, listener }: Member,
  ...others: readonly Member[]
): Promise<void> {
  await port.publish(bytes(text));
  await Promise.all(
    [{ listener }, ...others].map((member) => member.listener.untilCalled(`message ${text}`)),
  );
}

/** Returns the error of a call; undefined if the call succeeds. */
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
  readonly calls: readonly string[];
  readonly messages: readonly Uint8Array[];
  readonly reasons: readonly BroadcastError[];
  /** Resolves when the condition holds for the recorded calls. */
  until(holds: (calls: readonly string[]) => boolean): Promise<void>;
  /** Resolves when this call has been recorded `times` times, once by default. */
  untilCalled(entry: string, times?: number): Promise<void>;
}

export function recordListener(): RecordedListener {
  const calls: string[] = [];
  const messages: Uint8Array[] = [];
  const reasons: BroadcastError[] = [];
  const waiting = new Set<() => void>();
  const record = (entry: string): void => {
    calls.push(entry);
    for (const check of waiting) check();
  };
  const until = (holds: (calls: readonly string[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!holds(calls)) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return {
    calls,
    messages,
    reasons,
    until,
    untilCalled: (entry, times = 1) =>
      until((entries) => entries.filter((other) => other === entry).length >= times),
    message(bytes) {
      messages.push(bytes);
      record(`message ${new TextDecoder().decode(bytes)}`);
    },
    connected: () => record("connected"),
    lost(reason) {
      reasons.push(reason);
      record(`lost ${reason.code}`);
    },
  };
}

/** `breakIt` makes a function that adds the fault to each port of a harness. */
export type BrokenBroadcast = BrokenAdapter<() => (port: BroadcastPort) => BroadcastPort>;

export function changePort(change: (port: BroadcastPort) => Partial<BroadcastPort>) {
  return (port: BroadcastPort): BroadcastPort => replaceOperations(port, change(port));
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

/** Runs a call later. Its errors are ignored, because they come from listeners of the suite. */
export function callLater(call: () => void): void {
  Promise.resolve().then(call).catch(nothing);
}
