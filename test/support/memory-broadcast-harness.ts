import { createMemoryBroadcast } from "../../src/adapters/memory/broadcast.ts";
import type { BroadcastHarness } from "../../src/conformance/broadcast-conformance.ts";
import type { BroadcastPort } from "../../src/ports/broadcast-port.ts";

/** Two channels of this process. */
export async function openMemoryBroadcastHarness(
  decorate: (port: BroadcastPort) => BroadcastPort = (port) => port,
): Promise<BroadcastHarness> {
  const [channel, other] = [createMemoryBroadcast(), createMemoryBroadcast()];
  const defects: unknown[] = [];
  const ports: BroadcastPort[] = [];
  const join = async (from: typeof channel): Promise<BroadcastPort> => {
    const port = decorate(from.join({ onDefect: (error) => defects.push(error) }));
    ports.push(port);
    return port;
  };
  return {
    defects,
    join: () => join(channel),
    joinOther: () => join(other),
    async cut() {
      channel.cut();
    },
    async heal() {
      channel.heal();
    },
    async close() {
      await Promise.all(ports.map((port) => port.close()));
    },
  };
}
