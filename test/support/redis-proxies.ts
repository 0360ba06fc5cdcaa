import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CertificateFiles } from "./certificates.ts";
import { findServer } from "./find-server.ts";
import { freePort } from "./free-port.ts";
import { createGuardedDirectory } from "./guarded-directory.ts";
import type { ServerName } from "./server-programs.ts";
import { spawnGuarded } from "./spawn-guarded.ts";

/** A real proxy program on 127.0.0.1 in front of Redis, which ends at the latest with this process. */
export interface RedisProxy extends AsyncDisposable {
  readonly port: number;
}

/** Passes connections on to the server whose role is that of a primary, and closes them while there is none. */
export function startHaproxy(targetPorts: readonly number[]): Promise<RedisProxy> {
  const servers = targetPorts.map((port, index) => `server s${index} 127.0.0.1:${port} check\n`);
  return startProxy("haproxy", {
    config: (port) => `global
maxconn 64
defaults
mode tcp
timeout connect 1s
timeout client 1h
timeout server 1h
timeout check 500ms
listen redis
bind 127.0.0.1:${port}
option tcp-check
tcp-check send PING\\r\\n
tcp-check expect string +PONG
tcp-check send INFO\\ replication\\r\\n
tcp-check expect string role:master
default-server inter 200ms fall 1 rise 1 on-marked-down shutdown-sessions
${servers.join("")}`,
    args: (file) => ["-db", "-f", file],
  });
}

/** Takes TLS with a client certificate, and passes plain text on. */
export function startStunnel(
  targetPort: number,
  { cert, key, ca }: CertificateFiles & { readonly ca: string },
): Promise<RedisProxy> {
  return startProxy("stunnel", {
    config: (port) => `foreground = yes
pid =
[redis]
accept = 127.0.0.1:${port}
connect = 127.0.0.1:${targetPort}
cert = ${cert}
key = ${key}
CAfile = ${ca}
verifyChain = yes
`,
    args: (file) => [file],
  });
}

/** Spreads keys over servers, and knows neither HELLO nor SUBSCRIBE. */
export async function startNutcracker(targetPort: number): Promise<RedisProxy> {
  const statsPort = String(await freePort());
  return startProxy("nutcracker", {
    config: (port) => `redis:
  listen: 127.0.0.1:${port}
  redis: true
  servers:
    - 127.0.0.1:${targetPort}:1
`,
    args: (file) => ["-c", file, "-a", "127.0.0.1", "-s", statsPort],
  });
}

interface ProxyProgram {
  readonly config: (port: number) => string;
  readonly args: (file: string) => readonly string[];
}

const READY_TIMEOUT_MS = 10_000;
const STARTS_MAX = 5;

async function startProxy(name: ServerName, { config, args }: ProxyProgram): Promise<RedisProxy> {
  const command = await findServer(name);
  const directory = await createGuardedDirectory(`mosaic-${name}-`);
  const file = join(directory.path, "proxy.conf");
  let output = "";
  for (let start = 1; start <= STARTS_MAX; start += 1) {
    const port = await freePort();
    await writeFile(file, config(port));
    const child = spawnGuarded({ command, args: args(file), directory: directory.path });
    if (await isSubscribed(port, child.isRunning)) {
      return {
        port,
        async [Symbol.asyncDispose]() {
          await child.kill();
          await directory.remove();
        },
      };
    }
    await child.kill();
    output = child.output();
  }
  await directory.remove();
  throw new Error(`Cannot start ${name}: ${output}`);
}

async function isSubscribed(port: number, isRunning: () => boolean): Promise<boolean> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (isRunning() && performance.now() < deadlineMs) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const socket = connect({ port, host: "127.0.0.1" }, () => resolve(true)).on("error", () =>
      resolve(false),
    );
    const accepted = await promise;
    socket.destroy();
    if (accepted) return true;
    await sleep(20);
  }
  return false;
}
