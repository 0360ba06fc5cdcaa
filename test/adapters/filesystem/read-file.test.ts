import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readViewText } from "../../../src/adapters/filesystem/read-file.ts";
import { fingerprintFolder } from "../../../src/adapters/filesystem/scan.ts";
import { createViewsDirectory, viewYaml } from "../../support/views-directory.ts";

describe("readViewText()", () => {
  test("readViewText() reads a file, through links, without the mark at its beginning", async () => {
    await using views = await createViewsDirectory({ ".data/a.yaml": "\ufeffx: ç\n" });
    await symlink(".data/a.yaml", join(views.path, "a.yaml"));
    expect(await readViewText(join(views.path, "a.yaml"))).toBe("x: ç\n");
  });

  test("readViewText() gives nothing of what is no view file, and does not wait for it", async () => {
    await using views = await createViewsDirectory({ "large.yaml": "" });
    await truncate(join(views.path, "large.yaml"), 1024 * 1024 + 1);
    await mkdir(join(views.path, "folder.yaml"));
    execFileSync("mkfifo", [join(views.path, "pipe.yaml")]);
    await symlink("loop.yaml", join(views.path, "loop.yaml"));
    for (const name of ["large.yaml", "folder.yaml", "pipe.yaml", "loop.yaml", "absent.yaml"])
      expect(await readViewText(join(views.path, name)), name).toBeUndefined();
  });
});

describe("fingerprintFolder()", () => {
  test("fingerprintFolder() stays while nothing changes, and changes with whatever is done to a view", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), "sub/b.yaml": viewYaml("x") });
    const at = (name: string): string => join(views.path, name);
    let last = await fingerprintFolder(views.path);
    expect(await fingerprintFolder(views.path)).toBe(last);
    const steps: readonly (readonly [what: string, step: () => Promise<void>])[] = [
      ["written", () => writeFile(at("a.yaml"), viewYaml("y", "z"))],
      [
        "written with as many bytes and the time of before",
        async () => {
          await writeFile(at("a.yaml"), viewYaml("v", "w"));
          await utimes(at("a.yaml"), 1, 1);
        },
      ],
      ["added", () => writeFile(at("sub/c.yml"), viewYaml("x"))],
      ["renamed", () => rename(at("sub/c.yml"), at("sub/d.yml"))],
      [
        "replaced",
        async () => {
          await writeFile(at("new"), viewYaml("v", "w"));
          await rename(at("new"), at("a.yaml"));
        },
      ],
      ["removed", () => rm(at("a.yaml"))],
      ["the folder removed", () => views.remove()],
      ["the folder there again", () => views.replace({ "a.yaml": viewYaml("x") })],
    ];
    for (const [what, step] of steps) {
      await step();
      const now = await fingerprintFolder(views.path);
      expect(now, what).not.toBe(last);
      last = now;
    }
  });

  test("fingerprintFolder() does not mind files that are no views", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    const before = await fingerprintFolder(views.path);
    for (const name of [".a.yaml.swp", "a.yaml~", "4913", "#a.yaml#", "notes.md"])
      await writeFile(join(views.path, name), "x");
    expect(await fingerprintFolder(views.path)).toBe(before);
  });
});
