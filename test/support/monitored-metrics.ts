import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parse } from "yaml";
import { RULES_FILE } from "./prometheus-server.ts";

/** An alert rule of this project. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const DASHBOARD_FILE = resolve(import.meta.dirname, "../../deploy/grafana/mosaic.json");

export async function readAlertRules(): Promise<readonly AlertRule[]> {
  const file = parse(await readFile(RULES_FILE, "utf8")) as {
    readonly groups: readonly { readonly rules: readonly AlertRule[] }[];
  };
  return file.groups.flatMap(({ rules }) => rules);
}

/** Every expression of the dashboard, with its variables filled in as Grafana does. */
export async function readDashboardExpressions(): Promise<readonly string[]> {
  const expressions: string[] = [];
  JSON.parse(await readFile(DASHBOARD_FILE, "utf8"), (key, value: unknown) => {
    if (key === "expr") expressions.push(String(value));
    return value;
  });
  return expressions.map((expression) =>
    expression
      .replaceAll("$job", "mosaic")
      .replaceAll("$instance", ".*")
      .replaceAll("$__rate_interval", "1m")
      .replaceAll("$__range", "1h"),
  );
}

/** The names of this service's metrics in an expression. */
export function metricNames(expression: string): readonly string[] {
  return expression.match(/\b(?:mosaic|http_server)_[a-z_]+/g) ?? [];
}
