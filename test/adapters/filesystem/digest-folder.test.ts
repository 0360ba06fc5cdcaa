import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { digestFolder } from "../../../src/adapters/filesystem/digest-folder.ts";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

const FILES = { "a.yaml": viewYaml("x"), "b.yml": viewYaml("y"), "sub/c.yaml": viewYaml("z") };
const AN_HOUR_MS = 3_600_000;

/** The digest of a folder that was written long ago. */
function digestOf(path: string, signal?: AbortSignal, bytesMax = 10_000): Promise<string | undefined> {
  return digestFolder(path, { signal, bytesMax, startedMs: Date.now() + AN_HOUR_MS });
}

/** Gives folders the times of long ago: a change in the same tick of the file system's clock would leave them as they are. */
function age(path: string, ...folders: readonly string[]): void {
  for (const folder of folders) utimesSync(join(path, folder), 1, 1);
}

async function digestOfLoad(path: string): Promise<string | undefined> {
  const load = await createFilesystemSource(path).load();
  return load.kind === "loaded" ? load.digest : undefined;
}

/**
 * A signal that never fires, and makes a change after a folder was listed, before its first file is read: the folder
 * itself, or its sub-folder, which is the last one.
 */
function afterList(listed: 1 | 2, change: () => void): AbortSignal {
  const { signal } = new AbortController();
  let count = 0;
  return Object.defineProperty(signal, "aborted", {
    get: () => {
      if (++count === listed) change();
      return false;
    },
  });
}

describe("digestFolder()", () => {
  test.each<[folder: string, change: (path: string) => void]>([
    ["files and sub-folders", () => undefined],
    [
      "the manifest, hidden files and others",
      (path) => {
        writeFileSync(join(path, "views.manifest.json"), "{}");
        writeFileSync(join(path, ".hidden.yaml"), "");
        writeFileSync(join(path, "notes.txt"), "");
        writeFileSync(join(path, "d.yaml.txt"), viewYaml("x"));
      },
    ],
    [
      "links",
      (path) => {
        mkdirSync(join(path, ".data"));
        renameSync(join(path, "sub"), join(path, ".data/sub"));
        renameSync(join(path, "a.yaml"), join(path, ".data/a.yaml"));
        symlinkSync(".data", join(path, "..data"));
        symlinkSync("..data/sub", join(path, "sub"));
        symlinkSync("..data/a.yaml", join(path, "a.yaml"));
      },
    ],
    [
      "a view file and a manifest of the largest sizes",
      (path) => {
        const text = `${viewYaml("w")}# `;
        writeFileSync(join(path, "large.yaml"), text.padEnd(1024 * 1024, "x"));
        writeFileSync(join(path, ".manifest"), "");
        truncateSync(join(path, ".manifest"), 16 * 1024 * 1024);
        symlinkSync(".manifest", join(path, "views.manifest.json"));
      },
    ],
  ])("digestFolder() is the digest of a load: %s", async (_folder, change) => {
    await using views = await createViewsDirectory(FILES);
    change(views.path);
    const loaded = await digestOfLoad(views.path);
    expect(loaded).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestOf(views.path, undefined, 10_000_000)).toBe(loaded);
  });

  test("digestFolder() allows as many bytes as a load does", async () => {
    await using views = await createViewsDirectory(FILES);
    const bytes = Object.values(FILES).join("").length;
    expect(await digestOf(views.path, undefined, bytes)).toBe(await digestOfLoad(views.path));
    expect(await digestOf(views.path, undefined, bytes - 1)).toBeUndefined();
  });

  test("digestFolder() and a load differ with each byte, name and file", async () => {
    await using views = await createViewsDirectory(FILES);
    const seen = new Set([await digestOfLoad(views.path)]);
    const changes: readonly (() => void)[] = [
      () => writeFileSync(join(views.path, "a.yaml"), viewYaml("w")),
      () => appendFileSync(join(views.path, "a.yaml"), "# a comment\n"),
      () => renameSync(join(views.path, "b.yml"), join(views.path, "b.yaml")),
      () => renameSync(join(views.path, "sub"), join(views.path, "sub2")),
      () => writeFileSync(join(views.path, "d.yaml"), viewYaml("x")),
      () => rmSync(join(views.path, "a.yaml")),
    ];
    for (const change of changes) {
      change();
      const loaded = await digestOfLoad(views.path);
      expect(await digestOf(views.path)).toBe(loaded);
      seen.add(loaded);
    }
    expect(seen.size).toBe(changes.length + 1);
  });

  test.each<[change: string, make: (path: string) => void]>([
    ["a file is added", (path) => writeFileSync(join(path, "d.yaml"), viewYaml("x"))],
    ["a file is removed", (path) => rmSync(join(path, "a.yaml"))],
    ["a file is replaced", (path) => renameSync(join(path, ".next"), join(path, "a.yaml"))],
    ["a file of a sub-folder is removed", (path) => rmSync(join(path, "sub/c.yaml"))],
    ["a sub-folder is removed", (path) => rmSync(join(path, "sub"), { recursive: true })],
    [
      "a file becomes a link",
      (path) => {
        rmSync(join(path, "b.yml"));
        symlinkSync(".next", join(path, "b.yml"));
      },
    ],
    [
      "the target of a link is replaced",
      (path) => {
        writeFileSync(join(path, ".t/other"), viewYaml("v"));
        renameSync(join(path, ".t/other"), join(path, ".t/target"));
      },
    ],
    ["the target of a link is removed", (path) => rmSync(join(path, ".t/target"))],
  ])("digestFolder() is undefined when %s meanwhile", async (_change, make) => {
    const linked = { ".next": viewYaml("v"), ".t/target": viewYaml("t") };
    await using views = await createViewsDirectory({ ...FILES, ...linked });
    symlinkSync(".t/target", join(views.path, "link.yaml"));
    age(views.path, ".", "sub", ".t");
    expect(await digestOf(views.path)).toBeDefined();
    const signal = afterList(2, () => make(views.path));
    expect(await digestOf(views.path, signal)).toBeUndefined();
  });

  test("digestFolder() is undefined when a file that is not read yet is removed or replaced", async () => {
    await using views = await createViewsDirectory({ ...FILES, ".next": viewYaml("v") });
    const replace = (): void => renameSync(join(views.path, ".next"), join(views.path, "b.yml"));
    age(views.path, ".", "sub");
    expect(await digestOf(views.path, afterList(1, replace))).toBeUndefined();
    const remove = (): void => rmSync(join(views.path, "a.yaml"));
    age(views.path, ".");
    expect(await digestOf(views.path, afterList(1, remove))).toBeUndefined();
  });

  test("digestFolder() is that of the bytes that it has read, when a file is written in place meanwhile", async () => {
    await using views = await createViewsDirectory(FILES);
    const before = await digestOf(views.path);
    const write = (): void => writeFileSync(join(views.path, "a.yaml"), viewYaml("w"));
    const read = await digestOf(views.path, afterList(1, write));
    expect([read, read === before]).toEqual([await digestOfLoad(views.path), false]);
  });

  test("digestFolder() is undefined when the folder itself is another one meanwhile", async () => {
    await using views = await createViewsDirectory(FILES);
    const link = join(dirname(views.path), "current");
    symlinkSync(views.path, link);
    try {
      const swap = (): void => {
        mkdirSync(join(views.path, "sub2"));
        rmSync(link);
        symlinkSync(join(views.path, "sub2"), link);
      };
      expect(await digestOf(link)).toBe(await digestOfLoad(views.path));
      expect(await digestOf(link, afterList(1, swap))).toBeUndefined();
    } finally {
      rmSync(link);
    }
  });

  test.each<[folder: string, make: (path: string) => void]>([
    ["a broken link", (path) => symlinkSync("nowhere", join(path, "d.yaml"))],
    ["a link that leads out", (path) => symlinkSync("/etc/hostname", join(path, "d.yaml"))],
    ["too many bytes", (path) => writeFileSync(join(path, "d.yaml"), `#${"x".repeat(10_000)}`)],
    [
      "a manifest that is too large",
      (path) => {
        writeFileSync(join(path, "views.manifest.json"), "");
        truncateSync(join(path, "views.manifest.json"), 17 * 1024 * 1024);
      },
    ],
    ["a manifest that is a folder", (path) => mkdirSync(join(path, "views.manifest.json"))],
  ])("digestFolder() leaves to a load a folder with %s", async (_folder, make) => {
    await using views = await createViewsDirectory(FILES);
    make(views.path);
    expect(await digestOf(views.path)).toBeUndefined();
  });

  test("digestFolder() leaves to a load a folder that changed a moment ago", async () => {
    await using views = await createViewsDirectory(FILES);
    const source = createFilesystemSource(views.path);
    expect(await source.digest?.()).toBeUndefined();
  });

  test("digestFolder() reports a missing folder, and stops for a caller that gives up", async () => {
    await using views = await createViewsDirectory(FILES);
    const options = { bytesMax: 10_000, startedMs: Date.now() };
    await expect(digestFolder(join(views.path, "none"), options)).rejects.toMatchObject({
      code: "not-found",
    });
    const signal = AbortSignal.abort();
    await expect(digestFolder(views.path, { ...options, signal })).rejects.toMatchObject({ code: "aborted" });
  });
});
