import { LineCounter } from "yaml";
import type { Diagnostic } from "../../domain/view/diagnostic.ts";
import { SPLIT_HINT } from "./syntax/common-words.ts";
import { composeYaml, hasTooManyTokens } from "./syntax/compose.ts";
import type { Lines, Place } from "./syntax/position.ts";
import { isReadable, syntaxDiagnostics, TOO_DEEP } from "./syntax/syntax-diagnostics.ts";
import { TOKENS_MAX } from "./syntax/token-limit.ts";
import { type EventText, parseEventText } from "./tree/event-forms.ts";
import { nodesFromDocument } from "./tree/nodes-from-document.ts";
import { nodesFromEvents } from "./tree/nodes-from-events.ts";
import type { YamlNode } from "./tree/yaml-node.ts";

/** The nodes of a YAML document, or why it cannot be read. */
export interface ParsedText {
  /** Undefined when an error keeps the document from being read. */
  readonly root?: YamlNode | null;
  readonly lines: Lines;
  readonly diagnostics: readonly Diagnostic[];
}

/** Characters that YAML does not allow, and its parser accepts. */
const CONTROL = /(?![\t\n\r\u0085])\p{Cc}|[\ufffe\uffff]/u;

function controlCharacter(source: string, place: Place): Diagnostic | undefined {
  const found = CONTROL.exec(source);
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
  return place.at(linesOf(source), found.index, {
    severity: "error",
    code: "text-encoding",
    pointer: "",
    message,
    hint,
  });
}

/** Finds the lines on the first lookup of a position: most files have no diagnostic. */
function linesOf(source: string): Lines {
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
 * Parses a document by its events where its form allows that, else by {@link parseSlowly}.
 *
 * @param text the events; undefined when they are not known
 */
export function parseText(source: string, place: Place, text?: EventText): ParsedText {
  const events = text ?? (hasTooManyTokens(source) ? undefined : parseEventText(source));
  const root = events && nodesFromEvents(events);
  return root === undefined ? parseSlowly(source, place) : { root, lines: linesOf(source), diagnostics: [] };
}

/** Parses any document by the `yaml` package, and explains what is wrong. */
export function parseSlowly(source: string, place: Place): ParsedText {
  const lines = new LineCounter();
  const unread = (diagnostic: Diagnostic): ParsedText => ({ lines, diagnostics: [diagnostic] });
  const composed = composeYaml(source, lines);
  if (composed.kind !== "document") return unread(refusal(composed.kind, place));
  const { document } = composed;
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit === true && version !== "1.2") {
    const message = {
      en: `the file asks for YAML ${version}, which reads scalars differently`,
      pt: `o arquivo pede YAML ${version}, que lê valores de outra forma`,
    };
    const hint = {
      en: "remove the %YAML line: views are YAML 1.2",
      pt: "remova a linha %YAML: views são YAML 1.2",
    };
    return unread(place.start({ code: "yaml-version", message, hint }));
  }
  const control = controlCharacter(source, place);
  const wrong = syntaxDiagnostics(document, { source, lines, place });
  const diagnostics = control === undefined ? wrong : [control, ...wrong];
  return isReadable(document)
    ? { root: nodesFromDocument(document, source), lines, diagnostics }
    : { lines, diagnostics };
}

function refusal(kind: "too-deep" | "too-many-tokens", place: Place): Diagnostic {
  if (kind === "too-deep") return place.start(TOO_DEEP);
  const message = {
    en: `the file has more than ${TOKENS_MAX} YAML tokens: words, marks and spaces`,
    pt: `o arquivo tem mais de ${TOKENS_MAX} tokens de YAML: palavras, sinais e espaços`,
  };
  return place.start({ code: "token-excess", message, hint: SPLIT_HINT });
}
