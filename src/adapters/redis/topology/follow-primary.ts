import type { Redis } from "ioredis";
import { jitteredBackoffMs } from "../../../lib/backoff.ts";
import type { RedisAddress } from "../../../lib/redis-url.ts";
import type { CacheFaultKind } from "../../../ports/cache-port.ts";
import type { Endpoint, ServerInfo } from "./connector.ts";
import type { RedisConnection } from "./redis-connection.ts";

/** Faults after which another server may be the primary. */
const FAILOVER_FAULTS: Readonly<Record<RedisAddress["kind"], ReadonlySet<CacheFaultKind>>> = {
  server: new Set(["primary-lost", "replica"]),
  socket: new Set(["primary-lost", "replica"]),
  sentinel: new Set(["primary-lost", "replica"]),
  cluster: new Set(["cluster-down", "primary-lost", "replica", "slot-moving"]),
};

const RECONNECT_PAUSE = { minMs: 100, maxMs: 1000 };
/** The time without a scheduled task after which the backoff is reset. */
const BACKOFF_RESET_MS = 10_000;

export interface FollowOptions {
  readonly topologyKind: RedisAddress["kind"];
  /**
   * For a URL with one server: resolves the host name again, opens a second connection, and returns the INFO fields of
   * the server that answers.
   */
  readonly probeServer: () => Promise<ServerInfo | undefined>;
  readonly random: () => number;
}

/**
 * Reconnects when another server may be the primary. If the URL names one server, the client stays connected to a
 * replica, and reads from it, until a second connection to the same URL reaches a primary.
 *
 * @returns a stop function
 */
export function followPrimary(connection: RedisConnection, options: FollowOptions): () => void {
  const { client, state } = connection;
  const { topologyKind, probeServer, random } = options;
  const isSingleServer = topologyKind === "server" || topologyKind === "socket";
  const scheduler = createBackoffScheduler(random);

  const isBetter = async (): Promise<boolean> => {
    if (!isSingleServer) return true;
    const found = await probeServer();
    if (found === undefined || found.role === "slave") return false;
    if (found.run_id === undefined || found.run_id !== state.server?.run_id) return true;
    // The connected server itself was promoted: the connection is kept.
    connection.clearReplyFault();
    return false;
  };
  const seekPrimary = (): void => {
    scheduler.schedule(async () => {
      if (client.status !== "ready" || connection.fault() === undefined) return;
      if (await isBetter()) reconnect(client);
      else if (isSingleServer) seekPrimary();
    });
  };
  connection.onReplyFault(({ kind }) => FAILOVER_FAULTS[topologyKind].has(kind) && seekPrimary());
  client.on("ready", () => connection.fault()?.kind === "replica" && seekPrimary());
  return scheduler.stop;
}

/** The average interval at which the Sentinels are polled. */
const WATCH_INTERVAL_MS = 1000;

/**
 * Reconnects when the Sentinels name a primary that is not the connected server. Without this, a client that is cut off
 * together with the old primary would stay connected to it, because that connection still works.
 *
 * @returns a stop function
 */
export function watchPrimary(
  { client, state }: RedisConnection,
  locate: () => Promise<Endpoint>,
  random: () => number,
): () => void {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout>;
  const checkPrimary = async (): Promise<void> => {
    if (client.status === "ready") {
      const before = state.endpoint;
      const found = await locate().catch(() => undefined);
      if (found !== undefined && state.endpoint === before && !isSameEndpoint(found, before))
        reconnect(client);
    }
    if (!isStopped) wait();
  };
  const wait = (): void => {
    timer = setTimeout(checkPrimary, WATCH_INTERVAL_MS * (0.75 + random() / 2));
  };
  wait();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/**
 * Keeps a second connection at the server of the first one. Without this, the second connection would stay at the old
 * server after a failover, and miss the announcements on the new server.
 *
 * @returns a stop function
 */
export function keepOnSameServer(
  first: RedisConnection,
  second: RedisConnection,
  random: () => number,
): () => void {
  const scheduler = createBackoffScheduler(random);
  const compare = (): void => {
    if (areOnSameServer(first, second)) return;
    scheduler.schedule(async () => {
      if (!areOnSameServer(first, second)) reconnect(second.client);
    });
  };
  first.client.on("ready", compare);
  second.client.on("ready", compare);
  return scheduler.stop;
}

/** Whether both connections are to the same server; true if unknown. */
function areOnSameServer(first: RedisConnection, second: RedisConnection): boolean {
  if (first.client.status !== "ready" || second.client.status !== "ready") return true;
  const [one, other] = [first.state.server?.run_id, second.state.server?.run_id];
  return one === undefined || other === undefined || one === other;
}

interface BackoffScheduler {
  /** Schedules a task; ignored while another waits. The first runs at once, later ones after growing pauses. */
  schedule(task: () => Promise<void>): void;
  stop(): void;
}

function createBackoffScheduler(random: () => number): BackoffScheduler {
  let attempt = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  return {
    schedule(task) {
      if (timer !== undefined || isStopped) return;
      const nowMs = performance.now();
      if (nowMs - lastMs > BACKOFF_RESET_MS) attempt = 0;
      lastMs = nowMs;
      const pauseMs = attempt === 0 ? 0 : jitteredBackoffMs(attempt - 1, RECONNECT_PAUSE, random());
      attempt += 1;
      timer = setTimeout(() => {
        timer = undefined;
        void task();
      }, pauseMs);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Reconnects only a ready client: any other client is connecting already, or was closed. */
function reconnect(client: Redis): void {
  if (client.status === "ready") client.disconnect(true);
}

function isSameEndpoint(one: Endpoint, other: Endpoint | undefined): boolean {
  if (other === undefined || "path" in one || "path" in other) return false;
  return one.host === other.host && one.port === other.port;
}
