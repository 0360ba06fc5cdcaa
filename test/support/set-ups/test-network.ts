import { freePort } from "../free-port.ts";

/** Where a server or a replica runs. */
export interface NetworkHost {
  readonly address: string;
  /** What comes before the command line of a program that runs there. */
  readonly enter: readonly string[];
  /** A port that is free there. */
  choosePort(): Promise<number>;
}

/** The network of one set-up. */
export interface TestNetwork extends AsyncDisposable {
  addHost(): Promise<NetworkHost>;
  /** The faults that can be put on it; undefined on loopback, where all share one address. */
  readonly faults: NetworkFaults | undefined;
}

/** What a network does with packets: it drops them, and nobody gets an answer. */
export interface NetworkFaults {
  /** Drops all packets from and to a host, those of the test included. */
  isolate(host: NetworkHost): Promise<void>;
  /** Drops all packets between the hosts of one side and those of the other. */
  split(side: readonly NetworkHost[], other: readonly NetworkHost[]): Promise<void>;
  heal(): Promise<void>;
  /** Makes a name of every host's stand for this host from now on. */
  pointName(name: string, host: NetworkHost): Promise<void>;
}

/** All on 127.0.0.1, each on a free port: needs no rights. */
export function createLoopbackNetwork(): TestNetwork {
  const host = { address: "127.0.0.1", enter: [], choosePort: freePort };
  return { addHost: async () => host, faults: undefined, [Symbol.asyncDispose]: async () => undefined };
}
