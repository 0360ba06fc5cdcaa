import { once } from "node:events";
import { createServer } from "node:net";
import { isAddressInUse, listenLoopback } from "./listen-loopback.ts";

/** A loopback TCP port that was free a moment ago: whoever binds it must be ready to lose the race. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenLoopback(server);
  server.close();
  await once(server, "close");
  return port;
}

export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listenLoopback(server, port);
  } catch (error) {
    if (isAddressInUse(error)) return false;
    throw error;
  }
  server.close();
  await once(server, "close");
  return true;
}
