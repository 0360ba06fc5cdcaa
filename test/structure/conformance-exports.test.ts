import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import * as entry from "../../src/conformance.ts";

const FOLDER = resolve(import.meta.dirname, "../../src/conformance");

test("the entry conformance exports every list of broken adapters", () => {
  const texts = readdirSync(FOLDER).map((name) => readFileSync(resolve(FOLDER, name), "utf8"));
  const lists = texts.flatMap((text) => [...text.matchAll(/^export const (BROKEN_\w+)/gm)]);
  // A list that another list contains is exported by it.
  const contained = texts.flatMap((text) => [...text.matchAll(/^ *\.\.\.(BROKEN_\w+)/gm)]);
  const inner = new Set(contained.map(([, name]) => name));
  const names = lists.map(([, name]) => name ?? "").filter((name) => !inner.has(name));
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !(name in entry))).toEqual([]);
});
