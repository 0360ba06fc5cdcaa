import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { EQUIVALENT_MUTANTS } from "./equivalent-mutants.ts";
import { MUTATED_FILES } from "./mutated-files.ts";

const ROOT = resolve(import.meta.dirname, "../..");

test("MUTATED_FILES names files and tests that there are", () => {
  const named = MUTATED_FILES.flatMap(({ source, tests }) => [source, ...tests]);
  expect(named.filter((path) => !existsSync(resolve(ROOT, path)))).toEqual([]);
});

test("EQUIVALENT_MUTANTS names lines of mutated files", () => {
  const mutated = new Set(MUTATED_FILES.map(({ source }) => source));
  const lost = EQUIVALENT_MUTANTS.filter(({ file, line }) => {
    const lines = readFileSync(resolve(ROOT, file), "utf8").split("\n");
    return !mutated.has(file) || !lines.some((other) => other.trim() === line);
  });
  expect(lost).toEqual([]);
});
