import { isAbsolute, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic, DiagnosticCode } from "../../domain/diagnostic.ts";
import { VERSION } from "../version.ts";
import { DIAGNOSTIC_RULES } from "./diagnostic-rules.ts";

/** The base of paths that do not lie below the working directory. */
const VIEWS_BASE = "VIEWSROOT";

const RULE_IDS = Object.keys(DIAGNOSTIC_RULES) as readonly DiagnosticCode[];

/**
 * Writes findings as a SARIF 2.1.0 log, as code hosts and editors read it. Paths are relative: to the working directory
 * where they lie below it, else to the catalog's folder.
 *
 * @param directory the catalog's folder, as the findings name it
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifLog(directory: string, findings: readonly Diagnostic[]): object {
  const root = directoryUri(resolve(directory));
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "mosaic",
            semanticVersion: VERSION,
            rules: RULE_IDS.map((id) => ({ id, shortDescription: { text: DIAGNOSTIC_RULES[id] } })),
          },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [VIEWS_BASE]: { uri: root } },
        results: findings.map((finding) => sarifResult(directory, finding)),
      },
    ],
  };
}

function sarifResult(directory: string, finding: Diagnostic): object {
  const { severity, code, file, line, column, pointer, message, hint } = finding;
  const logical = pointer === "" ? {} : { logicalLocations: [{ fullyQualifiedName: pointer }] };
  return {
    ruleId: code,
    ruleIndex: RULE_IDS.indexOf(code),
    level: severity,
    message: { text: `${message}; ${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactLocation(directory, file),
          region: { startLine: line, startColumn: column },
        },
        ...logical,
      },
    ],
  };
}

function artifactLocation(directory: string, file: string): object {
  const fromHere = relative("", file);
  if (!isOutside(fromHere)) return { uri: relativeUri(fromHere) };
  return { uri: relativeUri(relative(directory, file)), uriBaseId: VIEWS_BASE };
}

function isOutside(path: string): boolean {
  return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path);
}

/** The empty path is the folder itself. */
function relativeUri(path: string): string {
  return path === "" ? "./" : path.split(sep).map(encodeURIComponent).join("/");
}

function directoryUri(path: string): string {
  const { href } = pathToFileURL(path);
  return href.endsWith("/") ? href : `${href}/`;
}
