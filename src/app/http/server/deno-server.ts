import { setTimeout as delay } from "node:timers/promises";
import { waitAtMost } from "../../../lib/deadline.ts";
import { createServerUrl } from "../../settings/url-settings.ts";
import type { HttpServer, ListenOptions } from "./listen.ts";

interface DenoServe {
  serve(
    options: { readonly hostname: string; readonly port: number; readonly onListen: () => void },
    handler: (request: Request) => Promise<Response> | Response,
  ): DenoServer;
}

interface DenoServer {
  readonly addr: { readonly port: number };
  /** Rejects when the listener fails. */
  readonly finished: Promise<void>;
  shutdown(): Promise<void>;
}

/** The pause before a failed listener is opened again. */
const REOPEN_MS = 100;

/** Returns a new server, or the failed one if none can be opened yet. */
function reopen(open: () => DenoServer, failed: DenoServer): DenoServer {
  try {
    return open();
  } catch {
    return failed;
  }
}

/** Opens the first server. Deno's error for a host name without an address has no code: it gets that of Node. */
function openFirst(open: () => DenoServer): DenoServer {
  try {
    return open();
  } catch (error) {
    const isUnnamed = error instanceof Error && ["Error", "URIError"].includes(error.name);
    throw isUnnamed ? Object.assign(error, { code: "ENOTFOUND" }) : error;
  }
}

export async function listenOnDeno({ handle, host, port }: ListenOptions): Promise<HttpServer> {
  const { Deno: deno } = globalThis as unknown as { readonly Deno: DenoServe };
  const open = (at: number): DenoServer =>
    deno.serve({ hostname: host, port: at, onListen: () => undefined }, (request) =>
      handle(request, (name) => request.headers.get(name) ?? undefined),
    );
  let server = openFirst(() => open(port));
  let isClosing = false;
  const bound = server.addr.port;

  // Deno closes the listener if no file descriptor is free. Without a new listener, the process would end.
  const reopenWhenFailed = async (): Promise<void> => {
    while (!isClosing) {
      try {
        await server.finished;
        return;
      } catch {
        await delay(REOPEN_MS);
        if (!isClosing) server = reopen(() => open(bound), server);
      }
    }
  };
  void reopenWhenFailed();
  return {
    port: bound,
    url: createServerUrl(host, bound),
    async close({ timeoutMs }) {
      isClosing = true;
      // Errors of `shutdown` are ignored, because a failed listener is closed already. Deno cannot abort a server that
      // is shutting down: its remaining connections end with the process.
      const closed = server.shutdown().catch(() => undefined);
      await waitAtMost(timeoutMs, closed, undefined);
    },
  };
}
