import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

/** A listening server. */
export interface HttpServer {
  readonly port: number;
  /** Where it listens, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Takes no new requests, lets those under way end, and cuts off what has not ended in time. */
  close(options: { readonly timeoutMs: number }): Promise<void>;
}

export interface ListenOptions {
  readonly fetch: (request: Request) => Promise<Response> | Response;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/** The part of Deno's API that is used here. */
interface DenoServe {
  serve(
    options: { readonly hostname: string; readonly port: number; readonly onListen: () => void; readonly signal: AbortSignal },
    handler: (request: Request) => Promise<Response> | Response,
  ): { readonly addr: { readonly port: number }; readonly finished: Promise<void>; shutdown(): Promise<void> };
}

/**
 * Listens with the runtime's own server.
 *
 * @throws when the address cannot be bound; the error's `code` says why, such as `EADDRINUSE`
 */
export async function listen(options: ListenOptions): Promise<HttpServer> {
  const deno = (globalThis as { readonly Deno?: DenoServe }).Deno;
  return deno === undefined ? listenOnNode(options) : listenOnDeno(deno, options);
}

async function listenOnNode({ fetch, host, port }: ListenOptions): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: urlOf(host, bound),
    async close({ timeoutMs }) {
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeIdleConnections" in server) server.closeIdleConnections();
      const timer = setTimeout(() => {
        if ("closeAllConnections" in server) server.closeAllConnections();
      }, timeoutMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

async function listenOnDeno(deno: DenoServe, { fetch, host, port }: ListenOptions): Promise<HttpServer> {
  const cutOff = new AbortController();
  const server = deno.serve(
    { hostname: host, port, onListen: () => undefined, signal: cutOff.signal },
    (request) => fetch(request),
  );
  return {
    port: server.addr.port,
    url: urlOf(host, server.addr.port),
    async close({ timeoutMs }) {
      const timer = setTimeout(() => cutOff.abort(), timeoutMs);
      await Promise.race([server.shutdown(), server.finished]);
      clearTimeout(timer);
    },
  };
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
