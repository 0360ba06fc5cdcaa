import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ReaderName } from "./reader-programs.ts";
import type { Reading } from "./reading.ts";

/** A document, and what each reader makes of it: `=` where it has the value that Mosaic has. */
export interface TableRow {
  readonly name: string;
  readonly document: string;
  readonly readings: Readonly<Partial<Record<ReaderName, Reading | "=">>>;
}

/** Documents that YAML readers take for different things, with what real readers made of them. */
export interface ReadersTable {
  /** Of the readers that were run. */
  readonly versions: Readonly<Partial<Record<ReaderName, string>>>;
  readonly rows: readonly TableRow[];
}

const FILE = join(import.meta.dirname, "yaml-readers.json");

export function readTable(): ReadersTable {
  return JSON.parse(readFileSync(FILE, "utf8")) as ReadersTable;
}

export function writeTable({ versions, rows }: ReadersTable): void {
  const lines = rows.map((row) => `    ${escaped(JSON.stringify(row))}`);
  writeFileSync(
    FILE,
    `{\n  "versions": ${JSON.stringify(versions)},\n  "rows": [\n${lines.join(",\n")}\n  ]\n}\n`,
  );
}

/** Line breaks that only some see, and what no editor shows, would make the file hard to work with. */
function escaped(json: string): string {
  return json.replace(
    /[\u007f-\u00a0\u2028\u2029\ufeff\ud800-\udfff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
