import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { formatDiagnostic } from "../../../src/domain/view/diagnostic.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

const FILE = "views.manifest.json";

/** The column of view `a` and the manifest's text, or what is wrong with the catalog. */
async function judge(path: string, signal?: AbortSignal): Promise<unknown> {
  const load = await createFilesystemSource(path).load(signal && { signal });
  if (load.kind === "invalid") {
    return load.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic).replaceAll(`${path}/`, ""));
  }
  const [view] = load.catalog.views.values();
  const decoder = new TextDecoder();
  return [JSON.parse(decoder.decode(view)).columns[0], load.manifest && decoder.decode(load.manifest)];
}

/** A signal that never fires and changes something when the source asks it for the n-th time. */
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

/** Lays out a ConfigMap as the kubelet does. */
function mountVersion(path: string, version: string): void {
  mkdirSync(join(path, `..${version}`));
  writeFileSync(join(path, `..${version}`, "a.yaml"), viewYaml(version));
  writeFileSync(join(path, `..${version}`, FILE), version);
  symlinkSync(`..${version}`, join(path, "..data_tmp"));
  renameSync(join(path, "..data_tmp"), join(path, "..data"));
}

describe("createFilesystemSource() with a manifest", () => {
  test("createFilesystemSource() gives the bytes of the manifest as they are", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const bytes = new Uint8Array([0xff, 0x00, 0xfe, 0x0d, 0x0a]);
    await writeFile(join(views.path, FILE), bytes);
    const load = await createFilesystemSource(views.path).load();
    expect(load.kind === "loaded" && new Uint8Array(load.manifest ?? [])).toEqual(bytes);
  });

  test("createFilesystemSource() shows the manifest alone where it would load it, and nowhere else", async () => {
    await using views = await createViewsDirectory({ "sub/a.yaml": viewYaml("x"), [`sub/${FILE}`]: "wrong" });
    const source = createFilesystemSource(views.path);
    expect(await source.readManifest()).toBe(undefined);
    await writeFile(join(views.path, "..", "outside.json"), "outside");
    symlinkSync("../outside.json", join(views.path, FILE));
    expect(await source.readManifest()).toBe(undefined);
    await rm(join(views.path, FILE));
    symlinkSync(`sub/${FILE}`, join(views.path, FILE));
    expect(new TextDecoder().decode(await source.readManifest())).toBe("wrong");
    await rm(join(views.path, FILE));
    mkdirSync(join(views.path, FILE));
    expect(await source.readManifest()).toBe(undefined);
    await views.remove();
    await expect(source.readManifest()).rejects.toMatchObject({ code: "not-found" });
  });

  test("createFilesystemSource() takes the manifest of the folder itself and no other", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": viewYaml("x"),
      [`sub/${FILE}`]: "wrong",
      [`.hidden/${FILE}`]: "wrong",
      [`.${FILE}`]: "wrong",
      [`${FILE}.bak`]: "wrong",
    });
    expect(await judge(views.path)).toEqual(["x", undefined]);
    await writeFile(join(views.path, FILE), "right");
    expect(await judge(views.path)).toEqual(["x", "right"]);
  });

  test("createFilesystemSource() needs a view beside the manifest", async () => {
    await using views = await createViewsDirectory({ [FILE]: "{}" });
    expect(await judge(views.path)).toEqual([expect.stringContaining("[no-views]")]);
  });

  test("createFilesystemSource() follows a manifest's link inside and none that leads out or nowhere", async () => {
    await using outside = await createViewsDirectory({ "m.json": "secret" });
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), ".store/m.json": "inside" });
    const link = join(views.path, FILE);
    await symlink(".store/m.json", link);
    expect(await judge(views.path)).toEqual(["x", "inside"]);
    rmSync(link);
    await symlink(join(outside.path, "m.json"), link);
    expect(await judge(views.path)).toEqual([
      `${FILE}:1:1: error: the link leads out of the catalog's folder; copy the file into the folder [link-outside]`,
    ]);
    rmSync(link);
    await symlink("nowhere", link);
    expect(await judge(views.path)).toEqual([
      `${FILE}:1:1: error: the link leads to a file that does not exist; remove the link, or restore the file that it names [file-type]`,
    ]);
  });

  test("createFilesystemSource() refuses a manifest that is no file, for none", async () => {
    const problem = `${FILE}:1:1: error: the manifest is not a file; remove it, and sign the catalog again [file-type]`;
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await mkdir(join(views.path, FILE));
    expect(await judge(views.path)).toEqual([problem]);
    rmSync(join(views.path, FILE), { recursive: true });
    execFileSync("mkfifo", [join(views.path, FILE)]);
    expect(await judge(views.path)).toEqual([problem]);
  });

  test("createFilesystemSource() does not read a manifest whole that is too large", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    execFileSync("truncate", ["--size=64G", join(views.path, FILE)]);
    expect(await judge(views.path)).toEqual([
      `${FILE}:1:1: error: the manifest is larger than 16777216 bytes; sign the catalog again [file-size]`,
    ]);
  });
});

describe("createFilesystemSource() with a manifest that changes", () => {
  test.each<[change: string, make: (path: string) => void, manifest: string | undefined]>([
    ["is written", (path) => writeFileSync(join(path, FILE), "newer"), "newer"],
    ["is replaced", (path) => renameSync(join(path, ".next"), join(path, FILE)), "next"],
    ["goes away", (path) => rmSync(join(path, FILE)), undefined],
  ])("createFilesystemSource() reads again when the manifest %s", async (_change, make, manifest) => {
    await using views = await createViewsDirectory({
      "a.yaml": viewYaml("x"),
      [FILE]: "old",
      ".next": "next",
    });
    // Asked first before the folder is scanned, then before its files are read.
    const signal = changing((count) => count === 2 && make(views.path));
    expect(await judge(views.path, signal)).toEqual(["x", manifest]);
  });

  test("createFilesystemSource() reads again when a manifest comes", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const signal = changing((count) => count === 2 && writeFileSync(join(views.path, FILE), "new"));
    expect(await judge(views.path, signal)).toEqual(["x", "new"]);
  });

  test("createFilesystemSource() never gives the views of one version with the manifest of another", async () => {
    await using views = await createViewsDirectory();
    mountVersion(views.path, "v1");
    for (const name of ["a.yaml", FILE]) await symlink(`..data/${name}`, join(views.path, name));
    expect(await judge(views.path)).toEqual(["v1", "v1"]);
    const signal = changing((count) => {
      if (count > 4) return;
      mountVersion(views.path, `v${count + 1}`);
      rmSync(join(views.path, `..v${count}`), { recursive: true });
    });
    expect(await judge(views.path, signal)).toEqual(["v5", "v5"]);
  });

  test("createFilesystemSource() refuses a manifest that becomes a link in the midst of a load", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), [FILE]: "old" });
    await using outside = await createViewsDirectory({ secret: "x" });
    const signal = changing((count) => {
      if (count !== 2) return;
      rmSync(join(views.path, FILE));
      symlinkSync(join(outside.path, "secret"), join(views.path, FILE));
    });
    expect(await judge(views.path, signal)).toEqual([expect.stringContaining("[link-outside]")]);
  });
});
