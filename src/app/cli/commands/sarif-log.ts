import { createHash } from "node:crypto";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type Diagnostic,
  type DiagnosticCode,
  translateDiagnostic,
} from "../../../domain/view/diagnostic.ts";
import type { Language } from "../../../lib/language.ts";
import { VERSION } from "../../settings/version.ts";
import { DIAGNOSTIC_RULES } from "./diagnostic-rules.ts";

/** The id of the base URI for paths that are outside the working directory. */
const VIEWS_BASE_ID = "VIEWSROOT";

const RULE_IDS = Object.keys(DIAGNOSTIC_RULES) as readonly DiagnosticCode[];

/**
 * Writes diagnostics as a SARIF 2.1.0 log, for code hosts and editors. Paths are relative to the working
 * directory if they are below it, otherwise to the catalog's folder.
 *
 * @param directory the catalog's folder, as in the paths of the diagnostics
 * @param diagnostics with their translations
 * @param language the language of the messages
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function createSarifLog(
  directory: string,
  diagnostics: readonly Diagnostic[],
  language: Language = "en",
): object {
  const root = toDirectoryUri(resolve(directory));
  const fingerprintOf = createFingerprints(directory);
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "mosaic",
            version: VERSION,
            semanticVersion: VERSION,
            rules: RULE_IDS.map((id) => createSarifRule(id, language)),
          },
        },
        ...(language === "en" ? {} : { language: "pt-BR" }),
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [VIEWS_BASE_ID]: { uri: root } },
        results: diagnostics.map((diagnostic) =>
          // The fingerprint is of the English message, so that a host finds the same alert in each language.
          createSarifResult(directory, translateDiagnostic(language, diagnostic), fingerprintOf(diagnostic)),
        ),
      },
    ],
  };
}

/**
 * Describes a diagnostic code. The help is part of the log, because the project has no web site for a `helpUri`.
 */
function createSarifRule(id: DiagnosticCode, language: Language): object {
  const { level, ...texts } = DIAGNOSTIC_RULES[id];
  const [rule, help] = [texts.rule[language], texts.help[language]];
  const shows = { en: "shows the lines", pt: "mostra as linhas" }[language];
  const name = id.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return {
    id,
    name: name.replace(/\d+/g, ""),
    shortDescription: { text: rule },
    fullDescription: { text: `${rule} ${help}` },
    help: { text: help, markdown: `**${rule}**\n\n${help}\n\n\`mosaic validate\` ${shows}.` },
    defaultConfiguration: { level },
    properties: { tags: ["mosaic", "yaml"], precision: "very-high", "problem.severity": level },
  };
}

/**
 * Makes fingerprints without line and column, so that a line inserted above does not change them. Equal diagnostics of
 * a file are numbered.
 */
function createFingerprints(directory: string): (diagnostic: Diagnostic) => string {
  const counts = new Map<string, number>();
  return ({ code, pointer, message, file }) => {
    const path = relative(directory, file).split(sep).join("/");
    const text = JSON.stringify([code, path, pointer, message]);
    const count = counts.get(text) ?? 0;
    counts.set(text, count + 1);
    return createHash("sha256").update(`${text} ${count}`).digest("hex");
  };
}

function createSarifResult(directory: string, diagnostic: Diagnostic, fingerprint: string): object {
  const { severity, code, file, line, column, pointer, message, hint } = diagnostic;
  const logical = pointer === "" ? {} : { logicalLocations: [{ fullyQualifiedName: pointer }] };
  return {
    ruleId: code,
    ruleIndex: RULE_IDS.indexOf(code),
    level: severity,
    message: { text: `${capitalizeFirstLetter(message)}; ${hint}.` },
    partialFingerprints: { "mosaicFinding/v1": fingerprint },
    locations: [
      {
        physicalLocation: {
          artifactLocation: createArtifactLocation(directory, file),
          region: { startLine: line, startColumn: column },
        },
        ...logical,
      },
    ],
  };
}

function capitalizeFirstLetter(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function createArtifactLocation(directory: string, file: string): object {
  const fromHere = relative("", file);
  if (!isOutsideFolder(fromHere)) return { uri: toRelativeUri(fromHere) };
  return { uri: toRelativeUri(relative(directory, file)), uriBaseId: VIEWS_BASE_ID };
}

function isOutsideFolder(path: string): boolean {
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
}

/** An empty path means the folder itself. */
function toRelativeUri(path: string): string {
  return path === "" ? "./" : path.split(sep).map(encodeURIComponent).join("/");
}

function toDirectoryUri(path: string): string {
  const { href } = pathToFileURL(path);
  return href.endsWith("/") ? href : `${href}/`;
}
