import { lstatSync, mkdirSync } from "node:fs";
import * as module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setFlagsFromString } from "node:v8";

const OWNER_ONLY_MODE = 0o700;
const WRITABLE_BY_OTHERS_MODE = 0o022;

/**
 * Makes Node cache the compiled code of the modules that are loaded from now on: compiling takes most of a
 * start.
 *
 * Node runs the code that it finds in the cache. So the folder must belong to this user, and no other user may
 * write to it. Node's default, below the shared temporary folder, is never used. Without a safe folder, as on
 * a read-only file system, nothing is cached. `NODE_COMPILE_CACHE` and `NODE_DISABLE_COMPILE_CACHE`
 * work as in every program on Node.
 */
export function enableCompileCache(env: Record<string, string | undefined>): void {
  if (env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE) return;
  const folder = findCompileCacheFolder(env);
  if (folder === undefined) return;
  module.enableCompileCache(folder);
  // Worker threads do not inherit the cache: they read its folder from the environment.
  env.NODE_COMPILE_CACHE = folder;
}

/** Creates the cache folder; undefined if no safe folder can be created. */
export function findCompileCacheFolder(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  try {
    const folder = join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "mosaic", "compiled");
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_MODE });
    const entry = lstatSync(folder);
    const isOwn = entry.isDirectory() && entry.uid === process.getuid?.();
    return isOwn && (entry.mode & WRITABLE_BY_OTHERS_MODE) === 0 ? folder : undefined;
  } catch {
    // Without a usable folder there is no cache; only the start is slower.
    return undefined;
  }
}

/**
 * Keeps V8's heap of young objects near its initial size. When many files are loaded, V8 enlarges this heap to
 * 67 MB, and never shrinks it again; 4 MB are enough. Loading is not slower with the small heap.
 */
export function limitYoungHeap(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
