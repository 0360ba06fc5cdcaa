import process from "node:process";
import { parseArgs } from "node:util";
import { READER_LANGUAGES } from "../../src/domain/view/reader-languages.ts";
import { compareDocuments, DOCUMENT_SOURCES, type DocumentSource } from "./compare-documents.ts";
import { findPyyaml } from "./find-pyyaml.ts";
import { findReaders, type ReaderProgram } from "./reader-programs.ts";
import { startReader } from "./run-reader.ts";

/**
 * The long form: generated documents through a real reader; prints seeds, and fails on a difference that Mosaic does not
 * warn of. `--readers ruby,php,r,java,go` takes the readers of these languages, where installed, instead of PyYAML.
 */
const { values } = parseArgs({
  options: {
    documents: { type: "string", default: "100000" },
    lines: { type: "string", default: "100000" },
    mutants: { type: "string", default: "9000" },
    readers: { type: "string", default: "" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const seed = Number(values.seed);

if (values.readers === "") await compareAll(await findPyyaml(print));
else await compareOthers(values.readers.split(","));

async function compareOthers(names: readonly string[]): Promise<void> {
  const languages = READER_LANGUAGES.filter((language) => names.includes(language));
  if (languages.length < names.length) throw new RangeError(`--readers takes ${READER_LANGUAGES.join(",")}`);
  await using installed = await findReaders(languages);
  for (const name of installed.missing) print(`${name}: not installed, so not run`);
  for (const program of installed.programs) await compareAll(program);
}

async function compareAll(program: ReaderProgram): Promise<void> {
  await using reader = startReader(program.command, program.args);
  for (const source of Object.keys(DOCUMENT_SOURCES) as readonly DocumentSource[]) {
    const count = Number(values[source]);
    const language = READER_LANGUAGES.find((name) => name === program.name);
    const { counts, faults } = await compareDocuments(reader, source, { count, seed, language });
    const figures = Object.entries(counts).map(([what, figure]) => `${figure} ${what}`);
    print(
      `${program.version}: ${count} ${source} from seed ${seed}: ${figures.join(", ")}, ${faults.length} faults`,
    );
    for (const fault of faults.slice(0, 20)) print(`  ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
  }
}
