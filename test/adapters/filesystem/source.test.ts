import { execFileSync } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFilesystemSource } from "../../../src/adapters/filesystem/source.ts";
import { MANIFEST_FILE } from "../../../src/domain/signing/manifest.ts";
import { formatDiagnostic } from "../../../src/domain/view/diagnostic.ts";
import { describeCatalogSource } from "../../support/describe-conformance.ts";
import { describeSourceSentences } from "../../support/describe-sentences.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

describeCatalogSource({
  name: "createFilesystemSource()",
  open: async (files) => {
    const directory = await createViewsDirectory(files);
    const close = () => directory[Symbol.asyncDispose]();
    return { source: createFilesystemSource(directory.path), replace: directory.replace, close };
  },
});

describeSourceSentences({
  name: "createFilesystemSource()",
  open: async () => {
    const directory = await createViewsDirectory({ "a.yaml": "x" });
    const close = () => directory[Symbol.asyncDispose]();
    return { source: createFilesystemSource(directory.path), close };
  },
});

const OUTSIDE =
  "error: the link leads out of the catalog's folder; copy the file into the folder [link-outside]";
const NOWHERE =
  "error: the link leads to a file that does not exist; remove the link, or restore the file that it names [file-type]";
const NO_FILE = "error: this is neither a file nor a folder; replace it with a regular file [file-type]";

/** The entities of the catalog in a folder, or what is wrong with it, without the folder's name. */
async function judge(path: string): Promise<readonly string[]> {
  const load = await createFilesystemSource(path).load();
  if (load.kind === "loaded") return [...load.catalog.views.keys()];
  return load.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic).replaceAll(`${path}/`, ""));
}

describe("createFilesystemSource()", () => {
  test("createFilesystemSource() takes *.yaml and *.yml of every folder and nothing hidden or else", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": viewYaml("x"),
      "b.yml": viewYaml("x"),
      "one/two/c.yaml": viewYaml("x"),
      "folder.yaml/d.yaml": viewYaml("x"),
      ".hidden.yaml": "wrong",
      ".git/e.yaml": "wrong",
      "one/.hidden/f.yaml": "wrong",
      "README.md": "wrong",
      "g.yaml.bak": "wrong",
      "h.YAML": viewYaml("x"),
      "i.Yml": viewYaml("x"),
      "views.manifest.json": "{}",
    });
    expect(await judge(views.path)).toEqual(["a", "b", "c", "d", "h", "i"]);
  });

  test("C3: createFilesystemSource() warns of files that are nearly named like views, and of no more than 20", async () => {
    await using views = await createViewsDirectory({
      "a.YAML": viewYaml("x"),
      "sub/b.YmL": viewYaml("x"),
      "sub/c.yaml.txt": viewYaml("x"),
      "d.yalm": "wrong",
      "e.yaml.bak": "wrong",
      ".f.yaml.txt": "wrong",
    });
    const load = await createFilesystemSource(views.path).load();
    if (load.kind !== "loaded") throw new Error("It must load");
    expect([...load.catalog.views.keys()]).toEqual(["a", "b"]);
    expect(load.warnings.map((warning) => formatDiagnostic(warning).replace(`${views.path}/`, ""))).toEqual([
      'd.yalm:1:1: warning: this file is not read: its name does not end in .yaml or .yml; rename it to "d.yaml" if it is a view [file-name]',
      'sub/c.yaml.txt:1:1: warning: this file is not read: its name does not end in .yaml or .yml; rename it to "c.yaml" if it is a view [file-name]',
    ]);
    const many = Array.from({ length: 30 }, (_, index) => [`${index}.yaml.txt`, "x"]);
    await views.replace({ "a.yaml": viewYaml("x"), ...Object.fromEntries(many) });
    expect(await createFilesystemSource(views.path).load()).toMatchObject({ warnings: { length: 20 } });
  });

  test("C3: createFilesystemSource() finds no views where files are only nearly named like some", async () => {
    await using views = await createViewsDirectory({ "c.yaml.txt": viewYaml("x") });
    const load = await createFilesystemSource(views.path).load();
    expect(load.kind).toBe("invalid");
    expect(load).toMatchObject({ diagnostics: [{ code: "no-views" }, { code: "file-name" }] });
    await views.replace({ "c.yaml": viewYaml("x") });
    expect(await judge(views.path)).toEqual(["c"]);
  });

  test("createFilesystemSource() names itself without a trailing slash", async () => {
    await using views = await createViewsDirectory({ "a.yaml": "" });
    const source = createFilesystemSource(`${views.path}//`);
    expect(source.name).toBe(views.path);
    expect(await source.load()).toMatchObject({ diagnostics: [{ file: `${views.path}/a.yaml` }] });
    expect(createFilesystemSource("/").name).toBe("/");
  });

  test("createFilesystemSource() reads a folder that is itself a link", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await using elsewhere = await createViewsDirectory();
    await symlink(views.path, join(elsewhere.path, "views"));
    expect(await judge(join(elsewhere.path, "views"))).toEqual(["a"]);
  });

  test("createFilesystemSource() refuses links that lead out", async () => {
    await using outside = await createViewsDirectory({
      "secret.yaml": viewYaml("x"),
      "sub/b.yaml": viewYaml("x"),
    });
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await symlink(join(outside.path, "secret.yaml"), join(views.path, "file.yaml"));
    await symlink(join(outside.path, "sub"), join(views.path, "folder"));
    await symlink("..", join(views.path, "parent"));
    await symlink(join(outside.path, "secret.yaml"), join(views.path, "README"));
    await symlink(join(outside.path, "secret.yaml"), join(views.path, MANIFEST_FILE));
    expect(await judge(views.path)).toEqual([
      `file.yaml:1:1: ${OUTSIDE}`,
      `folder:1:1: ${OUTSIDE}`,
      `parent:1:1: ${OUTSIDE}`,
      `${MANIFEST_FILE}:1:1: ${OUTSIDE}`,
    ]);
    expect(await createFilesystemSource(views.path).readManifest()).toBeUndefined();
  });

  test("createFilesystemSource() refuses a link to a neighbour whose name begins like the folder's", async () => {
    await using parent = await createViewsDirectory({
      "views/a.yaml": viewYaml("x"),
      "views2/b.yaml": viewYaml("x"),
    });
    await symlink("../views2", join(parent.path, "views", "link"));
    expect(await judge(join(parent.path, "views"))).toEqual([`link:1:1: ${OUTSIDE}`]);
  });

  test("createFilesystemSource() refuses links that lead nowhere", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await symlink("nowhere.yaml", join(views.path, "broken.yaml"));
    await symlink("self.yaml", join(views.path, "self.yaml"));
    await symlink("a.yaml/b.yaml", join(views.path, "through.yaml"));
    await symlink("nowhere", join(views.path, "README.md"));
    await symlink("nowhere", join(views.path, "folder"));
    expect(await judge(views.path)).toEqual([
      `broken.yaml:1:1: ${NOWHERE}`,
      `folder:1:1: ${NOWHERE}`,
      `self.yaml:1:1: ${NOWHERE}`,
      `through.yaml:1:1: ${NOWHERE}`,
    ]);
  });

  test("createFilesystemSource() reports links and the errors of other files together", async () => {
    await using views = await createViewsDirectory({ "a.yaml": "", "c.yaml": "" });
    await symlink("nowhere.yaml", join(views.path, "b.yaml"));
    const empty =
      "error: the file contains no view; write the view's fields at the top level, such as columns: [ticker] [view-type]";
    expect(await judge(views.path)).toEqual([
      `a.yaml:1:1: ${empty}`,
      `b.yaml:1:1: ${NOWHERE}`,
      `c.yaml:1:1: ${empty}`,
    ]);
  });

  test("createFilesystemSource() follows links inside and reads no folder twice", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": viewYaml("x"),
      ".store/b.yaml": viewYaml("x"),
      ".other/c.yaml": viewYaml("x"),
    });
    await symlink(".store/b.yaml", join(views.path, "b.yaml"));
    await symlink(".other", join(views.path, "other"));
    await symlink("other", join(views.path, "same"));
    expect(await judge(views.path)).toEqual(["a", "b", "c"]);
  });

  test("createFilesystemSource() takes a file with two names for two views", async () => {
    await using views = await createViewsDirectory({ "b.yaml": viewYaml("x") });
    await symlink("b.yaml", join(views.path, "a.yaml"));
    expect(await judge(views.path)).toEqual(["a", "b"]);
  });

  test("createFilesystemSource() comes to an end with links in a circle", async () => {
    await using views = await createViewsDirectory({
      "a.yaml": viewYaml("x"),
      "one/two/b.yaml": viewYaml("x"),
    });
    await symlink(".", join(views.path, "self"));
    await symlink("../..", join(views.path, "one", "two", "up"));
    await symlink("../one", join(views.path, "one", "again"));
    expect(await judge(views.path)).toEqual(["a", "b"]);
  });

  test("createFilesystemSource() refuses a fifo and does not wait for it", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    execFileSync("mkfifo", [join(views.path, "pipe.yaml"), join(views.path, "pipe")]);
    expect(await judge(views.path)).toEqual([`pipe.yaml:1:1: ${NO_FILE}`]);
  });

  test("createFilesystemSource() takes 16 folders in each other and no more", async () => {
    const folders = Array.from({ length: 16 }, (_, index) => `d${index}`).join("/");
    await using views = await createViewsDirectory({ [`${folders}/a.yaml`]: viewYaml("x") });
    expect(await judge(views.path)).toEqual(["a"]);
    await mkdir(join(views.path, folders, "d16"));
    await expect(createFilesystemSource(views.path).load()).rejects.toMatchObject({
      name: "CatalogSourceError",
      code: "unreadable",
      message: `Cannot load catalog "${views.path}": ${folders}/d16 is nested deeper than 16 folders`,
    });
  });

  test("createFilesystemSource() reports a file that is too large without reading it whole", async () => {
    await using views = await createViewsDirectory();
    execFileSync("truncate", ["--size=64G", join(views.path, "a.yaml")]);
    expect(await judge(views.path)).toEqual([
      "a.yaml:1:1: error: the file is larger than 1048576 bytes; split it into several views [file-size]",
    ]);
  });

  test.each([
    ["nowhere", "not-found", "folder not found"],
    ["file", "not-found", "it is not a folder"],
    ["file/folder", "not-found", "it is not a folder"],
    ["broken", "not-found", "folder not found"],
    ["loop", "unreadable", "read failed with ELOOP"],
    ["x".repeat(300), "unreadable", "read failed with ENAMETOOLONG"],
  ])("createFilesystemSource() cannot load %s", async (name, code, detail) => {
    await using views = await createViewsDirectory({ file: "" });
    await symlink("nowhere", join(views.path, "broken"));
    await symlink("loop", join(views.path, "loop"));
    const path = join(views.path, name);
    await expect(createFilesystemSource(path).load()).rejects.toMatchObject({
      name: "CatalogSourceError",
      code,
      message: `Cannot load catalog "${path}": ${detail}`,
      cause: expect.any(Error),
    });
  });
});
