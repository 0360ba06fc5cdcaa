import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../src/domain/view/diagnostic.ts";
import type { ReaderLanguage } from "../../src/domain/view/reader-languages.ts";
import { readWithMosaic } from "./read-with-mosaic.ts";
import { isSameReading, showReading } from "./reading.ts";
import type { RunningReader } from "./run-reader.ts";
import { drawLines } from "./view-lines.ts";
import { drawDocument, mutateView } from "./yaml-documents.ts";

/** What became of documents that another reader has read beside Mosaic. */
export interface ComparedDocuments {
  readonly counts: Readonly<Record<"agreed" | "left out" | "refused by Mosaic" | "warned of", number>>;
  /** Read differently without a warning, or warned of for nothing; with the seed that gives the document again. */
  readonly faults: readonly string[];
}

/** How the documents are made: of all forms, by small changes of the shipped views, or of lines that views have. */
export const DOCUMENT_SOURCES = {
  documents: drawDocument,
  lines: drawLines,
  mutants: (seed: number): string => mutateView(SAMPLE[seed % SAMPLE.length] ?? "", seed),
} as const;
export type DocumentSource = keyof typeof DOCUMENT_SOURCES;

const VIEWS = join(import.meta.dirname, "../../data/views");
const SAMPLE = readdirSync(VIEWS)
  .toSorted()
  .map((file) => readFileSync(join(VIEWS, file), "utf8"));

const BATCH = 500;

/** Which documents, and whose reading: without a language that of PyYAML, which every view is compared with. */
export interface CompareOptions {
  readonly count: number;
  readonly seed: number;
  readonly language?: ReaderLanguage | undefined;
}

/** Gives so many documents to a reader and to Mosaic. */
export async function compareDocuments(
  reader: RunningReader,
  source: DocumentSource,
  { count, seed, language }: CompareOptions,
): Promise<ComparedDocuments> {
  const counts = { agreed: 0, "left out": 0, "refused by Mosaic": 0, "warned of": 0 };
  const faults: string[] = [];
  const compareOne = async (own: number): Promise<void> => {
    const drawn = DOCUMENT_SOURCES[source](own);
    // R is warned of lists of one in each document, which would hide all the rest.
    const document = language === "r" ? drawn.replaceAll("[a]", "[a, b]") : drawn;
    const { value, warnings } = readWithMosaic(document, language === undefined ? [] : [language]);
    if (value === undefined) {
      counts["refused by Mosaic"] += 1;
      return;
    }
    if (language === "php" && PROPERTY.test(document)) {
      counts["left out"] += 1;
      return;
    }
    const theirs = await reader.read(document);
    const isSame = isSameReading(value, theirs);
    // What PyYAML is warned of may be read as Mosaic reads it in another language.
    const said = warnings.filter(({ code }) => !isSame || language === undefined || code === OTHERS);
    if (isSame !== said.length > 0) counts[isSame ? "agreed" : "warned of"] += 1;
    else faults.push(`seed ${own}: ${describe(said[0])}; read as ${showReading(theirs).slice(0, 300)}`);
  };
  for (let first = seed; first < seed + count; first += BATCH) {
    const batch = Math.min(BATCH, seed + count - first);
    await Promise.all(Array.from({ length: batch }, (_, index) => compareOne(first + index)));
  }
  return { counts, faults };
}

/** Tags, anchors and aliases: the reader of PHP is not given these, since it has no reading of some of them. */
const PROPERTY = /(?:^|[\s[{,])[!&*]/;

const OTHERS: Diagnostic["code"] = "yaml-readers-differ";

function describe(warning: Diagnostic | undefined): string {
  return warning === undefined ? "no warning" : `${warning.line}:${warning.column} ${warning.message}`;
}
