import { expect, test } from "vitest";
import { createCatalogParser } from "../../../src/adapters/yaml/parse-catalog.ts";
import { viewYaml } from "../../support/views-directory.ts";

/** A file that counts how often it is read. */
function countedFile(version: number | undefined, column = "x") {
  const counted = {
    path: "a.yaml",
    version: version === undefined ? undefined : [version],
    reads: 0,
    read() {
      counted.reads += 1;
      return new TextEncoder().encode(viewYaml(column));
    },
  };
  return counted;
}

test.each([
  ["is not read again in the same version", 1, 1, 0],
  ["is read again in another version", 1, 2, 1],
  ["is read again where no version is known", undefined, undefined, 1],
  ["is read again where no version was known", undefined, 1, 1],
  ["is read again where no version is known any more", 1, undefined, 1],
])("createCatalogParser(): a file %s", async (_, first, second, reads) => {
  const parse = createCatalogParser("views");
  const sizes = [{ path: "a.yaml", bytes: 1 }];
  const before = await parse([countedFile(first)], { sizes });
  const again = countedFile(second);
  const after = await parse([again], { sizes });
  expect(again.reads).toBe(reads);
  expect(after).toEqual(before);
});

test("createCatalogParser() parses a file of another version with other bytes", async () => {
  const parse = createCatalogParser("views");
  const sizes = [{ path: "a.yaml", bytes: 1 }];
  const before = await parse([countedFile(1)], { sizes });
  const after = await parse([countedFile(2, "y")], { sizes });
  expect(
    after.kind === "loaded" && before.kind === "loaded" && after.catalog.hash !== before.catalog.hash,
  ).toBe(true);
});
