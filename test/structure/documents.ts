import { readdir, readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { anchorOf } from "../../scripts/reference/markdown.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = [".github", "data", "deploy", "docs"];

/** A document by its path from the project's root. */
export interface Document {
  readonly path: string;
  readonly text: string;
}

/** Every document in Markdown that is part of the project. */
export async function readDocuments(): Promise<readonly Document[]> {
  const paths: string[] = [];
  for (const name of await readdir(ROOT)) if (name.endsWith(".md")) paths.push(name);
  for (const folder of FOLDERS) {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    paths.push(...names.filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`));
  }
  return Promise.all(paths.sort().map(readDocument));
}

export async function readDocument(path: string): Promise<Document> {
  return { path, text: await readFile(join(ROOT, path), "utf8") };
}

/** Whether the project has such a file or folder. */
export async function exists(path: string): Promise<boolean> {
  return stat(join(ROOT, path)).then(
    () => true,
    () => false,
  );
}

/** Folders of src, by their paths; `depthMax` counts src as 1. */
export async function sourceFolders(depthMax: number): Promise<readonly string[]> {
  const entries = await readdir(join(ROOT, "src"), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => posix.join(entry.parentPath.slice(ROOT.length + 1), entry.name))
    .filter((path) => path.split("/").length <= depthMax);
}

const FENCE = /^```.*?^```$/gms;

/** What a document has outside its blocks of code. */
export function prose(text: string): string {
  return text.replaceAll(FENCE, "");
}

export function wordsOf(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** The links of a document that lead nowhere: to a file that is absent, or a heading that its file does not have. */
export async function brokenLinks(
  { path, text }: Document,
  read: (path: string) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const [, target = ""] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [file = "", anchor] = target.split("#");
    const aim = file === "" ? path : posix.join(posix.dirname(path), file);
    const found = aim === path ? text : await read(aim);
    const isBroken = found === undefined || (anchor !== undefined && !anchorsOf(found).has(anchor));
    if (isBroken) broken.push(`${path}: ${target}`);
  }
  return broken;
}

function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(headings.map((heading) => anchorOf(heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1"))));
}

/** The scripts of package.json that a document tells people to run. */
export function namedScripts({ text }: Document): readonly string[] {
  return [...text.matchAll(/\bnpm run (?:-s )?([a-z0-9:-]+)/g)].map(([, name = ""]) => name);
}

/** Paths of the project that a document names as code, by their top folder; those with a place to fill in are left out. */
export function namedPaths({ text }: Document): readonly string[] {
  const named = [
    ...prose(text).matchAll(/`((?:\.ci|\.github|bench|data|deploy|docs|scripts|src|test)\/[^`\s]+)`/g),
  ];
  return named.map(([, path = ""]) => path).filter((path) => !/[*{}<>…]/.test(path));
}

/** A folder in a drawing, and what it is for. */
export interface DrawnFolder {
  readonly path: string;
  readonly purpose: string;
}

/** Reads a drawing of folders: one a line, two blanks deeper than the folder that it is in, its purpose after it. */
export function drawnFolders(text: string): readonly DrawnFolder[] {
  const above: string[] = [];
  return text.split("\n").flatMap((line) => {
    const [, indent = "", name, purpose = ""] = /^( *)([a-z0-9-]+)\/(?: +(.+))?$/.exec(line) ?? [];
    if (name === undefined) return [];
    above.splice(indent.length / 2);
    above.push(name);
    return [{ path: above.join("/"), purpose }];
  });
}

/** Words that made sentences hard to read: the phrase around them is to be written again, shorter. */
export const HARD_WORDS = /\b(?:anew|of which|so many|whoever)\b/i;

/** The lines of a document with such words, outside code and the names of links. */
export function hardLines({ path, text }: Document): readonly string[] {
  const lines = prose(text).split("\n");
  return lines.flatMap((line) => {
    const plain = line.replaceAll(/`[^`]*`/g, "").replaceAll(/\[[^\]]*\]\([^)]*\)/g, "");
    const [word] = HARD_WORDS.exec(plain) ?? [];
    return word === undefined ? [] : [`${path}: ${word}: ${line.slice(0, 60)}`];
  });
}
