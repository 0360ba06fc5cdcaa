import { chmod, mkdir, readdir, readFile, stat, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { EDITABLE_VIEW_FILES } from "../../../src/adapters/filesystem/editable-view-files.ts";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { storeManifest } from "../../../src/adapters/filesystem/write-file.ts";
import { giveToUnprivileged } from "../../support/unprivileged.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

const FILE = "views.manifest.json";
const BYTES = new Uint8Array([0x7b, 0xff, 0x00, 0x7d]);

describe("storeManifest()", () => {
  test("storeManifest() writes the bytes as they are, where the source finds them, and leaves nothing else", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), [FILE]: "old, and longer" });
    expect(await storeManifest(views.path, BYTES)).toBe(join(views.path, FILE));
    const load = await createFilesystemSource(views.path).load();
    expect(load.kind === "loaded" && new Uint8Array(load.manifest ?? [])).toEqual(BYTES);
    expect((await readdir(views.path)).sort()).toEqual(["a.yaml", FILE]);
    expect(((await stat(join(views.path, FILE))).mode & 0o400) !== 0).toBe(true);
  });

  test.each([0o600, 0o640, 0o664])("storeManifest() keeps the mode %o of the manifest", async (mode) => {
    await using views = await createViewsDirectory({ [FILE]: "old" });
    const path = join(views.path, FILE);
    await chmod(path, mode);
    await storeManifest(views.path, BYTES);
    expect((await stat(path)).mode & 0o777).toBe(mode);
    expect(new Uint8Array(await readFile(path))).toEqual(BYTES);
  });

  test.each([
    ["storeManifest()", (path: string) => storeManifest(dirname(path), BYTES)],
    ["EDITABLE_VIEW_FILES.replace()", (path: string) => EDITABLE_VIEW_FILES.replace(path, BYTES)],
  ])("%s keeps the owner of a file, where the user may give files away", async (_name, write) => {
    await using views = await createViewsDirectory({ [FILE]: "old" });
    const path = join(views.path, FILE);
    await giveToUnprivileged(path);
    const { uid, gid } = await stat(path);
    await write(path);
    expect(await stat(path)).toMatchObject({ uid, gid });
  });

  test("storeManifest() makes a manifest that everybody may read", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await storeManifest(views.path, BYTES);
    expect((await stat(join(views.path, FILE))).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  test("storeManifest() replaces a link and leaves what it names alone", async () => {
    await using views = await createViewsDirectory({ "other.json": "other" });
    await chmod(join(views.path, "other.json"), 0o600);
    await symlink("other.json", join(views.path, FILE));
    await storeManifest(views.path, BYTES);
    expect(await readFile(join(views.path, "other.json"), "utf8")).toBe("other");
    expect((await stat(join(views.path, FILE))).mode & 0o777).toBe(0o644 & ~process.umask());
    expect(new Uint8Array(await readFile(join(views.path, FILE)))).toEqual(BYTES);
  });

  test("storeManifest() never lets a reader see a part of a manifest", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), [FILE]: "0".repeat(300_000) });
    const path = join(views.path, FILE);
    let isWriting = true;
    const writing = (async () => {
      for (let round = 1; round < 20; round++) {
        await storeManifest(views.path, new Uint8Array(300_000).fill(0x30 + (round % 10)));
      }
      isWriting = false;
    })();
    const torn: string[] = [];
    while (isWriting) {
      const text = await readFile(path, "utf8");
      if (text.length !== 300_000 || text !== text.charAt(0).repeat(text.length))
        torn.push(text.slice(0, 20));
    }
    await writing;
    expect(torn).toEqual([]);
  });

  test("storeManifest() says why it cannot write, and leaves nothing behind", async () => {
    await using views = await createViewsDirectory({ file: "" });
    await mkdir(join(views.path, "taken", FILE), { recursive: true });
    const failure = (name: string): Promise<unknown> =>
      storeManifest(join(views.path, name), BYTES).catch((error: unknown) => error);
    const message = (name: string, detail: string) => ({
      name: "FileWriteError",
      code: "unwritable",
      message: `Cannot write "${join(views.path, name, FILE)}": ${detail}`,
      cause: expect.any(Error),
    });
    expect(await failure("nowhere")).toMatchObject(message("nowhere", "write failed with ENOENT"));
    expect(await failure("file")).toMatchObject(message("file", "write failed with ENOTDIR"));
    expect(await failure("taken")).toMatchObject(message("taken", "write failed with EISDIR"));
    expect(await readdir(join(views.path, "taken"))).toEqual([FILE]);
  });
});
