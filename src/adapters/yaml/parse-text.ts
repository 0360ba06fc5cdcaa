import { LineCounter } from "yaml";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import { SPLIT_HINT } from "./syntax/common-words.ts";
import { composeYaml, hasTooManyTokens } from "./syntax/compose.ts";
import type { DiagnosticMaker, LinePositions } from "./syntax/position.ts";
import { findSyntaxDiagnostics, isReadableDocument, TOO_DEEP_TEXTS } from "./syntax/syntax-diagnostics.ts";
import { TOKENS_MAX } from "./syntax/token-limit.ts";
import { type EventText, parseEventText } from "./tree/event-forms.ts";
import { nodesFromDocument } from "./tree/nodes-from-document.ts";
import { nodesFromEvents } from "./tree/nodes-from-events.ts";
import type { YamlNode } from "./tree/yaml-node.ts";

/** The nodes of a YAML document, or why it cannot be read. */
export interface ParsedText {
  /** Undefined if the document cannot be read. */
  readonly root?: YamlNode | null;
  readonly lines: LinePositions;
  readonly diagnostics: readonly Diagnostic[];
}

/** A character that YAML does not allow, but that the parser accepts. */
const FORBIDDEN_CHARACTER = /(?![\t\n\r\u0085])\p{Cc}|[\ufffe\uffff]/u;

function findControlCharacter(source: string, maker: DiagnosticMaker): Diagnostic | undefined {
  const found = FORBIDDEN_CHARACTER.exec(source);
  if (found === null) return undefined;
  const digits = found[0].charCodeAt(0).toString(16).padStart(4, "0");
  const message = {
    en: `the file contains the control character U+${digits.toUpperCase()}`,
    pt: `o arquivo contém o caractere de controle U+${digits.toUpperCase()}`,
  };
  const hint = {
    en: `remove it, or write "\\u${digits}" in double quotes`,
    pt: `remova-o, ou escreva "\\u${digits}" entre aspas duplas`,
  };
  return maker.atOffset(createLines(source), found.index, {
    severity: "error",
    code: "text-encoding",
    pointer: "",
    message,
    hint,
  });
}

/** Lists the lines at the first lookup of a position, because most files have no diagnostic. */
function createLines(source: string): LinePositions {
  let counter: LineCounter | undefined;
  const count = (): LineCounter => {
    const lines = new LineCounter();
    lines.addNewLine(0);
    for (let at = source.indexOf("\n"); at !== -1; at = source.indexOf("\n", at + 1))
      lines.addNewLine(at + 1);
    return lines;
  };
  return {
    linePos(offset) {
      counter ??= count();
      return counter.linePos(offset);
    },
  };
}

/**
 * Parses a document with the fast event parser if its form allows that, otherwise with {@link parseWithYamlPackage}.
 *
 * @param text the events of the document, if it has been parsed into events already
 */
export function parseText(source: string, maker: DiagnosticMaker, text?: EventText): ParsedText {
  const events = text ?? (hasTooManyTokens(source) ? undefined : parseEventText(source));
  const root = events && nodesFromEvents(events);
  return root === undefined
    ? parseWithYamlPackage(source, maker)
    : { root, lines: createLines(source), diagnostics: [] };
}

/** Parses any document with the `yaml` package, and explains its errors. */
export function parseWithYamlPackage(source: string, maker: DiagnosticMaker): ParsedText {
  const lines = new LineCounter();
  const refuse = (diagnostic: Diagnostic): ParsedText => ({ lines, diagnostics: [diagnostic] });
  const composed = composeYaml(source, lines);
  if (composed.kind !== "document") return refuse(describeLimit(composed.kind, maker));
  const { document } = composed;
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit === true && version !== "1.2") {
    const message = {
      en: `the file declares YAML ${version}, which reads some values differently`,
      pt: `o arquivo declara YAML ${version}, que lê alguns valores de outra forma`,
    };
    const hint = {
      en: "remove the %YAML line: views are YAML 1.2",
      pt: "remova a linha %YAML: views são YAML 1.2",
    };
    return refuse(maker.atStart({ code: "yaml-version", message, hint }));
  }
  const control = findControlCharacter(source, maker);
  const errors = findSyntaxDiagnostics(document, { source, lines, maker });
  const diagnostics = control === undefined ? errors : [control, ...errors];
  return isReadableDocument(document)
    ? { root: nodesFromDocument(document, source), lines, diagnostics }
    : { lines, diagnostics };
}

function describeLimit(kind: "too-deep" | "too-many-tokens", maker: DiagnosticMaker): Diagnostic {
  if (kind === "too-deep") return maker.atStart(TOO_DEEP_TEXTS);
  const message = {
    en: `the file has more than ${TOKENS_MAX} YAML tokens: words, marks and spaces`,
    pt: `o arquivo tem mais de ${TOKENS_MAX} tokens de YAML: palavras, sinais e espaços`,
  };
  return maker.atStart({ code: "token-excess", message, hint: SPLIT_HINT });
}
