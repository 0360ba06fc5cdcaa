import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { READER_LANGUAGES } from "../../src/domain/view/reader-languages.ts";
import { compareDocuments, DOCUMENT_SOURCES, type DocumentSource } from "./compare-documents.ts";
import { findReaders, type InstalledReaders } from "./reader-programs.ts";
import { startReader } from "./run-reader.ts";

const SEED = 20_260_403;
const SOURCES = Object.keys(DOCUMENT_SOURCES) as readonly DocumentSource[];

let installed: InstalledReaders;

beforeAll(async () => {
  installed = await findReaders(READER_LANGUAGES);
  if (installed.missing.length > 0)
    process.stderr.write(`readers: not installed, so not run: ${installed.missing.join(", ")}\n`);
}, 120_000);
afterAll(() => installed[Symbol.asyncDispose]());

describe("compareDocuments() with the readers of other languages", () => {
  test.each(READER_LANGUAGES)(
    "compareDocuments() finds no silent difference to the reader of %s",
    { timeout: 300_000 },
    async (language) => {
      const program = installed.programs.find(({ name }) => name === language);
      if (program === undefined) return;
      await using reader = startReader(program.command, program.args);
      for (const source of SOURCES) {
        const { counts, faults } = await compareDocuments(reader, source, {
          count: 200,
          seed: SEED,
          language,
        });
        expect(faults).toEqual([]);
        expect(counts.agreed).toBeGreaterThan(20);
      }
    },
  );
});
