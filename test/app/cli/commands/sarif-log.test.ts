import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { DIAGNOSTIC_RULES } from "../../../../src/app/cli/commands/diagnostic-rules.ts";
import { createSarifLog } from "../../../../src/app/cli/commands/sarif-log.ts";
import type { Diagnostic } from "../../../../src/domain/view/diagnostic.ts";
import type { Language } from "../../../../src/lib/language.ts";

const message = {
  type: "object",
  required: ["text"],
  properties: { text: { type: "string", minLength: 1 } },
};
/** One text, whole sentences of it. */
const sentences = {
  type: "object",
  required: ["text"],
  properties: { text: { type: "string", pattern: "\\.$" } },
};
const uri = { type: "string", pattern: "^[A-Za-z0-9%._~!()*'/-]+$" };

/** What SARIF 2.1.0 requires of the objects that are used here, written from the standard. */
const SARIF_SUBSET = {
  type: "object",
  required: ["version", "runs"],
  properties: {
    version: { const: "2.1.0" },
    runs: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        required: ["tool", "results"],
        properties: {
          tool: {
            type: "object",
            required: ["driver"],
            properties: {
              driver: {
                type: "object",
                required: ["name", "version", "semanticVersion", "rules"],
                properties: {
                  semanticVersion: { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+" },
                  rules: {
                    type: "array",
                    uniqueItems: true,
                    items: {
                      type: "object",
                      required: [
                        "id",
                        "name",
                        "shortDescription",
                        "fullDescription",
                        "help",
                        "defaultConfiguration",
                      ],
                      properties: {
                        name: { type: "string", pattern: "^([A-Z][a-z0-9]+)+$" },
                        shortDescription: message,
                        fullDescription: message,
                        help: { ...message, required: ["text", "markdown"] },
                      },
                    },
                  },
                },
              },
            },
          },
          columnKind: { const: "utf16CodeUnits" },
          originalUriBaseIds: {
            type: "object",
            additionalProperties: {
              type: "object",
              properties: { uri: { type: "string", pattern: "^file:///.*/$" } },
            },
          },
          results: {
            type: "array",
            items: {
              type: "object",
              required: ["message", "ruleId", "ruleIndex", "level", "locations", "partialFingerprints"],
              properties: {
                message: sentences,
                partialFingerprints: {
                  type: "object",
                  minProperties: 1,
                  additionalProperties: { type: "string", pattern: "^[0-9a-f]{64}$" },
                },
                level: { enum: ["none", "note", "warning", "error"] },
                ruleIndex: { type: "integer", minimum: 0 },
                locations: {
                  type: "array",
                  minItems: 1,
                  items: {
                    type: "object",
                    required: ["physicalLocation"],
                    properties: {
                      physicalLocation: {
                        type: "object",
                        required: ["artifactLocation", "region"],
                        properties: {
                          artifactLocation: {
                            type: "object",
                            required: ["uri"],
                            properties: { uri, uriBaseId: { type: "string" } },
                          },
                          region: {
                            type: "object",
                            required: ["startLine", "startColumn"],
                            properties: {
                              startLine: { type: "integer", minimum: 1 },
                              startColumn: { type: "integer", minimum: 1 },
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

interface Run {
  readonly tool: {
    readonly driver: {
      readonly rules: readonly {
        readonly id: string;
        readonly fullDescription: { readonly text: string };
        readonly help: { readonly markdown: string };
        readonly shortDescription: { readonly text: string };
      }[];
    };
  };
  readonly results: readonly {
    readonly partialFingerprints: object;
    readonly message: { readonly text: string };
    readonly ruleId: string;
    readonly ruleIndex: number;
    readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: object } }[];
  }[];
}

const CODES = Object.keys(DIAGNOSTIC_RULES) as readonly Diagnostic["code"][];

function english(code: Diagnostic["code"]) {
  const { level, rule, help } = DIAGNOSTIC_RULES[code];
  return { level, rule: rule.en, help: help.en };
}

function diagnostic(file: string, code: Diagnostic["code"] = "yaml-syntax"): Diagnostic {
  const place = { file, line: 3, column: 7, pointer: "/a~1b" };
  return { severity: "error", code, ...place, message: "it is wrong", hint: "write it right" };
}

function runOf(directory: string, diagnostics: readonly Diagnostic[], language: Language = "en"): Run {
  const log = JSON.parse(JSON.stringify(createSarifLog(directory, diagnostics, language))) as {
    readonly runs: readonly [Run];
  };
  const validate = new Ajv({ strictTypes: false }).compile(SARIF_SUBSET);
  validate(log);
  expect(validate.errors ?? []).toEqual([]);
  return log.runs[0];
}

function artifact(directory: string, file: string): unknown {
  return runOf(directory, [diagnostic(file)]).results[0]?.locations[0]?.physicalLocation.artifactLocation;
}

describe("createSarifLog()", () => {
  test("createSarifLog() has what SARIF 2.1.0 requires, with a rule for every code", () => {
    const run = runOf(
      "data/views",
      CODES.map((code) => diagnostic("data/views/a.yaml", code)),
    );
    expect(run.results.map(({ ruleIndex }) => run.tool.driver.rules[ruleIndex]?.id)).toEqual(CODES);
    expect(runOf("data/views", []).results).toEqual([]);
  });

  test("C9: createSarifLog() has for every rule what Microsoft's multitool asks of logs for GitHub", () => {
    const { rules } = runOf("data/views", []).tool.driver;
    expect(new Set(rules.map(({ id }) => id)).size).toBe(CODES.length);
    // Kept apart by hosts: a list shows the short one, a page the full one.
    for (const { shortDescription, fullDescription } of rules) {
      expect(fullDescription.text.length).toBeGreaterThan(shortDescription.text.length);
      expect(shortDescription.text).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("C9: createSarifLog() gives a finding the same fingerprint wherever it stands in its file, and each its own", () => {
    const prints = (...diagnostics: readonly Diagnostic[]) =>
      runOf("views", diagnostics).results.map(({ partialFingerprints }) =>
        JSON.stringify(partialFingerprints),
      );
    const one = diagnostic("views/a.yaml");
    const others = [diagnostic("views/b.yaml"), diagnostic("views/a.yaml", "key-type")];
    const before = prints(one, ...others);
    expect(prints({ ...one, line: 80, column: 2 }, ...others)).toEqual(before);
    expect(new Set(before).size).toBe(3);
    expect(new Set(prints(one, { ...one, line: 9 })).size).toBe(2);
  });

  test("createSarifLog() gives a diagnostic the same fingerprint in each language", () => {
    const translations = { pt: { message: "está errado", hint: "escreva certo" } };
    const diagnostics = [{ ...diagnostic("views/a.yaml"), translations }];
    const [[english], [portuguese]] = [
      runOf("views", diagnostics).results,
      runOf("views", diagnostics, "pt").results,
    ];
    expect(portuguese?.message.text).toBe("Está errado; escreva certo.");
    expect(portuguese?.partialFingerprints).toEqual(english?.partialFingerprints);
  });

  test("C9: createSarifLog() has the whole help in the log itself, and names no host but that of its own schema", () => {
    const log = createSarifLog("data/views", [diagnostic("data/views/a.yaml")]);
    const { rules } = runOf("data/views", []).tool.driver;
    for (const { id, help } of rules) {
      const { rule, help: text } = english(id as Diagnostic["code"]);
      expect(help.markdown).toContain(`**${rule}**`);
      expect(help.markdown).toContain(text);
    }
    const hosts = JSON.stringify(log).match(/https?:\/\/[^/"]+/g) ?? [];
    expect(new Set(hosts)).toEqual(new Set(["https://docs.oasis-open.org"]));
  });

  test("C9: docs/diagnostics.md has every rule", () => {
    const manual = readFileSync(resolve(import.meta.dirname, "../../../../docs/diagnostics.md"), "utf8");
    const sections = CODES.map((code) => {
      const { level, rule, help } = english(code);
      return `## ${code}\n\n${level === "error" ? "Error" : "Warning"}. ${rule} ${help}\n`;
    });
    expect(manual.slice(manual.indexOf("\n## ") + 1)).toBe(sections.join("\n"));
  });

  test("createSarifLog() names files below the working directory as seen from there", () => {
    expect(artifact("data/views", "data/views/sub/a b#ç.yaml")).toEqual({
      uri: "data/views/sub/a%20b%23%C3%A7.yaml",
    });
    expect(artifact(join(process.cwd(), "views"), join(process.cwd(), "views/a.yaml"))).toEqual({
      uri: "views/a.yaml",
    });
  });

  test("createSarifLog() names other files as seen from the catalog's folder", () => {
    const expected = { uri: "sub/a.yaml", uriBaseId: "VIEWSROOT" };
    expect(artifact("/elsewhere/views", "/elsewhere/views/sub/a.yaml")).toEqual(expected);
    expect(artifact("../views", "../views/sub/a.yaml")).toEqual(expected);
    expect(artifact("/elsewhere/views", "/elsewhere/views")).toEqual({ uri: "./", uriBaseId: "VIEWSROOT" });
  });
});
