import type { JsonPathStep } from "../../../domain/json/json-value.ts";
import type { ReaderLanguage } from "../../../domain/view/reader-languages.ts";
import { describeYaml11Scalar, isSameScalar } from "../../../domain/view/yaml11-reading.ts";
import type { Language, LocalizedText } from "../../../lib/language.ts";
import type { TreeDiagnostic } from "../tree/yaml-node.ts";
import { composeDocument } from "./compose-document.ts";
import { OTHER_READERS, withoutEmptyTag } from "./other-readers.ts";
import { readPyyamlScalar } from "./read-pyyaml-scalar.ts";
import type { ReaderList, ReaderMap, ReaderNode, ReaderScalar } from "./reader-node.ts";

/** Maximum number of diagnostics; the search stops there. */
const DIAGNOSTICS_MAX = 1_000;

/**
 * Warns of values that the YAML readers of other languages read differently from PyYAML.
 *
 * @param readers the selected languages
 */
export function findOtherReaderDiagnostics(
  source: string,
  readers: readonly ReaderLanguage[],
): readonly TreeDiagnostic[] {
  if (readers.length === 0) return [];
  const composed = composeDocument(source);
  if (composed.kind === "refused" || composed.node === undefined) return [];
  const walk: ReaderWalk = { source, readers, diagnostics: [], visited: new Set() };
  checkDirective(walk);
  checkByteOrderMarks(walk);
  checkAnchors(walk, composed.anchors);
  visitNode(walk, composed.node, []);
  return walk.diagnostics;
}

interface ReaderWalk {
  readonly source: string;
  readonly readers: readonly ReaderLanguage[];
  readonly diagnostics: TreeDiagnostic[];
  /** The nodes that were visited: the target of several aliases is visited only once. */
  readonly visited: Set<ReaderNode>;
}

type Path = readonly JsonPathStep[];

function visitNode(walk: ReaderWalk, node: ReaderNode, path: Path, isKey = false): void {
  if (walk.visited.has(node) || walk.diagnostics.length >= DIAGNOSTICS_MAX) return;
  walk.visited.add(node);
  if (node.kind === "scalar") visitScalar(walk, node, path, isKey);
  else if (node.kind === "list") visitList(walk, node, path);
  else visitMap(walk, node, path);
}

function reportReadings(
  walk: ReaderWalk,
  offset: number,
  path: Path,
  readings: readonly LocalizedText[],
  hint: LocalizedText,
): void {
  if (readings.length === 0) return;
  const joined = (language: Language): string => readings.map((text) => text[language]).join("; ");
  const message = { en: joined("en"), pt: joined("pt") };
  walk.diagnostics.push({ severity: "warning", code: "yaml-readers-differ", offset, path, message, hint });
}

function visitScalar(walk: ReaderWalk, node: ReaderScalar, path: Path, isKey: boolean): void {
  const written = walk.source.slice(node.offset, node.end);
  const agreed = readPyyamlScalar(node);
  const readings = walk.readers.flatMap((name) => {
    const reader = OTHER_READERS[name];
    const { title, readScalar } = reader;
    const reading = readScalar({ node: withoutEmptyTag(node, reader), isKey, written });
    if (reading === undefined || isSameScalar(agreed, reading)) return [];
    if (reading.type === "refused") return [describeRefusal(title, reading.reason)];
    const { en, pt } = reading.type === "other" ? reading.text : describeYaml11Scalar(reading);
    return [{ en: `${title} reads ${en} here`, pt: `${title} lê aqui ${pt}` }];
  });
  reportReadings(walk, node.offset, path, readings, {
    en: "quote it if it is text, or write it so that all readers read the same value",
    pt: "ponha entre aspas, se é texto, ou escreva de modo que todos os leitores leiam o mesmo valor",
  });
}

function describeRefusal(title: string, { en, pt }: LocalizedText): LocalizedText {
  return { en: `${title} refuses the file: ${en}`, pt: `${title} recusa o arquivo: ${pt}` };
}

function visitList(walk: ReaderWalk, list: ReaderList, path: Path): void {
  const [only] = list.items;
  if (walk.readers.includes("r") && list.items.length === 1 && isUnwrappedByR(only)) {
    const reading = {
      en: "R reads a list with one value as the value itself",
      pt: "R lê uma lista com um só valor como o próprio valor",
    };
    reportReadings(walk, list.offset, path, [reading], {
      en: "the view needs no change: programs in R must accept a value in place of a list",
      pt: "a view não precisa mudar: programas em R devem aceitar um valor no lugar de uma lista",
    });
  }
  list.items.forEach((item, index) => {
    visitNode(walk, item, [...path, index]);
  });
}

/** Whether R reads a list with one item as the item itself. R does so for each scalar except null. */
function isUnwrappedByR(only: ReaderNode | undefined): boolean {
  return only?.kind === "scalar" && readPyyamlScalar(only).type !== "null";
}

function visitMap(walk: ReaderWalk, map: ReaderMap, path: Path): void {
  if (walk.readers.includes("php") && map.pairs.length === 0) {
    const reading = {
      en: "PHP reads an empty object as an empty list",
      pt: "PHP lê um objeto vazio como uma lista vazia",
    };
    reportReadings(walk, map.offset, path, [reading], {
      en: "the view needs no change: in PHP, an empty array is both a list and an object",
      pt: "a view não precisa mudar: em PHP, um array vazio é tanto uma lista como um objeto",
    });
  }
  map.pairs.forEach(([key, value], index) => {
    const step = key.kind === "scalar" ? key.text : "";
    const own = [...path, step];
    if (key.kind === "scalar" && isMergeKey(key)) checkMerge(walk, map, { key, value, index, path: own });
    else visitNode(walk, key, own, true);
    checkColon(walk, key, value, own);
    visitNode(walk, value, own);
  });
}

function isMergeKey({ text, style, tag }: ReaderScalar): boolean {
  return text === "<<" && (style === "plain" || tag !== undefined);
}

interface MergePair {
  readonly key: ReaderScalar;
  readonly value: ReaderNode;
  readonly index: number;
  readonly path: Path;
}

/** The properties of a merge on which readers differ. */
interface MergeForm {
  /** Whether a key before or after the merge key is also in the merged object. */
  readonly hasRepeated: { readonly before: boolean; readonly after: boolean };
  readonly isAliasOfList: boolean;
  /** Whether an object is written after the merge key, alone or in a list, instead of an alias. */
  readonly hasInlineObject: boolean;
}

/** Merge keys are not part of YAML 1.2, and each reader has its own rules. */
const MERGE_READINGS: Readonly<Record<ReaderLanguage, (form: MergeForm) => LocalizedText | undefined>> = {
  ruby({ hasRepeated, isAliasOfList }) {
    if (hasRepeated.before)
      return {
        en: "Ruby replaces values of keys before << with those of the merged object",
        pt: "Ruby troca os valores de chaves antes de << pelos do objeto mesclado",
      };
    return isAliasOfList ? describeAliasOfList("Ruby") : undefined;
  },
  php({ hasInlineObject, isAliasOfList }) {
    if (hasInlineObject)
      return {
        en: "PHP refuses the file: after <<, it accepts only aliases",
        pt: "PHP recusa o arquivo: depois de <<, só aceita aliases",
      };
    return isAliasOfList ? describeAliasOfList("PHP") : undefined;
  },
  r: ({ hasRepeated }) =>
    hasRepeated.after
      ? {
          en: "R replaces values of keys after << with those of the merged object",
          pt: "R troca os valores de chaves depois de << pelos do objeto mesclado",
        }
      : undefined,
  java: () => undefined,
  go: ({ isAliasOfList }) =>
    isAliasOfList
      ? {
          en: "Go refuses the file: it cannot merge an alias of a list",
          pt: "Go recusa o arquivo: não consegue mesclar um alias de uma lista",
        }
      : undefined,
};

function describeAliasOfList(title: string): LocalizedText {
  return {
    en: `${title} does not merge an alias of a list`,
    pt: `${title} não mescla um alias de uma lista`,
  };
}

function checkMerge(walk: ReaderWalk, map: ReaderMap, { key, value, index, path }: MergePair): void {
  const merged = keyTextsOf(value.kind === "map" ? value.pairs : []);
  const isShared = (pairs: ReaderMap["pairs"]): boolean =>
    [...keyTextsOf(pairs)].some((own) => merged.has(own));
  const items = value.kind === "list" ? value.items : [];
  const written = value.kind === "map" ? [value] : items;
  const form: MergeForm = {
    hasRepeated: { before: isShared(map.pairs.slice(0, index)), after: isShared(map.pairs.slice(index + 1)) },
    isAliasOfList: items.length > 0 && value.offset < key.offset,
    hasInlineObject: value.offset > key.offset && written.some(({ offset }) => offset > key.offset),
  };
  const readings = walk.readers.flatMap((name) => MERGE_READINGS[name](form) ?? []);
  reportReadings(walk, key.offset, path, readings, {
    en: "write the values out instead of merging them",
    pt: "escreva os valores por extenso em vez de mesclá-los",
  });
}

function keyTextsOf(pairs: ReaderMap["pairs"]): ReadonlySet<string> {
  return new Set(pairs.flatMap(([key]) => (key.kind === "scalar" ? [key.text] : [])));
}

/** Checks a colon directly before a comma or a closing bracket, as in `{a:}`. */
function checkColon(walk: ReaderWalk, key: ReaderNode, value: ReaderNode, path: Path): void {
  if (key.kind !== "scalar" || key.style !== "plain" || value.kind !== "scalar" || value.style !== "empty")
    return;
  if (!/^:[,[\]{}]/.test(walk.source.slice(key.end, key.end + 2))) return;
  const readings = walk.readers.flatMap((name) => {
    if (name === "go")
      return [
        {
          en: "Go reads the colon as part of the key",
          pt: "Go lê os dois-pontos como parte da chave",
        },
      ];
    if (name === "java") return [];
    const { title } = OTHER_READERS[name];
    return [
      {
        en: `${title} refuses the file: no space follows the colon`,
        pt: `${title} recusa o arquivo: falta um espaço depois dos dois-pontos`,
      },
    ];
  });
  reportReadings(walk, key.offset, path, readings, {
    en: "write a space and null after the colon",
    pt: "escreva um espaço e null depois dos dois-pontos",
  });
}

function checkDirective(walk: ReaderWalk): void {
  const found = /^\ufeff?%YAML 1\.2/.exec(walk.source);
  if (found === null || !walk.readers.includes("go")) return;
  const reading = {
    en: "Go refuses a file that declares YAML 1.2",
    pt: "Go recusa um arquivo que declara YAML 1.2",
  };
  reportReadings(walk, 0, [], [reading], {
    en: "remove the %YAML line: views are YAML 1.2",
    pt: "remova a linha %YAML: views são YAML 1.2",
  });
}

/** Matches a byte order mark at the start of a line, and a second one at the start of the file. */
const BYTE_ORDER_MARK_AT_LINE_START = /(?:^\ufeff|[\r\n\u0085\u2028\u2029])\ufeff/;

/** Checks byte order marks: Psych loses its position after each mark, libyaml after a mark at the start of a line. */
function checkByteOrderMarks(walk: ReaderWalk): void {
  const { source, readers } = walk;
  const hint = {
    en: "save the file without a byte order mark",
    pt: "salve o arquivo sem marca de ordem de bytes",
  };
  const atFileStart = {
    en: "Ruby reads only the first field of a file that begins with a byte order mark",
    pt: "Ruby lê só o primeiro campo de um arquivo que começa com uma marca de ordem de bytes",
  };
  if (source.startsWith("\ufeff") && readers.includes("ruby"))
    reportReadings(walk, 0, [], [atFileStart], hint);
  const lineStart = source.search(BYTE_ORDER_MARK_AT_LINE_START);
  if (lineStart === -1) return;
  const refusing = readers.filter((name) => name === "ruby" || name === "php" || name === "r");
  const readings = refusing.map((name) => ({
    en: `${OTHER_READERS[name].title} refuses a byte order mark that begins a line`,
    pt: `${OTHER_READERS[name].title} recusa uma marca de ordem de bytes no início de uma linha`,
  }));
  reportReadings(walk, lineStart + 1, [], readings, hint);
}

function checkAnchors(walk: ReaderWalk, anchors: ReadonlyMap<string, ReaderNode>): void {
  if (!walk.readers.includes("php")) return;
  for (const [name, { offset }] of anchors) {
    if (!/^[0-9]+$/.test(name)) continue;
    const reading = {
      en: `PHP does not find the aliases of an anchor whose name has only digits, such as &${name}`,
      pt: `PHP não encontra os alias de uma âncora cujo nome só tem dígitos, como &${name}`,
    };
    reportReadings(walk, offset, [], [reading], {
      en: "begin the name of the anchor with a letter",
      pt: "comece o nome da âncora com uma letra",
    });
  }
}
