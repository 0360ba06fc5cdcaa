/**
 * A typed client of the HTTP API. At run time it loads only Hono's client: its imports from the service are types.
 *
 * @module
 */
import { hc } from "hono/client";
import type { MosaicApi } from "./app/http/api/mosaic-api.ts";

export type { MosaicApi } from "./app/http/api/mosaic-api.ts";
export type { ProblemBody } from "./app/http/api/problem-api.ts";
export type { ProblemCode } from "./app/http/responses/problem.ts";

export interface MosaicClientOptions {
  /** Sent with every request; routes under `/admin` need it. */
  readonly adminToken?: string;
  /** Aborts every pending request. */
  readonly signal?: AbortSignal;
}

/** A function for each route of the API, typed by the status of the answer. */
export type MosaicClient = ReturnType<typeof hc<MosaicApi>>;

/**
 * Makes a client of the service at a URL, such as `http://127.0.0.1:8000`. The client's functions reject only
 * if no answer arrives. They resolve with every answer, so callers must check the status.
 */
export function createMosaicClient(url: string, options: MosaicClientOptions = {}): MosaicClient {
  const { adminToken, signal } = options;
  return hc<MosaicApi>(url, {
    ...(adminToken === undefined ? {} : { headers: { authorization: `Bearer ${adminToken}` } }),
    ...(signal === undefined ? {} : { init: { signal } }),
  });
}
