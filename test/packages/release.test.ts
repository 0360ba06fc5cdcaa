import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createGuardedDirectory, type GuardedDirectory } from "../support/guarded-directory.ts";
import { type MainRun, runToEnd } from "../support/run-main.ts";
import { RUNTIMES } from "../support/runtimes.ts";

const ROOT = join(import.meta.dirname, "../..");
const [NODE] = RUNTIMES;

/** A repository with the script and one commit: what is refused is refused before anything is built. */
async function createRepository(changelog: string): Promise<GuardedDirectory> {
  const directory = await createGuardedDirectory("mosaic-release-");
  const { path } = directory;
  await cp(join(ROOT, "scripts/release.ts"), join(path, "scripts/release.ts"));
  await writeFile(join(path, "package.json"), '{"name": "mosaic", "version": "9.9.9", "type": "module"}');
  await writeFile(join(path, "CHANGELOG.md"), changelog);
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
    [...author, "commit", "--quiet", "--message", "all"],
  ])
    expect(await runToEnd("git", { args, directory: path })).toMatchObject({ exitCode: 0 });
  return directory;
}

function release({ path }: GuardedDirectory): Promise<MainRun> {
  return runToEnd(NODE?.command ?? "node", { args: ["scripts/release.ts"], directory: path });
}

test("npm run release refuses a tree with changes", async () => {
  await using repository = await createRepository("## [9.9.9]");
  await writeFile(join(repository.path, "new.txt"), "new");
  expect(await release(repository)).toMatchObject({
    exitCode: 1,
    stderr: "Cannot release 9.9.9: The tree has changes that are not committed\n",
  });
});

test("npm run release refuses a version that the changelog does not have", async () => {
  await using repository = await createRepository("## [9.9.8]");
  expect(await release(repository)).toMatchObject({
    exitCode: 1,
    stderr: "Cannot release 9.9.9: CHANGELOG.md has no section [9.9.9]\n",
  });
});
