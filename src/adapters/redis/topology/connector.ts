import { createConnection, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { AbstractConnector, type RedisOptions } from "ioredis";
import { type BackoffPolicy, jitteredBackoffMs } from "../../../lib/backoff.ts";
import { startUnblockedTimer } from "../../../lib/deadline.ts";
import type { HostAndPort } from "../../../lib/redis-url.ts";
import type { ConnectionError } from "./recognize-fault.ts";
import { createTlsOptions, type TlsFiles } from "./tls-options.ts";

/** Where a server listens. */
export type Endpoint = HostAndPort | { readonly path: string };

/** The INFO fields of a server when a connection begins; empty where the user may not read them. */
export interface ServerInfo {
  readonly redis_mode?: string;
  readonly role?: string;
  readonly run_id?: string;
}

/** The state of a client's connection, or of its last attempt to connect. */
export interface ConnectionState {
  /** The server of the last attempt. */
  endpoint: Endpoint | undefined;
  /** The stage that the last attempt has reached. */
  phase: "handshake" | "locating" | "ready" | "tcp" | "tls";
  server: ServerInfo | undefined;
}

export interface ConnectorOptions {
  readonly state: ConnectionState;
  /** Finds the server to connect to; called at every attempt. @throws {ConnectionError} */
  readonly locate: () => Promise<Endpoint>;
  readonly tls: TlsFiles | undefined;
  /** Returns the fault of a server that must not be used; undefined for a usable server. */
  readonly reject: (info: ServerInfo) => ConnectionError | undefined;
  /** The time limit to open the connection, including TLS. */
  readonly timeoutMs: number;
  readonly pauses: BackoffPolicy;
  readonly random: () => number;
}

/** Makes the class of the object that opens the connections of an ioredis client. The client constructs this object. */
export function createConnector(options: ConnectorOptions): NonNullable<RedisOptions["Connector"]> {
  const { state, locate, tls, reject, timeoutMs, pauses, random } = options;
  return class Connector extends AbstractConnector {
    private report: (type: string, error: Error) => void = () => undefined;
    private closing = new AbortController();

    constructor(redis: unknown) {
      super((redis as RedisOptions).disconnectTimeout ?? 0);
    }

    /** Retries here until the server is located: the client does not retry after a failure of this method. */
    async connect(report: (type: string, error: Error) => void): Promise<Socket | TLSSocket> {
      this.connecting = true;
      this.report = report;
      this.closing = new AbortController();
      delete this.firstError;
      const { signal } = this.closing;
      for (let attempt = 0; ; attempt += 1) {
        state.phase = "locating";
        try {
          const endpoint = await locate();
          signal.throwIfAborted();
          state.endpoint = endpoint;
          return this.open(endpoint);
        } catch (error) {
          signal.throwIfAborted();
          report("error", error as Error);
        }
        await delay(jitteredBackoffMs(attempt, pauses, random()), undefined, { signal });
      }
    }

    private open(endpoint: Endpoint): Socket | TLSSocket {
      state.phase = "tcp";
      const host = "host" in endpoint ? endpoint.host : undefined;
      const stream =
        tls === undefined
          ? createConnection(endpoint)
          : connectTls({ ...endpoint, ...createTlsOptions(tls, host) });
      this.stream = stream;
      stream.once("connect", () => {
        if (tls !== undefined) state.phase = "tls";
      });
      const stopTimer = startUnblockedTimer(timeoutMs, () => stream.destroy(createTimeoutError()));
      stream.once(tls === undefined ? "connect" : "secureConnect", stopTimer);
      stream.once("close", stopTimer);
      stream.once("error", (error) => {
        this.firstError = error;
      });
      return stream;
    }

    override check(info: ServerInfo): boolean {
      state.server = info;
      const error = reject(info);
      if (error !== undefined) this.report("error", error);
      return error === undefined;
    }

    override disconnect(): void {
      this.closing.abort();
      super.disconnect();
    }
  };
}

/** Makes the error that the operating system reports for a connection that is not accepted in time. */
function createTimeoutError(): Error {
  return Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT", syscall: "connect" });
}
