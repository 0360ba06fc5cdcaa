import type { HostAndPort } from "../../../lib/redis-url.ts";
import {
  collectAnswers,
  createLocatorClient,
  describeFailures,
  type LocatorClient,
  type LocatorClientOptions,
} from "./locator-client.ts";
import { ConnectionError, recognizeFault } from "./recognize-fault.ts";

export interface PrimaryLocator {
  /** Queries the servers at every call. @throws {ConnectionError} */
  locate(): Promise<HostAndPort>;
  close(): void;
}

export interface SentinelLocatorOptions extends LocatorClientOptions {
  readonly sentinels: readonly HostAndPort[];
  /** The name by which the Sentinels know the primary. */
  readonly master: string;
}

/** The primary that a Sentinel names. */
interface NamedPrimary extends HostAndPort {
  /** Grows with each failover. */
  readonly epoch: number;
}

/**
 * Queries all Sentinels for the primary, and uses the newest configuration. A Sentinel that is cut off from the others
 * still names the old primary, and a frozen one does not answer.
 */
export function createSentinelLocator(options: SentinelLocatorOptions): PrimaryLocator {
  const { sentinels, master, login } = options;
  const clients = sentinels.map((sentinel) => createLocatorClient(sentinel, options));

  return {
    async locate() {
      const answers = await collectAnswers(clients, (client) => readPrimary(client, master));
      const named = answers.flatMap(({ value }) => (value === undefined ? [] : [value]));
      const [newest] = named.sort((one, other) => other.epoch - one.epoch);
      if (newest !== undefined) return { host: newest.host, port: newest.port };
      const failed = answers.filter(({ error }) => error !== undefined);
      if (failed.length < answers.length) {
        throw new ConnectionError("unknown-primary", `no Sentinel knows ${JSON.stringify(master)}`);
      }
      const isRejected = failed.some(({ error }) =>
        ["no-password", "password", "rights"].includes(
          (error && recognizeFault(error, "sentinel")?.kind) ?? "",
        ),
      );
      throw new ConnectionError(
        isRejected ? "sentinel-password" : "no-sentinel",
        describeFailures(failed, { ...login, topologyKind: "sentinel" }),
      );
    },
    close() {
      for (const client of clients) client.close();
    },
  };
}

/** Reads the primary of a name; undefined if the Sentinel does not know the name. */
async function readPrimary(client: LocatorClient, master: string): Promise<NamedPrimary | undefined> {
  // Both commands are needed: only the first returns the new primary during a failover, only the second an epoch.
  const [address, state] = await Promise.all([
    client.send(["SENTINEL", "GET-MASTER-ADDR-BY-NAME", master]),
    client.send(["SENTINEL", "MASTER", master]).catch(ignoreError),
  ]);
  if (!Array.isArray(address)) return undefined;
  return { host: String(address[0]), port: Number(address[1]), epoch: readEpoch(state) };
}

/** Reads the epoch from a list of names and values (RESP2) or from an object (RESP3). */
function readEpoch(state: unknown): number {
  if (!Array.isArray(state))
    return Number((state as Record<string, unknown> | undefined)?.["config-epoch"] ?? 0);
  return Number(state[state.indexOf("config-epoch") + 1] ?? 0) || 0;
}

function ignoreError(): undefined {}
