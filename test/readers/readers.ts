import process from "node:process";
import { parseArgs } from "node:util";
import { readWithMosaic } from "./read-with-mosaic.ts";
import { findReaders, READER_NAMES, type ReaderName, type ReaderProgram } from "./reader-programs.ts";
import { type ReadersTable, readTable, type TableRow, writeTable } from "./readers-table.ts";
import { isSameReading, type Reading, showReading, sortReading } from "./reading.ts";
import { startReader } from "./run-reader.ts";

/** Gives the documents of the table to the real readers of this machine, and prints what moved; `--write` keeps it. */
const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
const print = (line: string): void => void process.stdout.write(`${line}\n`);

await using installed = await findReaders();
const table = readTable();
const read = new Map<ReaderName, readonly (Reading | "=")[]>();
let moved = 0;
for (const program of installed.programs) {
  const readings = await readAll(program, table.rows);
  read.set(program.name, readings);
  moved += report(program, table, readings);
}
for (const name of installed.missing) print(`${name}: not installed, so not run`);
if (values.write) writeTable(updated(table));
else if (moved > 0) print(`${moved} readings moved; npm run readers -- --write keeps them`);
process.exitCode = moved > 0 && !values.write ? 1 : 0;

async function readAll(
  program: ReaderProgram,
  rows: readonly TableRow[],
): Promise<readonly (Reading | "=")[]> {
  await using reader = startReader(program.command, program.args);
  const readings: (Reading | "=")[] = [];
  for (const { document } of rows) {
    const [theirs, { value }] = [await reader.read(document), readWithMosaic(document)];
    readings.push(value !== undefined && isSameReading(value, theirs) ? "=" : sortReading(theirs));
  }
  return readings;
}

function report(
  { name, version }: ReaderProgram,
  { versions, rows }: ReadersTable,
  readings: readonly (Reading | "=")[],
): number {
  print(`${name}: ${version}, in the table ${versions[name] ?? "not yet"}`);
  const show = (reading: Reading | "=" | undefined): string =>
    reading === undefined || reading === "=" ? (reading ?? "nothing") : showReading(reading).slice(0, 120);
  const changes = rows.flatMap(({ name: row, readings: known }, index) => {
    const [before, after] = [known[name], readings[index]];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    return [`  ${row.slice(0, 60)}: ${show(before)} -> ${show(after)}`];
  });
  for (const change of changes) print(change);
  return changes.length;
}

function updated({ versions, rows }: ReadersTable): ReadersTable {
  const now = Object.fromEntries(installed.programs.map(({ name, version }) => [name, version]));
  return {
    versions: { ...versions, ...now },
    rows: rows.map(({ name, document, readings }, index) => ({
      name,
      document,
      readings: Object.fromEntries(
        READER_NAMES.flatMap((reader) => {
          const reading = read.get(reader)?.[index] ?? readings[reader];
          return reading === undefined ? [] : [[reader, reading]];
        }),
      ),
    })),
  };
}
