import process from "node:process";
import { describe, expect, test } from "vitest";
import { compareDocuments, DOCUMENT_SOURCES, type DocumentSource } from "./compare-documents.ts";
import { findPyyaml } from "./find-pyyaml.ts";
import { startReader } from "./run-reader.ts";

const SEED = 20_260_401;
const SOURCES = Object.keys(DOCUMENT_SOURCES) as readonly DocumentSource[];

describe("compareDocuments()", () => {
  test.each(SOURCES)(
    "compareDocuments() finds no silent difference in %s",
    { timeout: 300_000 },
    async (source) => {
      const program = await findPyyaml((line) => void process.stderr.write(`readers: ${line}\n`));
      await using pyyaml = startReader(program.command, program.args);
      const { counts, faults } = await compareDocuments(pyyaml, source, { count: 400, seed: SEED });
      expect(faults).toEqual([]);
      expect(counts.agreed).toBeGreaterThan(50);
      expect(counts["warned of"]).toBeGreaterThan(5);
    },
  );
});
