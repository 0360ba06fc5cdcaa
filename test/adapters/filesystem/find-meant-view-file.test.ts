import { describe, expect, test } from "vitest";
import { suggestViewFileName } from "../../../src/adapters/filesystem/find-meant-view-file.ts";

describe("C3: suggestViewFileName()", () => {
  test.each([
    ["c.yaml.txt", "c.yaml"],
    ["c.YML.TXT", "c.yml"],
    ["c.yaml.md", "c.yaml"],
    ["c.yaml ", "c.yaml"],
    ["c.yaml.", "c.yaml"],
    ["c.yaml (1)", "c.yaml"],
    ["c.yaml2", "c.yaml"],
    ["c.yalm", "c.yaml"],
    ["c.ymal", "c.yaml"],
    ["c.yamll", "c.yaml"],
    ["c.yam", "c.yaml"],
    ["c.ymll", "c.yaml"],
    ["c.yl", "c.yml"],
    ["c.ylm", "c.yml"],
    ["c.tml", "c.yml"],
    ["c.taml", "c.yaml"],
    ["c,yaml", "c.yaml"],
    ["c_yml", "c.yml"],
    ["c.ｙａｍｌ.txt", "c.yaml"],
  ])("C3: suggestViewFileName() takes %j for a view that is called %s", (name, meant) => {
    expect(suggestViewFileName(name)).toBe(meant);
  });

  test.each([
    "README.md",
    "a.json",
    "a.xml",
    "a.toml",
    "a.eml",
    "a.txt",
    "a.sql",
    "a.yaml.bak",
    "a.yaml~",
    "a.yaml.orig",
    "a.yaml.swp",
    "a.yaml.tmp",
    "a.yaml.gz",
    "a.yaml.disabled",
    "#a.yaml#",
    "yaml",
    "a.ma",
    "a.all",
    "views.manifest.json",
    "LICENSE",
  ])("C3: suggestViewFileName() leaves %s alone", (name) => {
    expect(suggestViewFileName(name)).toBeUndefined();
  });
});
