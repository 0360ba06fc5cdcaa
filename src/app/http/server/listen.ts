export interface HttpServer {
  readonly port: number;
  /** Its address, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Accepts no new requests, and waits for the current ones, up to the timeout. */
  close(options: { readonly timeoutMs: number }): Promise<void>;
}

/** Why a request is answered without a route. */
export type HeadRefusal = "bad-request" | "head-too-large" | "host-missing" | "too-slow";

/** Properties of a request beyond the Fetch API's Request. */
export interface ReceivedHead {
  /** The request target as it was sent; default: the request's URL. */
  readonly target?: string | undefined;
  /** Set if the request must be refused for this reason, without a route. */
  readonly refusal?: HeadRefusal | undefined;
}

/**
 * Answers one request.
 *
 * @param header reads a request header by its lower-case name; on some runtimes without creating a Headers
 * object
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
 * Only Node's server has all these settings. Deno's server refuses heads from about 64 KiB by itself, and has
 * no time limit for requests. The time limit for reading a large answer applies to both servers; on Deno,
 * `createSlicedBody` in `large-body.ts` applies it.
 *
 * @see https://github.com/denoland/deno/issues/3515
 */
export interface ConnectionLimits {
  /** The size limit of all headers and the request line together. */
  readonly headBytesMax: number;
  /** The time for the whole head, from its first byte; without any byte, from the start of the connection. */
  readonly headTimeoutMs: number;
  /**
   * The time from the first byte until the body is complete. It is longer than `BodyLimits.timeoutMs`, so that a
   * slow body is answered by the application and not by the server.
   */
  readonly requestTimeoutMs: number;
  /**
   * The maximum time between two requests. It must be longer than the idle timeout of the proxy in front, so
   * that the proxy closes the connection first.
   */
  readonly idleTimeoutMs: number;
  /** A client may take this long to read a response, plus a second per `readBytesPerSecondMin` bytes. */
  readonly readTimeoutMs: number;
  /** The lowest permitted rate of reading; even a slow mobile connection is faster. */
  readonly readBytesPerSecondMin: number;
  /** Maximum number of connections; the remaining file descriptors are for Redis, the database and files. */
  readonly connectionsMax: number;
  readonly checkEveryMs: number;
}

/** The default limits, which docs/security.md lists. */
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
export async function listenForRequests({ limits, ...options }: ListenOptions): Promise<HttpServer> {
  const all = { ...options, limits: { ...CONNECTION_LIMITS, ...limits } };
  if ("Deno" in globalThis) return (await import("./deno-server.ts")).listenOnDeno(all);
  return (await import("./node-server.ts")).listenOnNode(all);
}
