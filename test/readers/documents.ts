import process from "node:process";
import { parseArgs } from "node:util";
import { compareDocuments, type DocumentSource } from "./compare-documents.ts";
import { findPyyaml } from "./find-pyyaml.ts";
import { startReader } from "./run-reader.ts";

/** The long form: generated documents and mutated views through real PyYAML; prints seeds, fails on a silent difference. */
const { values } = parseArgs({
  options: {
    documents: { type: "string", default: "100000" },
    mutants: { type: "string", default: "9000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const program = await findPyyaml(print);
await using pyyaml = startReader(program.command, program.args);
const seed = Number(values.seed);
const sources: readonly DocumentSource[] = ["documents", "mutants"];
for (const source of sources) {
  const count = Number(values[source]);
  const { counts, faults } = await compareDocuments(pyyaml, source, { count, seed });
  const figures = Object.entries(counts).map(([what, figure]) => `${figure} ${what}`);
  print(
    `${program.version}: ${count} ${source} from seed ${seed}: ${figures.join(", ")}, ${faults.length} faults`,
  );
  for (const fault of faults.slice(0, 20)) print(`  ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
