import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { MUTATED_FILES } from "./mutated-files.ts";

const ROOT = resolve(import.meta.dirname, "../..");

test("MUTATED_FILES names files and tests that there are", () => {
  const named = MUTATED_FILES.flatMap(({ source, tests }) => [source, ...tests]);
  expect(named.filter((path) => !existsSync(resolve(ROOT, path)))).toEqual([]);
});
