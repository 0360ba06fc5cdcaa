import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";

/** A server process that has said where it listens. */
export interface ListeningProcess {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Runs a script with this runtime and waits for its JSON line `{"msg": "Listening", "url": …}`. */
export async function startListening(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ListeningProcess> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  process.once("exit", () => child.kill("SIGKILL"));
  const url = await listeningUrl(createInterface({ input: child.stdout }));
  return {
    url,
    port: Number(new URL(url).port),
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function listeningUrl(lines: ReturnType<typeof createInterface>): Promise<string> {
  return new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const { msg, url } = JSON.parse(line) as { readonly msg?: string; readonly url?: string };
      if (msg === "Listening" && url !== undefined) resolve(url);
    });
    lines.once("close", () =>
      reject(new Error("Cannot run the benchmark: a server ended before it listened")),
    );
  });
}
