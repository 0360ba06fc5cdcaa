import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readWithMosaic } from "./read-with-mosaic.ts";
import { isSameReading, showReading } from "./reading.ts";
import type { RunningReader } from "./run-reader.ts";
import { drawDocument, mutateView } from "./yaml-documents.ts";

/** What became of documents that PyYAML has read beside Mosaic. */
export interface ComparedDocuments {
  readonly counts: Readonly<Record<"agreed" | "refused by Mosaic" | "warned of", number>>;
  /** Read differently without a warning, or warned of for nothing; with the seed that gives the document again. */
  readonly faults: readonly string[];
}

/** How the documents are made: of all forms, or by small changes of the shipped views. */
export const DOCUMENT_SOURCES = {
  documents: drawDocument,
  mutants: (seed: number): string => mutateView(SAMPLE[seed % SAMPLE.length] ?? "", seed),
} as const;
export type DocumentSource = keyof typeof DOCUMENT_SOURCES;

const VIEWS = join(import.meta.dirname, "../../data/views");
const SAMPLE = readdirSync(VIEWS)
  .toSorted()
  .map((file) => readFileSync(join(VIEWS, file), "utf8"));

const BATCH = 500;

/** Gives so many documents to PyYAML and to Mosaic. */
export async function compareDocuments(
  pyyaml: RunningReader,
  source: DocumentSource,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<ComparedDocuments> {
  const counts = { agreed: 0, "refused by Mosaic": 0, "warned of": 0 };
  const faults: string[] = [];
  const compareOne = async (own: number): Promise<void> => {
    const document = DOCUMENT_SOURCES[source](own);
    const { value, warnings } = readWithMosaic(document);
    if (value === undefined) {
      counts["refused by Mosaic"] += 1;
      return;
    }
    const theirs = await pyyaml.read(document);
    const isSame = isSameReading(value, theirs);
    if (isSame !== warnings.length > 0) counts[isSame ? "agreed" : "warned of"] += 1;
    else {
      const [warning] = warnings;
      const said =
        warning === undefined ? "no warning" : `${warning.line}:${warning.column} ${warning.message}`;
      faults.push(`seed ${own}: ${said}; PyYAML reads ${showReading(theirs).slice(0, 300)}`);
    }
  };
  for (let first = seed; first < seed + count; first += BATCH) {
    const batch = Math.min(BATCH, seed + count - first);
    await Promise.all(Array.from({ length: batch }, (_, index) => compareOne(first + index)));
  }
  return { counts, faults };
}
