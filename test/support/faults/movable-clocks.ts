import { rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createGuardedDirectory } from "../guarded-directory.ts";
import type { Runtime } from "../runtimes.ts";
import type { SpawnedService } from "../service-process.ts";

const PRELOADED = resolve(import.meta.dirname, "movable-clock.ts");
const OPTION = { node: "--import", deno: "--preload", bun: "--preload" } as const;

/** Wall clocks of services that can be set from outside, all alike. */
export interface MovableClocks extends AsyncDisposable {
  /** For the environment of each service. */
  readonly env: Readonly<Record<string, string>>;
  /** A runtime whose services have such a clock. */
  on(runtime: Runtime): Runtime;
  shift(offsetMs: number, services: readonly Pick<SpawnedService, "signal">[]): Promise<void>;
}

export async function createMovableClocks(): Promise<MovableClocks> {
  const directory = await createGuardedDirectory("mosaic-clock-");
  const file = join(directory.path, "offset");
  const write = async (offsetMs: number): Promise<void> => {
    // In one step: whoever reads meanwhile must not find an empty file.
    await writeFile(`${file}.next`, String(offsetMs));
    await rename(`${file}.next`, file);
  };
  await write(0);
  return {
    env: { MOVABLE_CLOCK_FILE: file },
    on: (runtime) => ({ ...runtime, args: [...runtime.args, OPTION[runtime.name], PRELOADED] }),
    async shift(offsetMs, services) {
      await write(offsetMs);
      for (const service of services) service.signal("SIGUSR2");
    },
    [Symbol.asyncDispose]: directory.remove,
  };
}
