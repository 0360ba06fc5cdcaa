import { chmod, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { runMain } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";
import { unprivileged } from "../support/unprivileged.ts";
import { createViewsDirectory, viewYaml } from "../support/views-directory.ts";

/** Lets the user without privileges in. */
async function openToAll(path: string): Promise<void> {
  for (const folder of [dirname(path), path]) await chmod(folder, 0o755);
}

describe.each(RUNTIMES)("a folder of views on $name", (runtime) => {
  const hash = (directory: string) =>
    runMain({ ...runtime, ...unprivileged(runtime) }, { args: ["hash", directory], directory: ".", env: {} });

  it("C2: names the sub-folder that cannot be read, and skips lost+found", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x") });
    await openToAll(views.path);
    await mkdir(join(views.path, "lost+found"), { mode: 0o700 });
    const skipped = await hash(views.path);
    expect([skipped.exitCode, skipped.stderr]).toEqual([0, ""]);
    const secret = join(views.path, "secret");
    await mkdir(secret);
    await chmod(secret, 0o000);
    const { exitCode, stderr } = await hash(views.path);
    await chmod(secret, 0o755);
    expect([exitCode, stderr]).toEqual([
      2,
      `Cannot load catalog "${views.path}": permission denied: "secret"\n`,
    ]);
  });

  it("C2: names the file that cannot be read", async () => {
    await using views = await createViewsDirectory({ "a.yaml": viewYaml("x"), "sub/b.yaml": viewYaml("y") });
    await openToAll(views.path);
    await chmod(join(views.path, "sub"), 0o755);
    await chmod(join(views.path, "sub/b.yaml"), 0o000);
    const { exitCode, stderr } = await hash(views.path);
    expect([exitCode, stderr]).toEqual([
      2,
      `Cannot load catalog "${views.path}": permission denied: "sub/b.yaml"\n`,
    ]);
  });

  it("C3: takes .yaml and .yml in any case", async () => {
    const texts = { VIEW_X: viewYaml("x"), b: viewYaml("y"), c: viewYaml("z") };
    await using odd = await createViewsDirectory({
      "VIEW_X.YAML": texts.VIEW_X,
      "b.Yml": texts.b,
      "c.yAML": texts.c,
    });
    await using plain = await createViewsDirectory({
      "VIEW_X.yaml": texts.VIEW_X,
      "b.yml": texts.b,
      "c.yaml": texts.c,
    });
    for (const { path } of [odd, plain]) await openToAll(path);
    const [first, second] = [await hash(odd.path), await hash(plain.path)];
    expect(first).toEqual({ ...second, exitCode: 0 });
  });
});
