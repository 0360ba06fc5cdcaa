import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { expect, test } from "vitest";
import { createGuardedDirectory } from "../support/guarded-directory.ts";
import { said } from "../support/running-fleet.ts";
import { BUN, RUNTIMES, type Runtime } from "../support/runtimes.ts";
import { startService } from "../support/service-process.ts";

const VIEWS_DIR = resolve(import.meta.dirname, "../../data/views");

/** Every process that this one has started, and those they have. */
function descendantsOf(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

// Only Linux lists the children of a process in /proc.
test.skipIf(process.platform !== "linux").each([...RUNTIMES, BUN])(
  "the service on $name stops when the shell that npm has started it in ends by a signal",
  async ({ name, command, args }) => {
    const folder = await createGuardedDirectory("mosaic-npm-");
    const scripts = { runtime: [command, ...args].map((word) => `'${word}'`).join(" ") };
    await writeFile(join(folder.path, "package.json"), JSON.stringify({ scripts }));
    const npm: Runtime = { name, command: "npm", args: ["run", "--silent", "runtime", "--"] };
    await using service = await startService({ runtime: npm, cwd: folder.path, env: { VIEWS_DIR } });
    const descendants = descendantsOf(service.pid);
    try {
      service.signal("SIGTERM");
      await service.waitForLog(said("Stopped"));
      await service.exited;
    } finally {
      await folder.remove();
      for (const pid of descendants) {
        try {
          process.kill(pid, "SIGKILL");
        } catch {
          // It has ended, as it should.
        }
      }
    }
    expect(descendants.length).toBeGreaterThan(1);
  },
);
