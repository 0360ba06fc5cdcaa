import { readFile } from "node:fs/promises";
import { parse, parseAllDocuments } from "yaml";

const FOLDER = new URL("../../deploy/", import.meta.url);

/** A Kubernetes object, as far as tests look into it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

export const readDeployFile = (name: string): Promise<string> => readFile(new URL(name, FOLDER), "utf8");

export async function readManifest(name: string): Promise<Manifest> {
  return parse(await readDeployFile(name), { strict: true }) as Manifest;
}

export function parseManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text, { strict: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS() as Manifest;
  });
}

/**
 * The chart with its own values, every condition taken for true: enough for what these templates use, where Helm is not at hand.
 */
export async function renderChart(): Promise<readonly Manifest[]> {
  const values: unknown = parse(await readDeployFile("helm/values.yaml"));
  const template = await readDeployFile("helm/templates/mosaic.yaml");
  const text = template
    .replace(/^\{\{- \$labels := .*$/m, "")
    .replaceAll(/\{\{ if [^}]+\}\}\{\{[^}]+\}\}\{\{ else \}\}\{\{[^}]+\}\}\{\{ end \}\}/g, '"mosaic:0.1.0"')
    .replaceAll(/^\s*\{\{- (?:if|range|end)\b.*$/gm, "")
    .replaceAll(/\{\{ (.+?) \}\}/g, (_, expression: string) => evaluate(expression, values));
  return parseManifests(text);
}

function evaluate(expression: string, values: unknown): string {
  if (expression.startsWith("add ")) {
    const [, ...terms] = expression.split(" ");
    const numbers = terms.map((term) => Number(/^\d+$/.test(term) ? term : evaluate(term, values)));
    return String(numbers.reduce((sum, number) => sum + number, 0));
  }
  if (expression.includes("$labels")) return '{"app.kubernetes.io/name":"mosaic"}';
  if (expression === ".Release.Name" || expression.startsWith("$name")) return "mosaic";
  const path = /\.Values\.([A-Za-z.]+)/.exec(expression)?.[1];
  if (path === undefined) return '"text"';
  const value = path.split(".").reduce((item, name) => Reflect.get(Object(item), name), values);
  if (value === undefined) throw new Error(`values.yaml has no ${path}`);
  return expression.includes("sha256sum") ? '"digest"' : JSON.stringify(value);
}
