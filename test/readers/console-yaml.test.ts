import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toYaml } from "../../src/app/console/yaml-text.js";
import { parseJson } from "../../src/domain/json/parse-json.ts";
import { findReaders, type InstalledReaders, READER_NAMES } from "./reader-programs.ts";
import { isSameReading, showReading } from "./reading.ts";
import { startReader } from "./run-reader.ts";

/** Numbers as the catalog's JSON has them: YAML 1.1 takes those with an exponent and no dot for texts. */
const NUMBERS = [
  "1e-05",
  "2e+16",
  "-1e-07",
  "1e22",
  "1.5e+300",
  "1.25e-07",
  "1.0",
  "-0.0",
  "0.1",
  "42",
  "-7",
];

let installed: InstalledReaders;

beforeAll(async () => {
  installed = await findReaders();
  if (installed.missing.length > 0)
    process.stderr.write(`console's YAML: not installed, so not run: ${installed.missing.join(", ")}\n`);
}, 120_000);
afterAll(() => installed[Symbol.asyncDispose]());

describe("the YAML that the console shows", () => {
  test.each(READER_NAMES)(
    "the reader of %s reads the numbers as Mosaic has them",
    { timeout: 120_000 },
    async (name) => {
      const program = installed.programs.find((candidate) => candidate.name === name);
      if (program === undefined) return;
      await using reader = startReader(program.command, program.args);
      const wrong: string[] = [];
      for (const number of NUMBERS) {
        const json = `{"number": ${number}}`;
        const reading = await reader.read(toYaml(json));
        if (!isSameReading(parseJson(json), reading)) wrong.push(`${number}: ${showReading(reading)}`);
      }
      expect(wrong).toEqual([]);
    },
  );

  test("a number with an exponent and no dot is no number to PyYAML", async () => {
    const program = installed.programs.find(({ name }) => name === "python");
    if (program === undefined) return;
    await using reader = startReader(program.command, program.args);
    expect(await reader.read("number: 1e-05\n")).toEqual([
      "map",
      [
        [
          ["str", "number"],
          ["str", "1e-05"],
        ],
      ],
    ]);
  });
});
