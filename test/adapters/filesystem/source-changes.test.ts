import { mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scanFolder } from "../../../src/adapters/filesystem/scan.ts";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { formatDiagnostic } from "../../../src/domain/view/diagnostic.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

const OUTSIDE =
  "error: the link leads out of the catalog's folder; copy the file into the folder [link-outside]";

/** The entities of the catalog in a folder, or what is wrong with it, without the folder's name. */
async function judge(path: string, signal?: AbortSignal): Promise<readonly string[]> {
  const load = await createFilesystemSource(path).load(signal && { signal });
  if (load.kind === "loaded") return [...load.catalog.views.keys()];
  return load.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic).replaceAll(`${path}/`, ""));
}

/** A signal that never fires and changes something each time that the source asks it, in the midst of a load. */
function changing(change: (count: number) => void): AbortSignal {
  const { signal } = new AbortController();
  let count = 0;
  return Object.defineProperty(signal, "aborted", {
    get: () => {
      change(++count);
      return false;
    },
  });
}

/** Lays out a ConfigMap as the kubelet does: one hidden folder a version, and links through `..data`. */
function mountVersion(path: string, version: string, column: string): void {
  mkdirSync(join(path, version, "sub"), { recursive: true });
  writeFileSync(join(path, version, "a.yaml"), viewYaml(column));
  writeFileSync(join(path, version, "b.yaml"), viewYaml(column));
  writeFileSync(join(path, version, "sub", "c.yaml"), viewYaml(column));
  symlinkSync(version, join(path, "..data_tmp"));
  renameSync(join(path, "..data_tmp"), join(path, "..data"));
}

async function columnsOf(path: string, signal?: AbortSignal): Promise<readonly string[]> {
  const load = await createFilesystemSource(path).load(signal && { signal });
  const views = load.kind === "loaded" ? [...load.catalog.views.values()] : [];
  return views.map((bytes) => JSON.parse(new TextDecoder().decode(bytes)).columns.join());
}

describe("createFilesystemSource() in a Kubernetes mount", () => {
  test("createFilesystemSource() reads a ConfigMap and sees each swap whole", async () => {
    await using views = await createViewsDirectory();
    mountVersion(views.path, "..2026_01", "x");
    await symlink("..data/a.yaml", join(views.path, "a.yaml"));
    await symlink("..data/b.yaml", join(views.path, "b.yaml"));
    await symlink("..data/sub", join(views.path, "sub"));
    expect(await columnsOf(views.path)).toEqual(["x", "x", "x"]);
    mountVersion(views.path, "..2026_02", "y");
    rmSync(join(views.path, "..2026_01"), { recursive: true });
    expect(await columnsOf(views.path)).toEqual(["y", "y", "y"]);
  });

  test("createFilesystemSource() never mixes two versions swapped in the midst of a load", async () => {
    await using views = await createViewsDirectory();
    mountVersion(views.path, "..1", "x1");
    for (const name of ["a.yaml", "b.yaml", "sub"]) await symlink(`..data/${name}`, join(views.path, name));
    const signal = changing((count) => {
      if (count > 6) return;
      mountVersion(views.path, `..${count + 1}`, `x${count + 1}`);
      rmSync(join(views.path, `..${count}`), { recursive: true });
    });
    expect(await columnsOf(views.path, signal)).toEqual(["x7", "x7", "x7"]);
  });
});

describe("createFilesystemSource() in a folder that changes", () => {
  test("createFilesystemSource() gives up when its files change during every attempt", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const signal = changing((count) =>
      writeFileSync(join(views.path, "a.yaml"), viewYaml("x".repeat(count))),
    );
    await expect(createFilesystemSource(views.path).load({ signal })).rejects.toMatchObject({
      name: "CatalogSourceError",
      code: "changing",
      message: `Cannot load catalog "${views.path}": files changed during each of 5 attempts to read the folder`,
    });
  });

  test.each<[change: string, make: (path: string) => void, entities: readonly string[]]>([
    ["a new file", (path) => writeFileSync(join(path, "c.yaml"), viewYaml("x")), ["a", "b", "c"]],
    ["a removed file", (path) => rmSync(join(path, "b.yaml"), { force: true }), ["a"]],
    ["a renamed file", (path) => renameSync(join(path, "b.yaml"), join(path, "d.yaml")), ["a", "d"]],
    ["a replaced folder", (path) => renameSync(join(path, ".next"), join(path, "next")), ["a", "b", "e"]],
  ])("createFilesystemSource() reads again after %s", async (_change, make, entities) => {
    await using views = await createViewsDirectory({
      "a.yaml": viewYaml("x"),
      "b.yaml": viewYaml("x"),
      ".next/e.yaml": viewYaml("x"),
    });
    // Asked first before the folder is scanned, then before its files are read.
    const signal = changing((count) => count === 2 && make(views.path));
    expect(await judge(views.path, signal)).toEqual(entities);
  });

  test("createFilesystemSource() refuses a file that becomes a link in the midst of a load", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await using outside = await createViewsDirectory({ "secret.yaml": viewYaml("x") });
    const signal = changing((count) => {
      if (count !== 2) return;
      rmSync(join(views.path, "a.yaml"));
      symlinkSync(join(outside.path, "secret.yaml"), join(views.path, "a.yaml"));
    });
    expect(await judge(views.path, signal)).toEqual([`a.yaml:1:1: ${OUTSIDE}`]);
  });

  test("createFilesystemSource() looks again at a broken link that is repaired in the midst of a load", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await symlink(".b", join(views.path, "b.yaml"));
    const signal = changing((count) => count === 2 && writeFileSync(join(views.path, ".b"), viewYaml("x")));
    expect(await judge(views.path, signal)).toEqual(["a", "b"]);
  });

  test("createFilesystemSource() forgets a broken link that is removed in the midst of a load", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await symlink("nowhere", join(views.path, "b.yaml"));
    const signal = changing((count) => count === 2 && rmSync(join(views.path, "b.yaml")));
    expect(await judge(views.path, signal)).toEqual(["a"]);
  });

  test("A17: createFilesystemSource() stops among files that are no views for a caller that gives up", async () => {
    const others = Array.from({ length: 1500 }, (_, index) => [`other-${index}.txt`, ""]);
    await using views = await createViewsDirectory(Object.fromEntries(others));
    const { signal } = new AbortController();
    let count = 0;
    Object.defineProperty(signal, "aborted", { get: () => ++count > 1 });
    const load = createFilesystemSource(views.path).load({ signal });
    await expect(load).rejects.toMatchObject({ code: "aborted" });
  });

  test("A17: scanFolder() counts files that are no views too, and refuses more than a bound in words", async () => {
    const others = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [`sub/other-${index}.txt`, ""]),
    );
    await using views = await createViewsDirectory({ ...others, "a.yaml": viewYaml("x") });
    const { files } = await scanFolder(views.path, { entriesMax: 32 });
    expect(files.map(({ path }) => path)).toEqual(["a.yaml"]);
    await expect(scanFolder(views.path, { entriesMax: 31 })).rejects.toThrow(
      `Cannot load catalog "${views.path}": it contains more than 31 files and folders`,
    );
  });

  test("scanFolder() takes the entries of unchanged files from an earlier scan, and no others", async () => {
    const names = ["a.yaml", "b.yaml", "c.yaml", "d.yaml", "sub/e.yaml", "sub/f.yaml"];
    await using views = await createViewsDirectory(
      Object.fromEntries(names.map((name) => [name, viewYaml("x")])),
    );
    const known = await scanFolder(views.path);
    const shared = async (): Promise<readonly string[]> => {
      const { files } = await scanFolder(views.path, { known });
      return files.filter((file) => known.files.includes(file)).map(({ path }) => path);
    };
    expect(await shared()).toEqual(names);
    await writeFile(join(views.path, "b.yaml"), viewYaml("longer"));
    expect(await shared()).toEqual(names.toSpliced(1, 1));
    rmSync(join(views.path, "c.yaml"));
    expect(await shared()).toEqual(names.toSpliced(1, 2));
    writeFileSync(join(views.path, "cc.yaml"), viewYaml("x"));
    expect(await shared()).toEqual(names.toSpliced(1, 2));
    renameSync(join(views.path, "sub"), join(views.path, "other"));
    expect(await shared()).toEqual(["a.yaml", "d.yaml"]);
  });

  test("createFilesystemSource() stops between files for a caller that gives up", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`v${index}.yaml`, viewYaml("x")]),
    );
    await using views = await createViewsDirectory(files);
    const { signal } = new AbortController();
    let count = 0;
    Object.defineProperty(signal, "aborted", { get: () => ++count > 2 });
    await expect(createFilesystemSource(views.path).load({ signal })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(count).toBe(3);
    await writeFile(join(views.path, "v0.yaml"), viewYaml("y"));
    expect(await judge(views.path)).toHaveLength(40);
  });
});

describe("createFilesystemSource(), of files that were read long after their last change,", () => {
  const inAnHour = (): number => Date.now() + 3_600_000;

  test.each<[change: string, make: (path: string) => void]>([
    ["written in place, with its times put back", (path) => rewrite(path)],
    ["replaced by one of the same size and times", (path) => replace(path)],
    ["a link that leads to another of the same size", (path) => relink(path)],
  ])("reads again what is %s", async (_change, make) => {
    await using views = await createViewsDirectory({ ".x.yaml": viewYaml("x"), ".y.yaml": viewYaml("y") });
    const file = join(views.path, "a.yaml");
    if (_change.startsWith("a link")) symlinkSync(".x.yaml", file);
    else writeFileSync(file, viewYaml("x"));
    const source = createFilesystemSource(views.path, { nowMs: inAnHour });
    const columns = async (): Promise<unknown> => {
      const load = await source.load();
      const [bytes] = load.kind === "loaded" ? [...load.catalog.views.values()] : [];
      return JSON.parse(new TextDecoder().decode(bytes)).columns;
    };
    expect(await columns()).toEqual(["x"]);
    make(file);
    expect(await columns()).toEqual(["y"]);
  });

  test("gives the same catalog while nothing changes, and another after each change", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), "sub/b.yaml": viewYaml("x") });
    const source = createFilesystemSource(views.path, { nowMs: inAnHour });
    let before = await source.load();
    const isKept = async (): Promise<boolean> => {
      const load = await source.load();
      const isSame = load === before;
      before = load;
      return isSame;
    };
    expect(await isKept()).toBe(true);
    const changes = [
      () => writeFileSync(join(views.path, "a.yaml"), viewYaml("longer")),
      () => writeFileSync(join(views.path, "c.yaml"), viewYaml("x")),
      () => writeFileSync(join(views.path, "views.manifest.json"), "{}"),
      () => renameSync(join(views.path, "sub/b.yaml"), join(views.path, "sub/d.yaml")),
      () => symlinkSync("nowhere", join(views.path, "e.yaml")),
      () => rmSync(join(views.path, "e.yaml")),
      () => rmSync(join(views.path, "sub"), { recursive: true }),
    ];
    for (const change of changes) {
      change();
      expect([await isKept(), await isKept()]).toEqual([false, true]);
    }
  });

  test("reads a file again that had not rested yet", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), "b.yaml": viewYaml("x") });
    let nowMs = Date.now();
    const source = createFilesystemSource(views.path, { nowMs: () => nowMs });
    const first = await source.load();
    expect(await source.load()).not.toBe(first);
    nowMs = inAnHour();
    const rested = await source.load();
    expect(rested).not.toBe(first);
    expect(await source.load()).toBe(rested);
  });

  function rewrite(path: string): void {
    const { atime, mtime } = statSync(path);
    const secondOf = (): number => Math.floor(statSync(path).ctimeMs / 1000);
    const first = secondOf();
    writeFileSync(path, viewYaml("y"));
    // Deno reads this time in whole seconds; a file counts as settled ten seconds after it.
    do utimesSync(path, atime, mtime);
    while (secondOf() === first);
  }

  function replace(path: string): void {
    const { atime, mtime } = statSync(path);
    writeFileSync(`${path}.new`, viewYaml("y"));
    utimesSync(`${path}.new`, atime, mtime);
    renameSync(`${path}.new`, path);
  }

  function relink(path: string): void {
    rmSync(path);
    symlinkSync(".y.yaml", path);
  }
});
