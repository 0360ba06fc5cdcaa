import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findServer } from "./find-server.ts";
import { freePort } from "./free-port.ts";
import { createGuardedDirectory } from "./guarded-directory.ts";
import { spawnGuarded } from "./spawn-guarded.ts";

/** A real nginx on 127.0.0.1 that passes requests on, which ends at the latest with this process. */
export interface NginxServer extends AsyncDisposable {
  readonly url: string;
}

const READY_TIMEOUT_MS = 20_000;
const LAUNCHES_MAX = 5;

/** @param directives of the location that passes requests on */
export async function startNginx(upstream: string, directives = ""): Promise<NginxServer> {
  const command = await findServer("nginx");
  const directory = await createGuardedDirectory("mosaic-nginx-");
  for (let attempt = 1; attempt <= LAUNCHES_MAX; attempt += 1) {
    const url = `http://127.0.0.1:${await freePort()}`;
    await writeFile(join(directory.path, "nginx.conf"), configuration(url, upstream, directives));
    const args = ["-e", "stderr", "-p", directory.path, "-c", "nginx.conf"];
    const child = spawnGuarded({ command, args, directory: directory.path });
    if (await isReady(url, child.isRunning)) {
      return {
        url,
        async [Symbol.asyncDispose]() {
          await child.stop(1000);
          await directory.remove();
        },
      };
    }
    await child.kill();
    // It ends when somebody else has the port.
    if (!child.output().includes("Address already in use")) break;
  }
  await directory.remove();
  throw new Error("Cannot start nginx");
}

function configuration(url: string, upstream: string, directives: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${kind};`)
    .join("\n");
  return `daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events { worker_connections 64; }
http {
${temporary}
access_log off;
proxy_cache_path cache keys_zone=mosaic:1m;
server {
listen ${new URL(url).host};
location = /nginx-ready { return 204; }
location / {
proxy_pass ${upstream};
proxy_http_version 1.1;
${directives}
}
}
}
`;
}

async function isReady(url: string, isRunning: () => boolean): Promise<boolean> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  while (isRunning() && performance.now() < deadlineMs) {
    const answer = await fetch(`${url}/nginx-ready`).catch(() => undefined);
    if (answer?.status === 204) return true;
    await sleep(50);
  }
  return false;
}
