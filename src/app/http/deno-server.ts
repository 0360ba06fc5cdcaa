import { setTimeout as delay } from "node:timers/promises";
import type { HttpServer, ListenOptions } from "./http-server.ts";
import { serverUrl } from "./server-url.ts";

/** The part of Deno's API that is used here. */
interface DenoServe {
  serve(
    options: { readonly hostname: string; readonly port: number; readonly onListen: () => void },
    handler: (request: Request) => Promise<Response> | Response,
  ): { readonly addr: { readonly port: number }; shutdown(): Promise<void> };
}

/** Listens with Deno's server. */
export async function listenOnDeno({ handle, host, port }: ListenOptions): Promise<HttpServer> {
  const { Deno: deno } = globalThis as unknown as { readonly Deno: DenoServe };
  const server = deno.serve({ hostname: host, port, onListen: () => undefined }, (request) =>
    handle(request, (name) => request.headers.get(name) ?? undefined),
  );
  return {
    port: server.addr.port,
    url: serverUrl(host, server.addr.port),
    async close({ timeoutMs }) {
      const limit = new AbortController();
      const timedOut = delay(timeoutMs, undefined, { signal: limit.signal }).catch(() => undefined);
      await Promise.race([server.shutdown(), timedOut]);
      // A server that shuts down cannot be aborted any more: what it still waits for ends with the process.
      limit.abort();
    },
  };
}
