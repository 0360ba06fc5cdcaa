import type { BroadcastListener, BroadcastPort } from "../ports/broadcast-port.ts";

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
