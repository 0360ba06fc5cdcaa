import { listenOnDeno } from "./deno-server.ts";
import { listenOnNode } from "./node-server.ts";

/** A listening server. */
export interface HttpServer {
  readonly port: number;
  /** Where it listens, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Takes no new requests, lets those under way end, and waits no longer than the time given for what has not ended. */
  close(options: { readonly timeoutMs: number }): Promise<void>;
}

/** Why a server gives no route a request that it has received. */
export type HeadRefusal = "bad-request" | "head-too-large" | "host-missing" | "too-slow";

/** What a server knows of a request beyond the Fetch API's Request. */
export interface ReceivedHead {
  /** The request target as it was sent; default: the request's URL. */
  readonly target?: string | undefined;
  /** The request is answered with this problem, and no route gets it. */
  readonly refusal?: HeadRefusal | undefined;
}

/**
 * Answers one request.
 *
 * @param header reads a request header by its lower-case name, without the Fetch API's Headers where the runtime can
 */
export type RequestHandler = (
  request: Request,
  header: (name: string) => string | undefined,
  head?: ReceivedHead,
) => Promise<Response> | Response;

export interface ListenOptions {
  readonly handle: RequestHandler;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly limits?: Partial<ConnectionLimits>;
}

/**
 * What a client may take of the server.
 *
 * Only Node's server lets them be set. Deno's refuses heads of about 64 KiB and more by itself, and has no limit on time;
 * the time for a large answer holds on both, see `largeBody`.
 *
 * @see https://github.com/denoland/deno/issues/3515
 */
export interface ConnectionLimits {
  /** Of all headers and the request line together. */
  readonly headBytesMax: number;
  /** From the first byte, or from the connection if there is none, until the head is complete. */
  readonly headTimeoutMs: number;
  /** The same until the body is whole: more than the application gives a body, so that the application answers. */
  readonly requestTimeoutMs: number;
  /** Between two requests: more than the proxy in front keeps an idle connection, so that the proxy ends it. */
  readonly idleTimeoutMs: number;
  /** For a client to read what it was sent, beside what that takes at the rate below. */
  readonly readTimeoutMs: number;
  /** The rate at which a client must read; a slow mobile connection has more. */
  readonly readBytesPerSecondMin: number;
  /** Some are left for Redis, the database and files. */
  readonly connectionsMax: number;
  /** How often connections are looked at. */
  readonly checkEveryMs: number;
}

/** What docs/security.md promises. */
export const CONNECTION_LIMITS: ConnectionLimits = {
  headBytesMax: 16 * 1024,
  headTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleTimeoutMs: 65_000,
  readTimeoutMs: 30_000,
  readBytesPerSecondMin: 32 * 1024,
  connectionsMax: 10_000,
  checkEveryMs: 2000,
};

/**
 * Listens with the runtime's own server.
 *
 * @throws when the address cannot be bound; the error's `code` has the reason, such as `EADDRINUSE`
 */
export async function listen({ limits, ...options }: ListenOptions): Promise<HttpServer> {
  const all = { ...options, limits: { ...CONNECTION_LIMITS, ...limits } };
  return "Deno" in globalThis ? listenOnDeno(all) : listenOnNode(all);
}
