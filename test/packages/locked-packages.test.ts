import { describe, expect, test } from "vitest";
import { parseLockedPackages } from "./locked-packages.ts";

describe("parseLockedPackages()", () => {
  test("parseLockedPackages() reads names out of paths, aliases too, and leaves out the project and links", () => {
    const lock = {
      packages: {
        "": { version: "0.1.0" },
        "node_modules/@a/b": { version: "1.0.0" },
        "node_modules/c/node_modules/@a/b": { version: "2.0.0" },
        "node_modules/d": { name: "e", version: "3.0.0", optional: true },
        "node_modules/f": { link: true },
        "packages/f": {},
      },
    };
    expect(parseLockedPackages(JSON.stringify(lock))).toEqual([
      { name: "@a/b", versions: ["1.0.0", "2.0.0"], production: true },
      { name: "e", versions: ["3.0.0"], production: true },
    ]);
  });

  test.each([
    ["first", [true, undefined]],
    ["last", [undefined, true]],
  ])(
    "parseLockedPackages() takes for one of production what is that in any version, development's comes %s",
    (_, [one, two]) => {
      const lock = {
        packages: {
          "node_modules/a": { version: "1.0.0", dev: one },
          "node_modules/b/node_modules/a": { version: "2.0.0", dev: two },
          "node_modules/c/node_modules/a": { version: "2.0.0", dev: true },
          "node_modules/c": { version: "3.0.0", dev: true },
          "node_modules/d": { version: "4.0.0", devOptional: true },
        },
      };
      expect(parseLockedPackages(JSON.stringify(lock))).toEqual([
        { name: "a", versions: ["1.0.0", "2.0.0"], production: true },
        { name: "c", versions: ["3.0.0"], production: false },
        { name: "d", versions: ["4.0.0"], production: true },
      ]);
    },
  );

  test("parseLockedPackages() refuses a lock file of another kind", () => {
    expect(() => parseLockedPackages('{"dependencies": {}}')).toThrow();
  });
});
