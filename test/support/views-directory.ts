import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createGuardedDirectory } from "./guarded-directory.ts";

/** A folder of views on disk, removed at the latest when this process ends. */
export interface ViewsDirectory extends AsyncDisposable {
  readonly path: string;
  /** Leaves these files and no others in it; undoes `remove()`. */
  replace(files: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

export async function createViewsDirectory(
  files: Readonly<Record<string, string>> = {},
): Promise<ViewsDirectory> {
  const parent = await createGuardedDirectory("mosaic-views-");
  const path = join(parent.path, "views");
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true });
  const replace = async (next: Readonly<Record<string, string>>): Promise<void> => {
    await mkdir(path, { recursive: true });
    for (const name of await readdir(path)) await rm(join(path, name), { recursive: true });
    for (const [name, text] of Object.entries(next)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), text);
    }
  };
  await replace(files);
  return { path, replace, remove, [Symbol.asyncDispose]: parent.remove };
}

/** The text of a small valid view. */
export function viewYaml(...columns: readonly string[]): string {
  return `identifiers: [${columns[0]}]\ncolumns: [${columns.join(", ")}]\n`;
}
