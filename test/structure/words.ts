import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { HARD_WORDS } from "./documents.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A file of source code by its path from the project's root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A comment on one line, and the line at which it begins, from 1. */
interface Comment {
  readonly line: number;
  readonly text: string;
}

/** Every TypeScript and JavaScript file of src. */
export async function readSources(): Promise<readonly SourceFile[]> {
  const entries = await readdir(join(ROOT, "src"), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name))
    .map((entry) => posix.join(entry.parentPath.slice(ROOT.length + 1), entry.name))
    .sort();
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(ROOT, path), "utf8") })));
}

/** Blocks, line comments in adjacent lines, and comments after code; `//` and `/*` inside a word begin none. */
const COMMENT = /(?:^|[ \t(])\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n)+|[ \t]\/\/ .*$/gm;

export function commentsOf(text: string): readonly Comment[] {
  return [...text.matchAll(COMMENT)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    text: match[0].replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, " ").trim(),
  }));
}

/** Phrases of comments that were replaced: limits are maximum numbers, and moments, offsets and owners are named. */
const HARD_COMMENT = new RegExp(
  `${HARD_WORDS.source}|\\b(?:meanwhile|no news|one a line|under way|whose eyes|the most (?:\\w+ ){1,5}that (?:are|can|is|may)|which has been printed)\\b|@returns what ends`,
  "i",
);

/** The comments of a file with a phrase that makes sentences hard to read. */
export function hardComments({ path, text }: SourceFile): readonly string[] {
  return commentsOf(text).flatMap((comment) => {
    const [phrase] = HARD_COMMENT.exec(comment.text) ?? [];
    return phrase === undefined ? [] : [`${path}:${comment.line}: ${phrase}`];
  });
}

/** Names that were replaced by the terms of the field, on their own or as a part of a longer name. */
const OLD_NAMES = [
  "getLiving",
  "hasten",
  "[Ss]ignatureGate",
  "[Cc]atalogRegistry",
  "[Rr]eplacementPatience",
  "[Uu]npublishedOver",
  "[Ff]oundRevision",
  "FleetNotice",
  "[Ll]iveHub",
  "[Tt]aggedBody",
  "[Cc]atalogPages",
  "repliesOf",
  "surveyFolder",
  "[Ff]oundFile",
  "createExclusive",
  "createTurns",
  "EVERYDAY_WORDS",
  "CatalogOrigin",
  "TickerOrigin",
  "LIVING_C",
  "stateTeller",
  "tellOnce",
  "toldOf",
  "TOLD_MAX",
  "isStaleSchema",
  "createReplicaDescription",
  "filterPlaces",
  "loadWords",
  "readerDiagnostics",
  "requireTickerQuery",
  "scan(?:Block|Plain|Quoted)Text",
  "(?:Cluster|Sentinel)Directory",
  "DirectoryClient",
  "ServicePorts",
  "SqliteQuestion",
  "withAllWritten",
];
const OLD_NAME = new RegExp(`\\w*(?:${OLD_NAMES.join("|")})\\w*|\\bGiven(?=<)|\\b\\w+[a-z]Terms\\b`, "g");

/** The places in code and comments of a file where a replaced name is in use again. */
export function oldNames({ path, text }: SourceFile): readonly string[] {
  return [...text.matchAll(OLD_NAME)].map(
    (match) => `${path}:${text.slice(0, match.index).split("\n").length}: ${match[0]}`,
  );
}

/** A string or template on one line with more than one word; comments are removed first. */
const SENTENCE = /(["'`])((?:(?!\1)[^\\\n]|\\.)* (?:(?!\1)[^\\\n]|\\.)*)\1/g;

/** Words of messages that were replaced: what is wrong, where and what to do is said without them. */
const OLD_TEXT = new RegExp(
  `${HARD_WORDS.source}|\\b(?:again and again|cannot be (?:asked|had)|can stand|for a program|gave it up|goes on \\w+ing|is served on|is told|file holds|holds itself|object a line|value of another form|stands here|is no (?:entity|field|query|setting)|says why|there is no (?:command|way to)|wants a password)\\b`,
  "i",
);

/** The places where a message of a file has a replaced phrase. */
export function oldTexts({ path, text }: SourceFile): readonly string[] {
  const code = text.replaceAll(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, " "));
  return [...code.matchAll(SENTENCE)].flatMap(({ index, 2: sentence = "" }) => {
    const [phrase] = OLD_TEXT.exec(sentence) ?? [];
    return phrase === undefined ? [] : [`${path}:${code.slice(0, index).split("\n").length}: ${phrase}`];
  });
}
