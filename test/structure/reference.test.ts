import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { cliReference } from "../../scripts/reference/cli-reference.ts";
import { httpReference } from "../../scripts/reference/http-reference.ts";
import { jsonFields } from "../../scripts/reference/json-fields.ts";
import { messageOf, settingsReference } from "../../scripts/reference/settings-reference.ts";
import { SETTING_GROUPS } from "../../src/app/settings/setting-texts.ts";
import { settingsSchema } from "../../src/app/settings/settings-schema.ts";

const REFERENCE = resolve(import.meta.dirname, "../../docs/reference");
const TEXTS = Object.values(SETTING_GROUPS).flatMap((settings) => Object.entries(settings));

describe("docs/reference", () => {
  test.each([
    ["http.md", httpReference],
    ["cli.md", cliReference],
    ["settings.md", settingsReference],
  ])("%s is what npm run reference makes of the sources", async (name, make) => {
    expect(await readFile(resolve(REFERENCE, name), "utf8")).toBe(make());
  });

  test("has every setting once", () => {
    expect(TEXTS.map(([name]) => name).sort()).toEqual(Object.keys(settingsSchema.entries).sort());
  });

  test.each(TEXTS.flatMap(([name, { wrong }]) => wrong.map((environment) => [name, environment] as const)))(
    "shows for %s a value that gives a message about it: %o",
    (name, environment) => {
      expect(messageOf(environment)).toContain(name);
    },
  );

  test("shows no value that is right", () => {
    expect(() => messageOf({ PORT: "8000" })).toThrow('Nothing is wrong with {"PORT":"8000"}');
  });
});

describe("jsonFields()", () => {
  test("describes members of members, of arrays and of named schemas", () => {
    const named = { Item: { type: "object", properties: { id: { type: "integer" } }, required: ["id"] } };
    const schema = {
      type: "object",
      properties: {
        items: { type: "array", items: { $ref: "#/components/schemas/Item" }, description: "All of them." },
        next: { type: ["string", "null"] },
      },
      required: ["items"],
    };
    expect(jsonFields(schema, named)).toEqual([
      { path: "items", type: "array of object", meaning: "All of them." },
      { path: "items[].id", type: "integer", meaning: "" },
      { path: "next", type: "string or null, optional", meaning: "" },
    ]);
  });

  test("joins the forms that a value may have", () => {
    const form = (state: string, more: object = {}) => ({
      type: "object",
      properties: { state: { const: state }, ...more },
      required: ["state"],
    });
    const schema = { oneOf: [form("absent"), form("active", { views: { type: "integer" } })] };
    expect(jsonFields(schema, {})).toEqual([
      { path: "state", type: '"absent" or "active"', meaning: "" },
      { path: "views", type: "integer, optional", meaning: "" },
    ]);
  });
});
