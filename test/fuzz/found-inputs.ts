import { checkCache } from "./targets/cache-target.ts";
import { checkRecord } from "./targets/records-target.ts";
import { checkSettings } from "./targets/settings-target.ts";
import { checkViewFile } from "./targets/views-target.ts";

/** An input that once did harm, and what has to become of it. */
export interface FoundInput {
  readonly name: string;
  readonly outcome: string;
  readonly check: () => string;
}

/** Piece after piece, nearly as long as is looked at. */
function filled(piece: string, length: number): string {
  return piece.repeat(Math.floor(length / piece.length));
}

function viewFile(text: string): string {
  return checkViewFile({ path: "view_a.yaml", bytes: new TextEncoder().encode(text) });
}

function cached(key: string, text: string): string {
  return checkCache({ values: { [key]: new TextEncoder().encode(text) } });
}

const FILE_LENGTH = 1_048_500;
const SYNONYMS = Array.from({ length: 15_000 }, (_, index) => `k${index}: 1`).join(", ");

/** Each held everything else up for seconds, or gave a message without end, or one with a password. */
export const FOUND_INPUTS: readonly FoundInput[] = [
  ...[",", "[]", "%\n", "a: [\n"].map((piece) => ({
    name: `a view file of nothing but ${JSON.stringify(piece)}`,
    outcome: "refused",
    check: () => viewFile(filled(piece, FILE_LENGTH)),
  })),
  {
    name: "a view file of a list that is nothing but commas",
    outcome: "refused",
    check: () => viewFile(`columns: [${filled(",", 90_000)}`),
  },
  {
    name: "a view file of aliases with no name, each on a line",
    outcome: "refused",
    check: () => viewFile(`? ${filled("*\n", 60_000)}BVMF:HGLG11`),
  },
  {
    name: "a view file of synonyms that are no lists",
    outcome: "refused",
    check: () => viewFile(`columns: [a]\nidentifiers: []\nask: {synonyms: {${SYNONYMS}}}`),
  },
  {
    name: "a view file of synonyms without values",
    outcome: "a view",
    check: () =>
      viewFile(`columns: [a]\nidentifiers: []\nask: {synonyms: {${SYNONYMS.replaceAll(": 1", ": null")}}}`),
  },
  {
    name: "a cached view of two million columns that are numbers",
    outcome: "hash-mismatch",
    check: () => cached("views:view_a", `{"columns": [${filled("1,", 4_194_000)}1], "identifiers": []}`),
  },
  {
    name: "a cached view of a million columns without a name",
    outcome: "hash-mismatch",
    check: () => cached("views:view_a", `{"columns": [${filled("{},", 4_194_000)}1], "identifiers": []}`),
  },
  {
    name: "a cached view with a synonym of 4,300 digits",
    outcome: "hash-mismatch",
    check: () => {
      const synonyms = `{"synonyms": {"a": [${"9".repeat(4_300)}]}}`;
      return cached("views:view_a", `{"columns": ["a"], "identifiers": [], "ask": ${synonyms}}`);
    },
  },
  {
    name: "a cached view with a synonym of a key of a megabyte",
    outcome: "hash-mismatch",
    check: () => {
      const synonyms = `{"synonyms": {"${filled("a", 1_000_000)}": 1}}`;
      return cached("views:view_a", `{"columns": ["a"], "identifiers": [], "ask": ${synonyms}}`);
    },
  },
  {
    name: "a URL whose user holds a slash and whose password has lost its at sign",
    outcome: "refused",
    check: () => checkSettings({ REDIS_URL: "rediss://us../etc/passwder:never-shownredis.example:6379/1" }),
  },
  {
    name: "a state of sixteen megabytes",
    outcome: "verified",
    check: () => cached("catalog:state", `[${filled("1,", 16_000_000)}1]`),
  },
  {
    name: "a list of a million replicas",
    outcome: "ids",
    check: () => checkRecord({ kind: "ids", bytes: manyIds(), text: "" }),
  },
];

function manyIds(): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify(Array.from({ length: 1_000_000 }, (_, index) => `a${index}`)),
  );
}
