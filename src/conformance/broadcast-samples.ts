import type { BroadcastPort } from "../ports/broadcast-port.ts";
import type { BroadcastHarness } from "./broadcast-conformance.ts";
import { type RecordedListener, recordListener } from "./recorded-listener.ts";

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
