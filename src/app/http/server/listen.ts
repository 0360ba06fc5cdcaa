/** A listening server. */
export interface HttpServer {
  readonly port: number;
  /** Its address, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Accepts no new requests, and waits up to the given time for the current ones to end. */
  close(options: { readonly timeoutMs: number }): Promise<void>;
}

/** Why a server passes a received request to no route. */
export type HeadRefusal = "bad-request" | "head-too-large" | "host-missing" | "too-slow";

/** Properties of a request beyond the Fetch API's Request. */
export interface ReceivedHead {
  /** The request target as it was sent; default: the request's URL. */
  readonly target?: string | undefined;
  /** The request is answered with this problem, without a route. */
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
  /** 0 selects any free port. */
  readonly port: number;
  readonly limits?: Partial<ConnectionLimits>;
}

/**
 * The limits of a client.
 *
 * Only Node's server lets them be set. Deno's refuses heads of about 64 KiB and more by itself, and has no time
 * limit; the limit for reading a large answer holds on both, see `inSlices` in `large-body.ts`.
 *
 * @see https://github.com/denoland/deno/issues/3515
 */
export interface ConnectionLimits {
  /** The size limit of all headers and the request line together. */
  readonly headBytesMax: number;
  /** From the first byte, or from the connection if there is none, until the head is complete. */
  readonly headTimeoutMs: number;
  /**
   * From the first byte until the body is complete: more than the application's limit for a body, so that the
   * application answers.
   */
  readonly requestTimeoutMs: number;
  /**
   * The time between two requests: longer than the proxy in front keeps an idle connection, so that the proxy closes
   * it.
   */
  readonly idleTimeoutMs: number;
  /** For a client to read its responses, in addition to the time at the rate below. */
  readonly readTimeoutMs: number;
  /** The rate at which a client must read; a slow mobile connection is faster. */
  readonly readBytesPerSecondMin: number;
  /** The rest is reserved for Redis, the database and files. */
  readonly connectionsMax: number;
  /** The interval of checks of connections. */
  readonly checkEveryMs: number;
}

/** The limits in docs/security.md. */
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
  if ("Deno" in globalThis) return (await import("./deno-server.ts")).listenOnDeno(all);
  return (await import("./node-server.ts")).listenOnNode(all);
}
