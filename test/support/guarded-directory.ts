import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardExit } from "./exit-guard.ts";

export interface GuardedDirectory extends AsyncDisposable {
  readonly path: string;
  isRemoved(): boolean;
  remove(): Promise<void>;
}

/** A temporary directory which is removed at the latest when this process has ended. */
export async function createGuardedDirectory(prefix: string): Promise<GuardedDirectory> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  // Whoever writes there is killed at the same moment, and may have added a file behind the first rm.
  const guard = guardExit('rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }', [path]);
  let isRemoved = false;
  const remove = async (): Promise<void> => {
    if (isRemoved) return;
    await rm(path, { recursive: true, force: true });
    isRemoved = true;
    guard.release();
  };
  return { path, isRemoved: () => isRemoved, remove, [Symbol.asyncDispose]: remove };
}
